#include "servent/app/library.h"

#include <set>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/old_catalog.h"
#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class LibraryTest : public testing::Test {
 protected:
  void open(index::Trees trees = index::Trees::none) {
    LibraryHooks hooks;
    hooks.changed = [this](const Shared& change) {
      started_over_ = started_over_ || change.start_over;
      for (const SharedFile& file : change.added)
        added_.insert(file.name);
      for (const std::string& name : change.removed)
        removed_.insert(name);
    };
    hooks.progress = [] {};
    hooks.log = [this](api::LogLevel, const std::string& text) { said_ += text + '\n'; };
    library_ = std::make_unique<Library>(io_, dir_.path() / "catalogue.db", hooks, trees, 20ms);
  }
  template <class Done>
  bool run_until(Done done, std::chrono::milliseconds limit = 5s) {
    const auto end = std::chrono::steady_clock::now() + test::kPatience * limit;
    while (!done() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(20ms);
    }
    return done();
  }
  std::optional<Located> locate(const std::string& name) {
    return locate(transfer::FileWanted(transfer::NamedFile{name}));
  }
  std::optional<Located> locate(const transfer::FileWanted& wanted) {
    std::optional<Located> found;
    bool answered = false;
    library_->locate(wanted, [&](std::optional<Located> at) {
      found = std::move(at);
      answered = true;
    });
    EXPECT_TRUE(run_until([&] { return answered; }));
    return found;
  }
  fs::path share() const { return dir_.path() / "share"; }

  test::TempDir dir_;
  boost::asio::io_context io_;
  std::set<std::string> added_;
  std::set<std::string> removed_;
  std::string said_;
  bool started_over_ = false;
  std::unique_ptr<Library> library_;  // last: it ends before what its hooks touch
};

// What a version without tags and UuHash left: the row stays until the file is read again.
TEST_F(LibraryTest, ReadsTheFilesOfAnOlderProgramAgain) {
  const fs::path file =
      dir_.write("share/a sun.gif", std::string("GIF89a\x80\x02\xe0\x01\0\0\0", 13));
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  const std::int64_t changed =
      std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  ASSERT_TRUE(test::write_old_catalog(
      dir_.path() / "catalogue.db",
      "INSERT INTO file(path, name, terms, size, mtime, root, inode) VALUES('a sun.gif', "
      "'share/a sun.gif', 'share sun gif', 13, " +
          std::to_string(changed) + ", '" + share().string() + "', " + std::to_string(info.st_ino) +
          ")"));
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !added_.empty(); }));
  EXPECT_EQ(removed_, std::set<std::string>{"share/a sun.gif"});
  const auto now = locate("share/a sun.gif");
  ASSERT_TRUE(now);
  EXPECT_EQ(now->file.tags.width, 640U);
  EXPECT_TRUE(now->file.uuhash);
  EXPECT_EQ(now->file.id, 2U);
  EXPECT_EQ(library_->row().files, 1U);
  EXPECT_EQ(library_->row().bytes, 13U);
  added_.clear();
  library_->rescan();
  ASSERT_TRUE(run_until([&] { return !library_->row().scanning; }));
  EXPECT_TRUE(added_.empty()) << "once is enough";
}

TEST_F(LibraryTest, ReadsTheFilesAgainWhenTreesAreWanted) {
  dir_.write("share/one.txt", "1");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !added_.empty(); }));
  EXPECT_FALSE(locate("share/one.txt")->file.tree_root);
  added_.clear();
  library_.reset();
  open(index::Trees::wanted);
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !added_.empty(); }));
  EXPECT_EQ(removed_, std::set<std::string>{"share/one.txt"});
  EXPECT_TRUE(locate("share/one.txt")->file.tree_root);
  // Where none are wanted it is not read again for that.
  added_.clear();
  library_.reset();
  open();
  dir_.write("share/two.txt", "2");
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !added_.empty(); }));
  EXPECT_EQ(added_, std::set<std::string>{"share/two.txt"});
  EXPECT_TRUE(locate("share/one.txt")->file.tree_root);
}

TEST_F(LibraryTest, ReadsTheFilesAgainWhenTreesAreWantedWhileItRuns) {
  dir_.write("share/one.txt", "1");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !added_.empty(); }));
  ASSERT_FALSE(locate("share/one.txt")->file.tree_root);

  library_->want_trees(index::Trees::wanted);
  ASSERT_TRUE(run_until([&] {
    const auto found = locate("share/one.txt");
    return found && found->file.tree_root;
  }));
  EXPECT_EQ(library_->row().files, 1U);

  library_->want_trees(index::Trees::none);
  EXPECT_TRUE(locate("share/one.txt")->file.tree_root);
}

TEST_F(LibraryTest, SharesWhatIsThereAndTellsOfChangesOnly) {
  dir_.write("share/one.txt", "1");
  dir_.write("share/two.txt", "2");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 2; }));
  added_.clear();
  fs::remove(share() / "one.txt");
  dir_.write("share/two.txt", "changed");
  library_->rescan();
  ASSERT_TRUE(run_until([&] { return !added_.empty() && removed_.size() == 2; }));
  EXPECT_EQ(added_, std::set<std::string>{"share/two.txt"});
  EXPECT_EQ(library_->row().files, 1U);
}

TEST_F(LibraryTest, ShowsWhatLiesInAFolderAndHowMuchThereIs) {
  dir_.write("share/top.txt", "top");
  dir_.write("share/a/one.txt", "one");
  dir_.write("share/a/b/two.txt", "two!");
  dir_.write("share/empty.txt", "");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 3 && library_->row().to_hash == 0; }));
  const auto look = [&](const std::string& folder) {
    std::optional<api::Listing> listing;
    library_->look_into(folder, [&](api::Listing told) { listing = std::move(told); });
    EXPECT_TRUE(run_until([&] { return listing.has_value(); }));
    return listing.value_or(api::Listing{});
  };
  const api::Listing top = look("share");
  ASSERT_EQ(top.folders.size(), 1U);
  EXPECT_EQ(top.folders[0].name, "share/a");
  EXPECT_EQ(top.folders[0].files, 2U);
  EXPECT_EQ(top.folders[0].bytes, 7U);
  ASSERT_EQ(top.files.size(), 1U);
  EXPECT_EQ(top.files[0].name, "share/top.txt");
  EXPECT_EQ(top.files[0].state, api::FileState::hashed);
  EXPECT_FALSE(top.files[0].digest.empty());
  EXPECT_EQ(look("share/a/b").files.size(), 1U);
  EXPECT_TRUE(look("/etc").files.empty());

  library_->match(parse_query("two"), 5, [](const std::vector<SharedFile>&) {});
  library_->match(parse_query("nothing"), 5, [](const std::vector<SharedFile>&) {});
  ASSERT_TRUE(run_until([&] { return library_->row().matched == 1; }));
  const api::LibraryRow row = library_->row();
  EXPECT_EQ(row.queries, 2U);
  EXPECT_EQ(row.found, 3U);
  EXPECT_EQ(row.found_folders, 3U);
  ASSERT_EQ(row.folders.size(), 1U);
  EXPECT_EQ(row.folders[0].files, 3U);
  EXPECT_GT(row.on_disk, 0U);
  ASSERT_EQ(row.skipped_rows.size(), 1U);
  EXPECT_EQ(row.skipped_rows[0].why, "is empty");
}

TEST_F(LibraryTest, KnowsWhichContentsAreShared) {
  dir_.write("share/one.txt", "abc");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 1; }));
  // FIPS 180-2, example of "abc"; the other one is nobody's.
  const auto abc = sha1_from_base32("VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5");
  ASSERT_TRUE(abc);
  std::optional<std::vector<Sha1>> shared;
  library_->which({Sha1{}, *abc}, [&](std::vector<Sha1> found) { shared = std::move(found); });
  ASSERT_TRUE(run_until([&] { return shared.has_value(); }));
  EXPECT_EQ(*shared, std::vector<Sha1>{*abc});
}

TEST_F(LibraryTest, NoticesByItselfWhatComesAndGoes) {
  dir_.write("share/one.mp3", "one");
  open();
  library_->set_folders({dir_.path() / "share"});
  ASSERT_TRUE(run_until([&] { return added_.size() == 1; }));
  dir_.write("share/two.mp3", "two");
  fs::remove(dir_.path() / "share/one.mp3");
  EXPECT_TRUE(run_until([&] { return added_.size() == 2 && removed_.size() == 1; }, 20s));
}

TEST_F(LibraryTest, DoesNotHashAgainWhatIsUnchanged) {
  dir_.write("share/one.txt", "1");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 1; }));
  library_.reset();
  added_.clear();
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return library_->row().files == 1; }));
  EXPECT_TRUE(added_.empty());
}

TEST_F(LibraryTest, AnswersWithWhatIsThereHoweverEarlyItIsAsked) {
  dir_.write("share/one.txt", "1");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 1; }));
  library_.reset();
  open();
  std::optional<std::size_t> files;
  library_->page(0, 10, [&](const std::vector<SharedFile>& page, std::uint64_t, bool) {
    files = page.size();
  });
  run_until([&] { return false; }, 50ms);
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return files.has_value(); }));
  EXPECT_EQ(*files, 1U) << "or nothing is published after a restart";
}

TEST_F(LibraryTest, FindsAFileByItsDigestAndByItsNumber) {
  dir_.write("share/one.txt", "1");
  dir_.write("share/two.txt", "2");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 2; }));
  const auto at = locate("share/two.txt");
  ASSERT_TRUE(at && at->file.sha1);
  EXPECT_EQ(at->file.modified_unix, at->mtime_ns / 1'000'000'000);
  const auto by_digest = locate(transfer::FileWanted(*at->file.sha1));
  ASSERT_TRUE(by_digest);
  EXPECT_EQ(by_digest->file.name, "share/two.txt");
  EXPECT_FALSE(locate(transfer::FileWanted(Sha1{})));
  const auto index = static_cast<std::uint32_t>(at->file.id);
  for (const char* name : {"two.txt", "share/two.txt"}) {
    const auto by_number = locate(transfer::NumberedFile{index, name});
    ASSERT_TRUE(by_number) << name;
    EXPECT_EQ(by_number->file.id, at->file.id);
  }
  EXPECT_FALSE(locate(transfer::NumberedFile{index, "one.txt"}));
  EXPECT_FALSE(locate(transfer::NumberedFile{index + 7, "two.txt"}));
  EXPECT_FALSE(locate(transfer::NumberedFile{0, "one.txt"}));
}

TEST_F(LibraryTest, OpensOnlyWhatIsStillTheSharedFile) {
  dir_.write("share/one.txt", "1");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 1; }));
  const auto at = locate("share/one.txt");
  ASSERT_TRUE(at);
  const auto file = open_for_upload(*at);
  ASSERT_TRUE(file) << file.error().detail;
  ::close(*file);
  EXPECT_FALSE(locate("share/../catalogue.db"));
  EXPECT_FALSE(locate("/etc/passwd"));

  dir_.write("share/one.txt", "longer now");
  EXPECT_FALSE(open_for_upload(*at));
  fs::remove(share() / "one.txt");
  fs::create_symlink("/etc/hostname", share() / "one.txt");
  EXPECT_FALSE(open_for_upload(*at));
  Located outside = *at;
  outside.relative = "../catalogue.db";
  EXPECT_FALSE(open_for_upload(outside));
}

TEST_F(LibraryTest, SaysThatItSetABrokenCatalogueAside) {
  dir_.write("catalogue.db", std::string(5000, '?'));
  dir_.write("share/one.txt", "1");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 1; }));
  EXPECT_NE(said_.find("set aside as"), std::string::npos);
}

TEST_F(LibraryTest, ACatalogueThatProvesCorruptWhileInUseIsMadeAnew) {
  for (int i = 0; i < 40; ++i)
    dir_.write("share/a song of number " + std::to_string(i) + ".txt", "x");
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return added_.size() == 40; }));
  added_.clear();
  for (const char* name : {"catalogue.db", "catalogue.db-wal"}) {
    const int file = ::open((dir_.path() / name).c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    const std::string spoilt(static_cast<std::size_t>(fs::file_size(dir_.path() / name)), '?');
    EXPECT_EQ(::pwrite(file, spoilt.data(), spoilt.size(), 0), static_cast<ssize_t>(spoilt.size()));
    ::close(file);
  }
  dir_.write("share/new.txt", "x");
  EXPECT_FALSE(locate("share/a song of number 7.txt")) << "the page cannot be read";
  ASSERT_TRUE(run_until([&] { return added_.size() == 41; })) << said_;
  EXPECT_NE(said_.find("set aside as"), std::string::npos) << said_;
  EXPECT_TRUE(started_over_) << "the networks forget what they were told";
  EXPECT_TRUE(locate("share/new.txt"));
}

TEST_F(LibraryTest, AFileThatChangesWhileItIsReadIsTakenLater) {
  const fs::path file = dir_.write("share/shrinking.bin", "1");
  fs::resize_file(file, std::uintmax_t{1} << 40U);  // sparse, an hour of hashing
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !library_->row().hashing.empty(); }));
  fs::resize_file(file, 5);
  ASSERT_TRUE(run_until([&] { return library_->row().files == 1; })) << said_;
  const auto at = locate("share/shrinking.bin");
  ASSERT_TRUE(at);
  EXPECT_EQ(at->size_bytes, 5U);
}

TEST_F(LibraryTest, StopsInTheMiddleOfAFile) {
  fs::create_directories(share());
  const int big = ::open((share() / "big.iso").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::ftruncate(big, off_t{1} << 40U), 0);  // a sparse terabyte: an hour of hashing
  ::close(big);
  open();
  library_->set_folders({share()});
  ASSERT_TRUE(run_until([&] { return !library_->row().hashing.empty(); }));
  const auto start = std::chrono::steady_clock::now();
  library_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

}  // namespace
}  // namespace p2p::app
