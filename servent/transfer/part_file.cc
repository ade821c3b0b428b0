#include "servent/transfer/part_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/tree_hasher.h"

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

bool is_newer_than(const struct stat& file, const fs::path& other) {
  struct stat info {};
  if (::stat(other.c_str(), &info) != 0) return false;
  return std::tie(file.st_mtim.tv_sec, file.st_mtim.tv_nsec) >
         std::tie(info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

// A disk that keeps no such time has the file none the less.
void set_time(int file, std::int64_t modified_unix) {
  const std::array<timespec, 2> times{
      {{0, UTIME_OMIT}, {static_cast<std::time_t>(modified_unix), 0}}};
  ::futimens(file, times.data());
}

PieceMap unverified(const PieceMap& map) {
  PieceMap out(map.size_bytes());
  std::vector<Extent> ignored;
  for (const auto& [begin, end] : map.had().runs())
    out.arrive({begin, end}, ignored);
  return out;
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
      map_(size_bytes),
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
  return {what, map_.had().bytes()};
}

Stored PartFile::trouble(int error) const {
  return {Stored::What::trouble, map_.had().bytes(), disk_words(error), error};
}

std::uint64_t PartFile::run_at_start() const {
  const Extent first = map_.had().run_from(0);
  return first.begin == 0 ? first.end : 0;
}

Stored PartFile::open() {
  if (opened_) return look_again();
  const auto record = read_record(record_of(part_));
  std::vector<Extent> ignored;
  if (record && record->placing &&
      is_placed(record->placing->path, record->placing->inode, size_bytes_)) {
    final_ = record->placing->path;
    map_.arrive({0, size_bytes_}, ignored);
    opened_ = true;
    return said(Stored::What::ok);
  }
  if (!reach()) return trouble(errno);
  struct stat info {};
  if (::fstat(file_, &info) != 0) return trouble(errno);
  map_ = PieceMap(size_bytes_);
  if (record && record->pieces && record->pieces->size_bytes() == size_bytes_)
    map_ = *record->pieces;
  else if (record)
    map_.arrive({0, std::min(record->have_bytes, size_bytes_)}, ignored);
  map_.lose({static_cast<std::uint64_t>(info.st_size), size_bytes_});
  if (is_newer_than(info, record_of(part_))) map_ = unverified(map_);
  claimed_ = map_.had();
  opened_ = true;
  return said(Stored::What::ok);
}

// After trouble the file may be shorter than it was, or another one.
Stored PartFile::look_again() {
  if (!final_.empty()) return said(Stored::What::ok);
  rest();
  if (!reach()) return trouble(errno);
  struct stat info {};
  if (::fstat(file_, &info) != 0) return trouble(errno);
  lose({static_cast<std::uint64_t>(info.st_size), size_bytes_});
  return said(Stored::What::ok);
}

// Reads on at the digest's end what has come there meanwhile.
bool PartFile::digest_some(std::uint64_t most) {
  const std::uint64_t end = std::min(run_at_start(), digested_ + most);
  if (!sha1_ || digested_ >= end) return true;
  Buffer block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, end - digested_)));
  while (digested_ < end && !*stopping_) {
    const std::size_t size = std::min<std::uint64_t>(block.size(), end - digested_);
    if (!read_at(file_, digested_, std::span(block).first(size))) return false;
    EVP_DigestUpdate(digest_.get(), block.data(), size);
    digested_ += size;
  }
  return true;
}

Stored PartFile::catch_up() {
  if (!sha1_ || digested_ == run_at_start() || !final_.empty()) return said(Stored::What::ok);
  if (!reach() || !digest_some(kCatchUp)) return trouble(errno);
  return said(digested_ == run_at_start() ? Stored::What::ok : Stored::What::unfinished);
}

bool PartFile::is_equal(const Extent& extent, Bytes bytes) {
  Buffer before(static_cast<std::size_t>(extent.bytes()));
  return read_at(file_, extent.begin, before) && std::ranges::equal(before, bytes);
}

Stored PartFile::write(unsigned delivery, const PartWrite& block) {
  if (delivery == refused_ || !final_.empty()) return said(Stored::What::ignored);
  if (!reach()) return trouble(errno);
  const auto part = [&block](const Extent& extent) {
    return block.bytes.subspan(static_cast<std::size_t>(extent.begin - block.at),
                               static_cast<std::size_t>(extent.bytes()));
  };
  refused_ = delivery;  // unless all goes well
  if (!block.compare.empty() && !is_equal(block.compare, part(block.compare)))
    return said(Stored::What::differs);
  std::uint64_t bytes = 0;
  for (const Extent& extent : block.fresh) {
    if (!put(extent.begin, part(extent))) return trouble(errno);
    bytes += extent.bytes();
  }
  if (!digest_some(2 * bytes)) return trouble(errno);
  if (start_is_wrong()) return said(Stored::What::start_differs);
  refused_ = 0;
  return check(block.pieces);
}

bool PartFile::put(std::uint64_t at, Bytes bytes) {
  std::vector<Extent> ignored;
  if (at < digested_) restart_digest();
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put <= 0) {
      if (put == 0) errno = ENOSPC;
      return false;
    }
    const Bytes written = bytes.first(static_cast<std::size_t>(put));
    if (sha1_ && digested_ == at) {
      EVP_DigestUpdate(digest_.get(), written.data(), written.size());
      digested_ += written.size();
    }
    map_.arrive({at, at + written.size()}, ignored);
    at += written.size();
    dirty_ = true;
    bytes = bytes.subspan(written.size());
  }
  return true;
}

Stored PartFile::check(const std::vector<PieceIndex>& pieces) {
  Stored stored = said(Stored::What::ok);
  if (!tree_ || !final_.empty()) return stored;
  if (!pieces.empty() && !reach()) return trouble(errno);
  for (const PieceIndex piece : pieces)
    if (!check_one(piece, stored.checked)) return trouble(errno);
  stored.have_bytes = map_.had().bytes();
  return stored;
}

// False: the disk's trouble.
bool PartFile::check_one(PieceIndex piece, std::vector<Checked>& out) {
  if (!map_.is_written(piece)) return true;
  const Extent extent = map_.extent_of(piece);
  index::LeafHasher hasher(tree_->shape().leaf_bytes());
  Buffer block(kBlock);
  for (std::uint64_t at = extent.begin; at < extent.end && !*stopping_;) {
    const auto part = std::span(block).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), extent.end - at)));
    if (!read_at(file_, at, part)) return false;
    hasher.add(part);
    at += part.size();
  }
  if (*stopping_) return true;
  const bool is_right = tree_->verify_piece(extent.begin, extent.end - 1, hasher.finish());
  if (is_right)
    map_.verify(piece);
  else
    lose(extent);
  out.push_back({piece, is_right});
  return true;
}

// What the record claims of it, it claims no longer before anything else comes there.
void PartFile::lose(const Extent& extent) {
  map_.lose(extent);
  if (extent.begin < digested_) restart_digest();
  if (!claimed_.touches(extent)) return;
  claimed_.erase(extent);
  change_record([&extent](Resume& record) {
    if (record.pieces) record.pieces->lose(extent);
  });
}

Stored PartFile::keep_only(const Extents& had) {
  std::vector<Extent> gone;
  for (const auto& [begin, end] : map_.had().runs())
    had.gaps({begin, end}, gone);
  for (const Extent& extent : gone)
    lose(extent);
  return said(Stored::What::ok);
}

bool PartFile::start_is_wrong() {
  const std::uint64_t have = run_at_start();
  if (!start_md5_ || start_known_ || have < std::min<std::uint64_t>(kStartHead, size_bytes_))
    return false;
  Buffer start(static_cast<std::size_t>(std::min<std::uint64_t>(kStartHead, size_bytes_)));
  if (!read_at(file_, 0, start)) return false;
  const std::uint64_t length = start_length(start, size_bytes_);
  if (have < length) return false;
  // A tag may be long, but no hash is worth much memory.
  start_known_ = true;
  if (length > kCatchUp) return false;
  start.resize(static_cast<std::size_t>(length));
  return read_at(file_, 0, start) && !start_fits(start, *start_md5_);
}

Stored PartFile::save(Resume resume) {
  if (!opened_)
    if (Stored opened = open(); opened.what != Stored::What::ok) return opened;
  if (!final_.empty()) return said(Stored::What::ok);  // a record would fetch it once more
  if (dirty_ && (!reach() || ::fdatasync(file_) != 0)) return trouble(errno);
  dirty_ = false;
  resume.have_bytes = map_.had().bytes();
  resume.pieces = map_;
  const int error = write_record(record_of(part_), to_text(resume));
  if (error != 0) return trouble(error);
  claimed_ = map_.had();
  return said(Stored::What::ok);
}

Stored PartFile::start_over(Resume resume) {
  if (!final_.empty()) return said(Stored::What::ok);
  map_ = PieceMap(size_bytes_);
  claimed_ = {};
  resume.have_bytes = 0;
  resume.pieces = map_;
  write_record(record_of(part_), to_text(resume));  // if it fails, the part is empty none the less
  start_known_ = false;
  opened_ = true;
  sha1_ = promised_;
  restart_digest();
  if (!reach() || ::ftruncate(file_, 0) != 0) return trouble(errno);
  return said(Stored::What::ok);
}

// In this order, each step on the disk before the next: the bytes, the record that says which file
// gets which name, the name, the end of the record. A kill between two of them leaves either the
// part file or, found by its record, the finished one.
Stored PartFile::finish(const fs::path& folder, const std::string& name,
                        std::optional<std::int64_t> modified_unix) {
  if (!final_.empty()) return placed();
  for (Stored step = catch_up(); step.what != Stored::What::ok; step = catch_up())
    if (step.what == Stored::What::trouble || *stopping_) return step;
  if (!reach()) return trouble(errno);
  if (run_at_start() != size_bytes_) return trouble(EIO);
  if (sha1_) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    EVP_DigestFinal_ex(digest_.get(), sum.data(), nullptr);
    restart_digest();  // a second try reads it again
    if (!std::ranges::equal(std::as_bytes(std::span(sum).first(sha1_->bytes.size())), sha1_->bytes))
      return said(Stored::What::wrong);
  }
  // Somebody else may have cut it, or written behind its end.
  struct stat info {};
  if (::fstat(file_, &info) != 0) return trouble(errno);
  if (static_cast<std::uint64_t>(info.st_size) < size_bytes_) return trouble(EIO);
  if (::ftruncate(file_, static_cast<off_t>(size_bytes_)) != 0) return trouble(errno);
  if (modified_unix) set_time(file_, *modified_unix);
  if (::fsync(file_) != 0) return trouble(errno);
  Placed put =
      place(part_, folder, name, stopping_, [this](const fs::path& path, std::uint64_t inode) {
        std::error_code failed;
        change_record([&](Resume& record) {
          record.placing = Placing{fs::absolute(path, failed), inode};
        });
      });
  if (put.error != 0) return trouble(put.error);
  final_ = std::move(put.path);
  return placed();
}

// Where there is none, or no room for it, a kill at the wrong moment costs a second fetch.
void PartFile::change_record(const std::function<void(Resume&)>& change) const {
  auto record = read_record(record_of(part_));
  if (!record) return;
  change(*record);
  write_record(record_of(part_), to_text(*record));
}

Stored PartFile::placed() {
  remove();  // the part is there still if it was copied and then killed
  Stored stored = said(Stored::What::ok);
  stored.path = final_;
  struct stat info {};
  if (::stat(final_.c_str(), &info) == 0) stored.modified_unix = info.st_mtim.tv_sec;
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
