#include "servent/transfer/part_file.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servent/transfer/final_name.h"
#include "servent/transfer/start_check.h"

namespace p2p::transfer {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;
constexpr std::uint64_t kCatchUp = std::uint64_t{16} * 1024 * 1024;  // others get their turn

// All of it, or false with errno.
bool read_at(int file, std::uint64_t at, std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t got = ::pread(file, into.data(), into.size(), static_cast<off_t>(at));
    if (got == 0) errno = EIO;
    if (got <= 0) return false;
    at += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

PartFile::PartFile(fs::path part, std::uint64_t size_bytes, std::optional<Sha1> sha1,
                   std::optional<Md5> start_md5, Disk::Stopping stopping)
    : part_(std::move(part)),
      size_bytes_(size_bytes),
      promised_(sha1),
      sha1_(sha1),
      start_md5_(start_md5),
      stopping_(std::move(stopping)),
      digest_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  restart_digest();
}

PartFile::~PartFile() {
  rest();
}

void PartFile::rest() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void PartFile::restart_digest() {
  digested_ = 0;
  EVP_DigestInit_ex(digest_.get(), EVP_sha1(), nullptr);
}

bool PartFile::reach() {
  if (file_ < 0) file_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  return file_ >= 0;
}

Stored PartFile::said(Stored::What what) const {
  return {what, have_, {}, {}};
}

Stored PartFile::trouble(int error) const {
  return {Stored::What::trouble, have_, disk_words(error), {}};
}

Stored PartFile::open() {
  if (opened_) return said(Stored::What::ok);
  const auto record = read_record(record_of(part_));
  if (record && record->placing &&
      is_placed(record->placing->path, record->placing->inode, size_bytes_)) {
    final_ = record->placing->path;
    have_ = size_bytes_;
    opened_ = true;
    return said(Stored::What::ok);
  }
  if (!reach()) return trouble(errno);
  struct stat info {};
  if (::fstat(file_, &info) != 0) return trouble(errno);
  const auto there = static_cast<std::uint64_t>(info.st_size);
  have_ = std::min({record ? record->have_bytes : 0, there, size_bytes_});
  if (have_ < there && ::ftruncate(file_, static_cast<off_t>(have_)) != 0) return trouble(errno);
  opened_ = true;
  return said(Stored::What::ok);
}

Stored PartFile::catch_up() {
  if (!sha1_ || digested_ == have_ || !final_.empty()) return said(Stored::What::ok);
  if (!reach()) return trouble(errno);
  Buffer block(kBlock);
  const std::uint64_t end = std::min(have_, digested_ + kCatchUp);
  while (digested_ < end && !*stopping_) {
    const std::size_t size = std::min<std::uint64_t>(block.size(), end - digested_);
    if (!read_at(file_, digested_, std::span(block).first(size))) return trouble(errno);
    EVP_DigestUpdate(digest_.get(), block.data(), size);
    digested_ += size;
  }
  return said(digested_ == have_ ? Stored::What::ok : Stored::What::unfinished);
}

Stored PartFile::write(unsigned delivery, std::uint64_t at, Bytes bytes) {
  if (delivery == refused_ || at > have_ || !final_.empty()) return said(Stored::What::ignored);
  if (!reach()) return trouble(errno);
  const auto old = static_cast<std::size_t>(std::min<std::uint64_t>(have_ - at, bytes.size()));
  Buffer before(old);
  if (!read_at(file_, at, before)) return trouble(errno);
  refused_ = delivery;  // unless all goes well
  if (!std::ranges::equal(before, bytes.first(old))) return said(Stored::What::differs);
  if (!append(have_, bytes.subspan(old))) return trouble(errno);
  if (start_is_wrong()) return said(Stored::What::start_differs);
  refused_ = 0;
  return said(Stored::What::ok);
}

bool PartFile::append(std::uint64_t at, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put <= 0) {
      if (put == 0) errno = ENOSPC;
      return false;
    }
    const Bytes written = bytes.first(static_cast<std::size_t>(put));
    if (sha1_ && digested_ == have_) {
      EVP_DigestUpdate(digest_.get(), written.data(), written.size());
      digested_ += written.size();
    }
    at += written.size();
    have_ += written.size();
    dirty_ = true;
    bytes = bytes.subspan(written.size());
  }
  return true;
}

bool PartFile::start_is_wrong() {
  if (!start_md5_ || start_known_ || have_ < std::min<std::uint64_t>(kStartHead, size_bytes_))
    return false;
  Buffer start(static_cast<std::size_t>(std::min<std::uint64_t>(kStartHead, size_bytes_)));
  if (!read_at(file_, 0, start)) return false;
  const std::uint64_t length = start_length(start, size_bytes_);
  if (have_ < length) return false;
  // A tag may be long, but no hash is worth much memory.
  start_known_ = true;
  if (length > kCatchUp) return false;
  start.resize(static_cast<std::size_t>(length));
  return read_at(file_, 0, start) && !start_fits(start, *start_md5_);
}

Stored PartFile::save(Resume resume) {
  if (Stored opened = open(); opened.what != Stored::What::ok) return opened;
  if (!final_.empty()) return said(Stored::What::ok);  // a record would fetch it once more
  if (dirty_ && (!reach() || ::fdatasync(file_) != 0)) return trouble(errno);
  dirty_ = false;
  resume.have_bytes = have_;
  const int error = write_record(record_of(part_), to_text(resume));
  return error == 0 ? said(Stored::What::ok) : trouble(error);
}

Stored PartFile::start_over(Resume resume) {
  if (!final_.empty()) return said(Stored::What::ok);
  resume.have_bytes = 0;
  write_record(record_of(part_), to_text(resume));  // if it fails, the part is empty none the less
  if (!reach() || ::ftruncate(file_, 0) != 0) return trouble(errno);
  have_ = 0;
  start_known_ = false;
  opened_ = true;
  sha1_ = promised_;
  restart_digest();
  return said(Stored::What::ok);
}

// In this order, each step on the disk before the next: the bytes, the record that says which file
// gets which name, the name, the end of the record. A kill between two of them leaves either the
// part file or, found by its record, the finished one.
Stored PartFile::finish(const fs::path& folder, const std::string& name) {
  if (!final_.empty()) return placed();
  for (Stored step = catch_up(); step.what != Stored::What::ok; step = catch_up())
    if (step.what == Stored::What::trouble || *stopping_) return step;
  if (!reach()) return trouble(errno);
  if (sha1_) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    EVP_DigestFinal_ex(digest_.get(), sum.data(), nullptr);
    restart_digest();  // a second try reads it again
    if (!std::ranges::equal(std::as_bytes(std::span(sum).first(sha1_->bytes.size())), sha1_->bytes))
      return said(Stored::What::wrong);
  }
  if (::fsync(file_) != 0) return trouble(errno);
  Placed put = place(part_, folder, name, stopping_,
                     [this](const fs::path& path, std::uint64_t inode) { note(path, inode); });
  if (put.error != 0) return trouble(put.error);
  final_ = std::move(put.path);
  return placed();
}

// Into the record. Where there is none, or no room for it, a kill at the wrong moment costs a
// second fetch.
void PartFile::note(const fs::path& path, std::uint64_t inode) const {
  auto record = read_record(record_of(part_));
  if (!record) return;
  std::error_code failed;
  record->placing = Placing{fs::absolute(path, failed), inode};
  write_record(record_of(part_), to_text(*record));
}

Stored PartFile::placed() {
  remove();  // the part is there still if it was copied and then killed
  Stored stored = said(Stored::What::ok);
  stored.path = final_;
  return stored;
}

void PartFile::expect(const Sha1& sha1) {
  if (!sha1_) sha1_ = sha1;
}

void PartFile::remove() {
  rest();
  ::unlink(part_.c_str());
  ::unlink(record_of(part_).c_str());
}

}  // namespace p2p::transfer
