// A home, a disk and shared folders that are not as they should be, and nodes that are killed.
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "tests/support/process.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

class BadHome : public ::testing::Test {
 protected:
  fs::path share() const { return folder_.path() / "share"; }
  Servent node(const fs::path& home = {}) const {
    return {"client",
            home.empty() ? folder_.path() / "home" : home,
            {"--nick", "alice", "--share", share().string()}};
  }
  static Json status(const Servent& node) {
    const auto rows = node.run("status").rows();
    return rows.empty() ? Json::object() : rows.front();
  }
  static std::uint64_t files(const Servent& node) { return status(node).value("shared_files", 0U); }
  static std::string log(const Servent& node) {
    return test::read_file(node.home() / "servent.log");
  }

  test::TempDir folder_;
};

TEST_F(BadHome, AKillInTheMiddleOfHashingLosesLittle) {
  constexpr std::uint64_t kFiles = 16;
  constexpr std::uint64_t kSize = 128'000'000;
  for (std::uint64_t i = 0; i < kFiles; ++i) {
    const fs::path file = share() / ("film " + std::to_string(i) + ".avi");
    test::write_file(file, std::to_string(i));
    fs::resize_file(file, kSize);
  }
  Servent alice = node();
  ASSERT_TRUE(alice.start());
  std::uint64_t before = 0;
  ASSERT_TRUE(wait_until([&] { return (before = files(alice)) > 0; }, 60s));
  alice.process().stop(SIGKILL, 5s);
  if (before == kFiles) GTEST_SKIP() << "this machine hashed two gigabytes within a second";

  ASSERT_TRUE(alice.start());
  ASSERT_TRUE(wait_until([&] { return files(alice) == kFiles; }, 40s));
  EXPECT_EQ(log(alice).find("set aside"), std::string::npos);
  const std::string io = test::read_file("/proc/" + std::to_string(alice.process().pid()) + "/io");
  ASSERT_TRUE(io.starts_with("rchar: ")) << io;
  EXPECT_LT(std::stoull(io.substr(7)), (kFiles - before) * kSize + kSize)
      << "hashed before: " << before;
}

TEST_F(BadHome, ACatalogueOfRandomBytesIsSetAsideAndSaidSo) {
  test::write_file(share() / "a song.mp3", "x");
  std::string spoilt;
  for (unsigned i = 0; i < 30'000; ++i)
    spoilt += static_cast<char>(i * 2654435761U >> 24U);
  test::write_file(folder_.path() / "home/catalogue.db", spoilt);
  test::write_file(folder_.path() / "home/catalogue.db-wal", spoilt);
  Servent alice = node();
  ASSERT_TRUE(alice.start());
  EXPECT_TRUE(wait_until([&] { return files(alice) == 1; }, 10s));
  EXPECT_NE(log(alice).find("set aside as"), std::string::npos);
  EXPECT_EQ(test::read_file(alice.home() / "catalogue.db.bad-1"), spoilt);
}

TEST_F(BadHome, ASharedFolderMayHoldAnything) {
  test::write_file(share() / "good one.txt", "x");
  test::write_file(share() / "odd \xff\xfe.txt", "x");
  test::write_file(share() / ("long " + std::string(245, 'n')), "x");
  test::write_file(share() / "line\nbreak.txt", "x");
  test::write_file(share() / "\x1b[31mred.txt", "x");
  test::write_file(share() / ".hidden/inside.txt", "x");
  test::write_file(folder_.path() / "outside/secret.txt", "x");
  ASSERT_EQ(::mkfifo((share() / "pipe.mp3").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", share() / "zero.mp3");
  fs::create_directory_symlink("..", share() / "loop");
  fs::create_directory_symlink(folder_.path() / "outside", share() / "way out");
  Servent alice = node();
  ASSERT_TRUE(alice.start());
  EXPECT_TRUE(
      wait_until([&] { return files(alice) == 3 && status(alice).value("to_hash", 1) == 0; }, 10s));
  fs::remove_all(share());
  EXPECT_EQ(alice.run("status").status, 0);
  EXPECT_EQ(alice.process().stop(SIGTERM, 5s), 0);
}

// A file system of one megabyte.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path at) : at_(std::move(at)) {
    fs::create_directories(at_);
    is_there_ = ::mount("none", at_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~SmallDisk() {
    if (is_there_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool is_there() const { return is_there_; }
  bool make_read_only() const {
    return ::mount("none", at_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m") == 0;
  }

 private:
  fs::path at_;
  bool is_there_ = false;
};

TEST_F(BadHome, AFullDiskIsSaidAndAReadOnlyHomeRefused) {
  const fs::path disk = folder_.path() / "disk";
  const SmallDisk small(disk);
  if (!small.is_there()) GTEST_SKIP() << "only root can make a small file system";
  for (int i = 0; i < 600; ++i) {
    std::string name;
    for (int word = 0; word < 30; ++word)
      name += std::to_string(i * 7919 + word * 104729) + ' ';
    test::write_file(share() / name, "x");
  }
  const fs::path home = folder_.path() / "home";
  fs::create_directories(disk / "home");
  fs::create_symlink(disk / "home", home);
  Servent alice = node(home);
  ASSERT_TRUE(alice.start());
  EXPECT_TRUE(wait_until(
      [&] {
        return test::read_file(alice.errors()).find("disk is full; looking again") !=
               std::string::npos;
      },
      10s));
  EXPECT_EQ(alice.run("status").status, 0);
  EXPECT_EQ(alice.process().stop(SIGTERM, 5s), 0);

  ASSERT_TRUE(small.make_read_only());
  EXPECT_FALSE(alice.start());
  EXPECT_EQ(alice.process().wait(5s), 1);
  EXPECT_NE(test::read_file(alice.errors()).find("Read-only file system"), std::string::npos);
}

TEST_F(BadHome, AWrongSettingIsNamedWithItsLineAndTheNearestRightWord) {
  const fs::path config = folder_.path() / "servent.toml";
  test::write_file(config, "# mine\n\n[server]\nmax_usrs = 5\n");
  Servent server("server", folder_.path() / "home", {"--config", config.string()});
  EXPECT_FALSE(server.start());
  EXPECT_EQ(server.process().wait(5s), 2);
  EXPECT_EQ(test::read_file(server.errors()),
            "servent: " + config.string() +
                ":4: unknown setting \"server.max_usrs\", did you mean \"server.max_users\"?\n");
}

}  // namespace
}  // namespace p2p
