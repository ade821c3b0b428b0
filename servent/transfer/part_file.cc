#include "servent/transfer/part_file.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;

}  // namespace

Stored store(const fs::path& part, const Buffer& data, std::uint64_t at, std::uint64_t have) {
  const int file = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return Stored::failed;
  const std::size_t old =
      have > at ? static_cast<std::size_t>(std::min<std::uint64_t>(have - at, data.size())) : 0;
  Stored stored = Stored::ok;
  Buffer before(old);
  if (old > 0) {
    const ssize_t count = ::pread(file, before.data(), old, static_cast<off_t>(at));
    if (count != static_cast<ssize_t>(old))
      stored = Stored::failed;
    else if (!std::equal(before.begin(), before.end(), data.begin()))
      stored = Stored::differs;
  }
  for (std::size_t done = old; stored == Stored::ok && done < data.size();) {
    const ssize_t count =
        ::pwrite(file, data.data() + done, data.size() - done, static_cast<off_t>(at + done));
    if (count <= 0)
      stored = Stored::failed;
    else
      done += static_cast<std::size_t>(count);
  }
  if (stored == Stored::differs && ::ftruncate(file, 0) != 0) stored = Stored::failed;
  ::close(file);
  return stored;
}

Checked finish(const fs::path& part, const fs::path& folder, const std::string& name,
               const std::optional<Sha1>& promised, const Disk::Stopping& stopping) {
  Checked checked;
  const int file = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return checked;
  if (promised) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                         &EVP_MD_CTX_free);
    EVP_DigestInit_ex(digest.get(), EVP_sha1(), nullptr);
    Buffer block(kBlock);
    ssize_t count = 0;
    while (!*stopping && (count = ::read(file, block.data(), block.size())) > 0) {
      EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(count));
    }
    std::array<unsigned char, 20> sum{};
    EVP_DigestFinal_ex(digest.get(), sum.data(), nullptr);
    if (*stopping || count < 0) {
      ::close(file);
      return checked;
    }
    checked.content = std::ranges::equal(
        sum, promised->bytes, [](unsigned char a, std::byte b) { return std::byte{a} == b; });
  }
  ::close(file);
  std::error_code failed;
  if (!checked.content) {
    fs::remove(part, failed);
    return checked;
  }
  for (unsigned number = 1; number < 1000; ++number) {
    checked.path = folder / (number == 1 ? name : numbered_name(name, number));
    // A link never overwrites, unlike rename.
    fs::create_hard_link(part, checked.path, failed);
    if (!failed) {
      fs::remove(part, failed);
      checked.written = true;
      return checked;
    }
    if (failed != std::errc::file_exists) return checked;
  }
  return checked;
}

}  // namespace p2p::transfer
