// hash.sha1 and hash.sha1_tth (performance.md, section 6): our hasher against the openssl command,
// and with trees of Tiger hashes against openssl and librhash one after the other; 1 GiB in memory.
// Ours also takes the MD5 of the first 299,008 bytes, which Napster clients exchange, and the
// UuHash; librhash gives of a tree the root alone.
#include <array>
#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <rhash.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocols/base/rng.h"

#include "index/hasher.h"

#include "tests/bench/rounds.h"

namespace {

using namespace p2p;
using namespace p2p::bench;

// A file that is nowhere but in the page cache, and stays there though the hasher gives pages back.
int file_in_memory(std::size_t mebibytes) {
  const int file = ::memfd_create("bench", 0);
  Rng rng(1);
  std::vector<std::uint64_t> block(1U << 17U);
  for (std::size_t i = 0; i < mebibytes; ++i) {
    for (std::uint64_t& word : block)
      word = rng();
    if (::write(file, block.data(), block.size() * 8) != 1 << 20)
      throw std::runtime_error("no memory for the file");
  }
  return file;
}

double openssl(const std::string& path) {
  const double before = cpu_s(RUSAGE_CHILDREN);
  std::string program = "openssl";
  std::string command = "sha1";
  std::string file = path;
  const std::array<char*, 4> arguments{program.data(), command.data(), file.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  if (::posix_spawnp(&child, "openssl", &actions, nullptr, arguments.data(), environ) != 0)
    throw std::runtime_error("no openssl command");
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("openssl failed");
  return cpu_s(RUSAGE_CHILDREN) - before;
}

double hasher(int file, const index::Stamp& stamp, index::Trees trees) {
  const std::atomic<bool> stop = false;
  const double before = cpu_s(RUSAGE_SELF);
  if (!index::hash_file(file, stamp, trees, stop, [](std::uint64_t) {}))
    throw std::runtime_error("not hashed");
  return cpu_s(RUSAGE_SELF) - before;
}

double librhash(const std::string& path) {
  const double before = cpu_s(RUSAGE_SELF);
  std::array<unsigned char, 24> root{};
  if (::rhash_file(RHASH_TTH, path.c_str(), root.data()) != 0)
    throw std::runtime_error("librhash failed");
  return cpu_s(RUSAGE_SELF) - before;
}

}  // namespace

int main() {
  ::rhash_library_init();
  const int file = file_in_memory(1024);
  const index::Stamp stamp = index::stamp_of(file).value();
  const std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file);
  const Compared sha1 =
      compare([&] { return std::vector{hasher(file, stamp, index::Trees::none)}; },
              [&] { return std::vector{openssl(path)}; });
  print({"hash.sha1", sha1.ours[0], "CPU s", "openssl sha1", sha1.ratios[0], "<= 1.15x",
         sha1.ratios[0] <= 1.15});
  const Compared both =
      compare([&] { return std::vector{hasher(file, stamp, index::Trees::wanted)}; },
              [&] { return std::vector{openssl(path) + librhash(path)}; });
  print({"hash.sha1_tth", both.ours[0], "CPU s", "openssl sha1, then librhash's TTH",
         both.ratios[0], "<= 1.1x", both.ratios[0] <= 1.1});
  ::close(file);
}
