// A part file that gets its final name, and what is found when the program was killed meanwhile.
#include "servent/transfer/part_file.h"

#include <string_view>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servent/transfer/final_name.h"

#include "tests/support/files.h"
#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kContent = "0123456789";

std::uint64_t inode_of(const fs::path& path) {
  struct stat file {};
  EXPECT_EQ(::lstat(path.c_str(), &file), 0);
  return file.st_ino;
}

class Naming : public testing::Test {
 protected:
  Naming() { fs::create_directories(part_.parent_path()); }

  PartFile part() { return {part_, kContent.size(), {}, {}, not_stopping_}; }
  static Resume resume() { return {{"a.ogg", kContent.size(), {}, {}, {}}, {}, 0, false, {}}; }
  // A complete part file with its record.
  void fill() {
    PartFile file = part();
    ASSERT_EQ(file.open().what, Stored::What::ok);
    const PartWrite all{0, bytes_of(kContent), {}, {{0, kContent.size()}}, {}};
    ASSERT_EQ(file.write(1, all).what, Stored::What::ok);
    ASSERT_EQ(file.save(resume()).what, Stored::What::ok);
  }
  // As finish() leaves it when the program is killed before it moves the file.
  void intend(const fs::path& path, std::uint64_t inode) {
    auto record = read_record(record_of(part_));
    ASSERT_TRUE(record);
    record->placing = Placing{path, inode};
    ASSERT_EQ(write_record(record_of(part_), to_text(*record)), 0);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  test::TempDir root_;
  const fs::path part_ = root_.path() / "state" / "a.ogg.10.part";
  const fs::path folder_ = root_.path() / "down";
  const Disk::Stopping not_stopping_ = std::make_shared<std::atomic<bool>>(false);
};

TEST_F(Naming, ACompleteFileGetsItsNameAndLeavesNothingBehind) {
  fill();
  PartFile file = part();
  file.open();
  const Stored stored = file.finish(folder_, "a.ogg");
  EXPECT_EQ(stored.what, Stored::What::ok);
  EXPECT_EQ(stored.path, folder_ / "a.ogg");
  EXPECT_EQ(test::read_file(stored.path), kContent);
  EXPECT_TRUE(fs::is_empty(part_.parent_path()));
}

TEST_F(Naming, ItHasTheTimeThatIsGiven) {
  fill();
  PartFile file = part();
  file.open();
  const Stored stored = file.finish(folder_, "a.ogg", 784111777);
  struct stat info {};
  ASSERT_EQ(::stat(stored.path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 784111777);
  EXPECT_EQ(info.st_mtim.tv_nsec, 0);
  EXPECT_EQ(stored.modified_unix, 784111777);
}

TEST_F(Naming, ACopyOnAnotherDiskHasTheSameTime) {
  const fs::path shm = "/dev/shm";
  struct stat info {};
  struct stat there {};
  fill();
  if (::stat(part_.c_str(), &info) != 0 || ::stat(shm.c_str(), &there) != 0 ||
      info.st_dev == there.st_dev || ::access(shm.c_str(), W_OK) != 0)
    GTEST_SKIP() << "there is no other disk";
  const fs::path folder = shm / root_.path().filename();
  PartFile file = part();
  file.open();
  const Stored stored = file.finish(folder, "a.ogg", 784111777);
  EXPECT_EQ(stored.modified_unix, 784111777);
  EXPECT_EQ(test::read_file(stored.path), kContent);
  fs::remove_all(folder);
}

TEST_F(Naming, TheRecordTellsTheNameBeforeTheFileHasIt) {
  fill();
  const std::uint64_t inode = inode_of(part_);
  PartFile file = part();
  file.open();
  const std::string no_name(300, 'x');  // too long for the move that comes after it
  EXPECT_EQ(file.finish(folder_, no_name).what, Stored::What::trouble);
  const auto record = read_record(record_of(part_));
  ASSERT_TRUE(record && record->placing);
  EXPECT_EQ(record->placing->path, folder_ / no_name);
  EXPECT_EQ(record->placing->inode, inode);
  EXPECT_EQ(record->have_bytes, kContent.size());
}

TEST_F(Naming, AKillAfterTheMoveFetchesNothingAgain) {
  fill();
  fs::create_directories(folder_);
  intend(folder_ / "a (2).ogg", inode_of(part_));
  fs::rename(part_, folder_ / "a (2).ogg");

  PartFile file = part();
  EXPECT_EQ(file.open().have_bytes, kContent.size());
  EXPECT_EQ(file.catch_up().what, Stored::What::ok);
  const Stored stored = file.finish(folder_, "a.ogg");
  EXPECT_EQ(stored.what, Stored::What::ok);
  EXPECT_EQ(stored.path, folder_ / "a (2).ogg");
  EXPECT_EQ(files(), 1U);
  EXPECT_TRUE(fs::is_empty(part_.parent_path()));
}

TEST_F(Naming, AKillAfterTheMoveOfACopyLeavesNoPart) {
  fill();
  root_.write("down/a.ogg", std::string(kContent));
  intend(folder_ / "a.ogg", inode_of(folder_ / "a.ogg"));
  PartFile file = part();
  file.open();
  EXPECT_EQ(file.finish(folder_, "a.ogg").path, folder_ / "a.ogg");
  EXPECT_EQ(files(), 1U);
  EXPECT_TRUE(fs::is_empty(part_.parent_path()));
}

TEST_F(Naming, AKillBeforeTheMoveGoesOnWithThePart) {
  fill();
  intend(folder_ / "a.ogg", inode_of(part_));
  PartFile file = part();
  EXPECT_EQ(file.open().have_bytes, kContent.size());
  EXPECT_EQ(file.finish(folder_, "a.ogg").path, folder_ / "a.ogg");
  EXPECT_EQ(test::read_file(folder_ / "a.ogg"), kContent);
}

TEST_F(Naming, AnotherFileOfThatNameIsNotTakenForOurs) {
  fill();
  root_.write("down/a.ogg", "9876543210");
  intend(folder_ / "a.ogg", inode_of(part_));
  PartFile file = part();
  file.open();
  EXPECT_EQ(file.finish(folder_, "a.ogg").path, folder_ / "a (2).ogg");
  EXPECT_EQ(test::read_file(folder_ / "a.ogg"), "9876543210");
}

TEST_F(Naming, AFileThatWasCutAfterwardsIsFetchedAgain) {
  fill();
  fs::create_directories(folder_);
  intend(folder_ / "a.ogg", inode_of(part_));
  fs::rename(part_, folder_ / "a.ogg");
  fs::resize_file(folder_ / "a.ogg", 3);
  EXPECT_EQ(part().open().have_bytes, 0U);
}

TEST_F(Naming, NoRecordComesBackOnceTheFileHasItsName) {
  fill();
  PartFile file = part();
  file.open();
  const Stored first = file.finish(folder_, "a.ogg");
  // Asked for before the answer came.
  EXPECT_EQ(file.save(resume()).what, Stored::What::ok);
  EXPECT_EQ(file.finish(folder_, "a.ogg").path, first.path);
  EXPECT_EQ(files(), 1U);
  EXPECT_TRUE(fs::is_empty(part_.parent_path()));
}

TEST_F(Naming, IsToldForFreeNamesOnly) {
  fill();
  root_.write("down/a.ogg", "mine");
  std::vector<fs::path> told;
  const auto intent = [&](const fs::path& path, std::uint64_t) {
    EXPECT_TRUE(fs::exists(part_));
    told.push_back(path);
  };
  EXPECT_EQ(place(part_, folder_, "a.ogg", not_stopping_, intent).error, 0);
  EXPECT_EQ(told, std::vector<fs::path>{folder_ / "a (2).ogg"});
}

}  // namespace
}  // namespace p2p::transfer
