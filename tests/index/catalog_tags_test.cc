#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "index/catalog.h"
#include "index/db.h"

#include "tests/support/old_catalog.h"
#include "tests/support/open_catalog.h"

namespace p2p::index {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

Entry entry(const std::string& name, FileTags tags) {
  Entry made;
  made.file.name = "Music/" + name;
  made.file.size_bytes = 1000;
  made.file.tags = std::move(tags);
  made.file.uuhash.emplace();
  made.file.uuhash->bytes[0] = static_cast<std::byte>(name.size());
  made.root = "/srv/music";
  made.relative = name;
  made.stamp = {1000, 42, 7};
  return made;
}

FileTags tags(std::string artist, std::string title, std::uint32_t year = 0) {
  FileTags made;
  made.artist = std::move(artist);
  made.title = std::move(title);
  made.year = year;
  return made;
}

class CatalogTagsTest : public OpenCatalog {
 protected:
  void SetUp() override { open(); }
  Names search(const std::string& text, std::size_t limit = 100) {
    const auto found = reader_->match(parse_query(text), limit, 1000ms);
    EXPECT_TRUE(found) << text;
    Names names;
    if (found)
      for (const SharedFile& file : *found)
        names.push_back(file.name);
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(CatalogTagsTest, FindsByTheWordsOfATag) {
  add({entry("01.mp3", tags("John Coltrane", "Blue Train", 1957)),
       entry("02.mp3", tags("Été Indien", "Coltrane", 1960)), entry("coltrane.mp3", {})});
  EXPECT_EQ(search("artist:COLTRANE"), Names{"Music/01.mp3"});
  EXPECT_EQ(search("title:coltrane"), Names{"Music/02.mp3"});
  EXPECT_EQ(search("artist:ete"), Names{"Music/02.mp3"});
  EXPECT_EQ(search("artist:\"coltrane john\" title:train year:1957"), Names{"Music/01.mp3"});
  EXPECT_EQ(search("artist:coltr"), Names{});
  EXPECT_EQ(search("artist:coltrane year>1957"), Names{});
  EXPECT_EQ(search("coltrane"), Names{"Music/coltrane.mp3"}) << "plain words are of the name";
}

TEST_F(CatalogTagsTest, JoinsTheWordsOfNamesAndTags) {
  add({entry("blue one live.mp3", tags("Coltrane", "")), entry("red one.mp3", tags("Coltrane", "")),
       entry("blue two.mp3", tags("Dolphy", ""))});
  EXPECT_EQ(search("blue artist:coltrane"), Names{"Music/blue one live.mp3"});
  EXPECT_EQ(search("re* artist:coltrane"), Names{"Music/red one.mp3"});
  EXPECT_EQ(search("one -live artist:coltrane"), Names{"Music/red one.mp3"});
  EXPECT_EQ(search("-live artist:coltrane"), Names{"Music/red one.mp3"});
  EXPECT_EQ(search("two artist:coltrane"), Names{});
}

TEST_F(CatalogTagsTest, FindsTheFewThatHaveBothAmongThousandsThatHaveOne) {
  std::vector<Entry> entries;
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    entries.push_back(entry("rare" + number + ".mp3", tags("Everybody", "")));
    entries.push_back(entry("common " + number + ".mp3", tags("Nobody", "")));
  }
  entries.push_back(entry("common last.mp3", tags("Everybody", "")));
  add(std::move(entries));
  EXPECT_EQ(search("common artist:everybody"), Names{"Music/common last.mp3"});
  EXPECT_EQ(search("artist:everybody", 7).size(), 7U);
}

TEST_F(CatalogTagsTest, FindsPairsAndTakesWhateverSomebodyTypes) {
  add({entry("03.mp3", tags("東京事変", ""))});
  EXPECT_EQ(search("artist:東京"), Names{"Music/03.mp3"});
  EXPECT_EQ(search("artist:東"), Names{"Music/03.mp3"});
  EXPECT_EQ(search("artist:京変"), Names{});
  for (const char* text : {"artist:\"", "artist:AND", "title:NOT", "album:\"a\"b OR", "genre:(x1",
                           "artist:artist:x1", "artist:{x1}:y1*"})
    search(text);  // none may be an error
}

TEST_F(CatalogTagsTest, FindsPicturesOfASize) {
  FileTags large;
  large.width = 1024;
  large.height = 768;
  add({entry("sun.png", large), entry("sun small.png", {})});
  EXPECT_EQ(search("sun resolution>=800x600"), Names{"Music/sun.png"});
  EXPECT_EQ(search("sun").size(), 2U);
}

TEST_F(CatalogTagsTest, GivesTagsAndUuHashWithEveryFile) {
  FileTags all = tags("John Coltrane", "Blue Train", 1957);
  all.album = "Blue Train";
  all.genre = "Hard Bop";
  all.width = 3;
  all.height = 4;
  const Entry made = entry("01.mp3", all);
  add({made});
  open();
  const auto by_hash = reader_->find(*made.file.uuhash);
  ASSERT_TRUE(by_hash && *by_hash);
  EXPECT_EQ((*by_hash)->file.tags, all);
  EXPECT_EQ((*by_hash)->file.uuhash, made.file.uuhash);
  EXPECT_EQ(reader_->page(0, 1)->front().tags, all);
  EXPECT_EQ(catalog_->entries(0, 1)->front().file.tags, all);
  EXPECT_EQ(search(to_urn(*made.file.uuhash)), Names{"Music/01.mp3"});
  EXPECT_FALSE(*reader_->find(UuHash{}));
}

TEST_F(CatalogTagsTest, ForgetsTheTagsOfWhatIsRemoved) {
  std::vector<Entry> entries{entry("a1.mp3", tags("Coltrane", "")), entry("b22.mp3", {})};
  ASSERT_TRUE(catalog_->add(entries));
  ASSERT_TRUE(catalog_->remove(std::array{entries[0].file.id, entries[1].file.id}));
  EXPECT_EQ(search("artist:coltrane"), Names{});
  EXPECT_FALSE(*reader_->find(*entries[0].file.uuhash));
}

TEST_F(CatalogTagsTest, MergesTheIndexOfTagsToo) {
  for (int batch = 0; batch < 30; ++batch)
    add({entry("song " + std::to_string(batch), tags("artist" + std::to_string(batch), "one"))});
  const auto pieces = [&] {
    auto db = Db::open(file_, Db::Access::read_only);
    auto rows = db->prepare("SELECT count(DISTINCT segid) FROM tag_fts_idx");
    EXPECT_TRUE(rows->step().value());
    return rows->integer(0);
  };
  EXPECT_GT(pieces(), 1);
  while (catalog_->merge().value()) {
  }
  EXPECT_EQ(pieces(), 1);
  EXPECT_EQ(search("title:one").size(), 30U);
}

TEST_F(CatalogTagsTest, KeepsTheFilesOfVersionOne) {
  reader_.reset();
  catalog_.reset();
  for (const char* tail : {"", "-wal", "-shm"})
    std::filesystem::remove(file_.string() + tail);
  ASSERT_TRUE(test::write_old_catalog(
      file_,
      "INSERT INTO file(id, path, name, terms, size, mtime, sha1, root, inode, bitrate) "
      "VALUES(7, 'old song.mp3', 'Music/old song.mp3', 'music old song mp3', 1000, 42, "
      "x'0102030405060708090a0b0c0d0e0f1011121314', '/srv/music', 7, 192)"));
  open();
  EXPECT_FALSE(catalog_->set_aside());
  EXPECT_EQ(search("old song"), Names{"Music/old song.mp3"});
  const auto kept = catalog_->entries(0, 10);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().file.id, 7U);
  EXPECT_EQ(kept->front().file.media.bitrate_kbps, 192U);
  EXPECT_EQ(kept->front().stamp, (Stamp{1000, 42, 7}));
  EXPECT_EQ(kept->front().file.tags, FileTags{});
  EXPECT_FALSE(kept->front().file.uuhash) << "to be read again";
  ASSERT_TRUE(catalog_->remove(std::array{kept->front().file.id}));
  add({entry("old song.mp3", tags("Coltrane", ""))});
  EXPECT_EQ(search("artist:coltrane"), Names{"Music/old song.mp3"});
  open();
  EXPECT_FALSE(catalog_->set_aside()) << "the second time there is nothing to migrate";
  EXPECT_EQ(search("old song").size(), 1U);
}

TEST_F(CatalogTagsTest, LeavesANewerCatalogueAlone) {
  reader_.reset();
  catalog_.reset();
  {
    auto db = Db::open(file_, Db::Access::read_write);
    ASSERT_TRUE(db && db->run("PRAGMA user_version = 4"));
  }
  const auto opened = Catalog::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::unsupported);
}

}  // namespace
}  // namespace p2p::index
