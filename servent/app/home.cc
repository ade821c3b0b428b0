#include "servent/app/home.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace p2p::app {

namespace fs = std::filesystem;

namespace {

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  const bool made = fs::create_directories(folder, error);
  if (error) return fail(Errc::io, "cannot make " + folder.string() + ": " + error.message());
  if (made) fs::permissions(folder, fs::perms::owner_all, error);
  return {};
}

}  // namespace

Result<HomeLock> HomeLock::take(const Places& places) {
  for (const fs::path& folder : {places.config.parent_path(), places.data, places.state,
                                 places.socket.parent_path(), places.lock.parent_path()})
    if (const auto made = make_folder(folder); !made) return tl::unexpected(made.error());
  const int file = ::open(places.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(Errc::io, "cannot open " + places.lock.string() + ": " + std::strerror(errno));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return fail(Errc::refused, "another servent runs on " + places.lock.parent_path().string() +
                                   ": stop it, or give this one its own --home");
  }
  return HomeLock(file);
}

HomeLock::~HomeLock() {
  if (file_ >= 0) ::close(file_);
}

std::string random_word(std::size_t length) {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  std::random_device device;
  std::string word;
  while (word.size() < length)
    word += kLetters[device() % kLetters.size()];
  return word;
}

Guid random_guid() {
  std::random_device device;
  Guid guid;
  for (std::byte& byte : guid.bytes)
    byte = static_cast<std::byte>(device() & 0xffU);
  guid.bytes[8] = std::byte{0xff};
  guid.bytes[15] = std::byte{0};
  return guid;
}

std::string remembered(const fs::path& file, const std::string& fresh) {
  std::string text;
  if (std::ifstream in(file); std::getline(in, text) && !text.empty()) return text;
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (made >= 0) {
    const std::string line = fresh + '\n';
    if (::write(made, line.data(), line.size()) < 0) ::unlink(file.c_str());
    ::close(made);
  }
  return fresh;
}

}  // namespace p2p::app
