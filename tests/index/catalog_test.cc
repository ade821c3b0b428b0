#include "index/catalog.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "protocols/base/keywords.h"

#include "index/db.h"

#include "tests/support/open_catalog.h"

namespace p2p::index {
namespace {

using namespace std::chrono_literals;

Entry entry(const std::string& name, std::uint64_t size = 1000) {
  Entry made;
  made.file.name = "Music/" + name;
  made.file.size_bytes = size;
  made.file.sha1 = Sha1{};
  made.file.sha1->bytes[0] = static_cast<std::byte>(name.size());
  made.root = "/srv/music";
  made.relative = name;
  made.stamp = {size, 42, 7};
  return made;
}

class CatalogTest : public OpenCatalog {
 protected:
  void SetUp() override { open(); }
  std::vector<std::string> search(const std::string& text) {
    const auto found = reader_->match(parse_query(text), 100, 1000ms);
    EXPECT_TRUE(found) << text;
    std::vector<std::string> names;
    if (found)
      for (const SharedFile& file : *found)
        names.push_back(file.name);
    std::ranges::sort(names);
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_F(CatalogTest, FindsAllWordsInAnyOrderWithoutCaseAndAccents) {
  add({entry("Sun Dogs - Café Noir.mp3"), entry("Sun Dogs - Encore.mp3")});
  EXPECT_EQ(search("CAFE dogs"), Names{"Music/Sun Dogs - Café Noir.mp3"});
  EXPECT_EQ(search("sun dogs").size(), 2U);
  EXPECT_EQ(search("sun nothing"), Names{});
}

TEST_F(CatalogTest, ObeysExcludedWordsPrefixesAndFields) {
  add({entry("zed live.mp3", 500), entry("zed studio.mp3", 5'000'000)});
  EXPECT_EQ(search("zed -live"), Names{"Music/zed studio.mp3"});
  EXPECT_EQ(search("stud*"), Names{"Music/zed studio.mp3"});
  EXPECT_EQ(search("zed size<1K"), Names{"Music/zed live.mp3"});
  EXPECT_EQ(search("zed type:video"), Names{});
}

TEST_F(CatalogTest, TakesWhateverSomebodyTypes) {
  add({entry("AC DC - it s.mp3")});
  for (const char* text : {"foo-bar", "-foo", "C++", "AC/DC", "it's", "a.b", "\"", "(", "*", "AND",
                           "NOT NEAR(", "dc OR", "\"dc", "dc^", "{dc}:x", ""})
    search(text);  // none may be an error
  EXPECT_EQ(search(std::string("dc\0ac", 5)).size(), 1U);
  EXPECT_EQ(search("AC/DC").size(), 1U);
}

TEST_F(CatalogTest, ForgetsWhatIsRemovedAndNeverUsesAnIdTwice) {
  std::vector<Entry> entries{entry("one.txt"), entry("two.txt")};
  ASSERT_TRUE(catalog_->add(entries));
  const std::uint64_t last = entries[1].file.id;
  ASSERT_TRUE(catalog_->remove(std::array{entries[0].file.id, last}));
  EXPECT_EQ(search("one"), Names{});
  std::vector<Entry> again{entry("two.txt")};
  ASSERT_TRUE(catalog_->add(again));
  EXPECT_GT(again[0].file.id, last);
  EXPECT_EQ(search("two").size(), 1U);
}

TEST_F(CatalogTest, FindsByNameAndDigestAndPagesInOrder) {
  add({entry("a.txt"), entry("bb.txt"), entry("ccc.txt")});
  const auto by_name = reader_->find("Music/bb.txt");
  ASSERT_TRUE(by_name && *by_name);
  EXPECT_EQ((*by_name)->root, "/srv/music");
  EXPECT_EQ((*by_name)->stamp, (Stamp{1000, 42, 7}));
  EXPECT_FALSE(*reader_->find("Music/../bb.txt"));
  const auto by_digest = reader_->find(*(*by_name)->file.sha1);
  ASSERT_TRUE(by_digest && *by_digest);
  EXPECT_EQ((*by_digest)->file.name, "Music/bb.txt");
  const auto first = reader_->page(0, 2);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->size(), 2U);
  const auto rest = reader_->page(first->back().id, 2);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().name, "Music/ccc.txt");
}

// Pieces and bytes of the full-text index.
std::pair<std::int64_t, std::int64_t> index_of(const std::filesystem::path& file) {
  auto db = Db::open(file, Db::Access::read_only);
  auto rows = db->prepare(
      "SELECT count(DISTINCT segid), (SELECT sum(length(block)) FROM "
      "file_fts_data) FROM file_fts_idx");
  EXPECT_TRUE(rows->step().value());
  return {rows->integer(0), rows->integer(1)};
}

TEST_F(CatalogTest, ListsAFolderWithoutWhatLiesDeeper) {
  add({entry("a.ogg"), entry("b/c.ogg"), entry("b/d/e.ogg"), entry("b-side.ogg"), entry("b0.ogg"),
       entry("z/y.ogg"), entry("zz.ogg")});
  const auto listed = [&](const std::string& folder, std::size_t limit) {
    std::vector<std::string> names;
    const auto files = reader_->files_in(folder, limit);
    EXPECT_TRUE(files);
    if (files)
      for (const SharedFile& file : *files)
        names.push_back(file.name);
    return names;
  };
  EXPECT_EQ(listed("Music", 100), (std::vector<std::string>{"Music/a.ogg", "Music/b-side.ogg",
                                                            "Music/b0.ogg", "Music/zz.ogg"}));
  EXPECT_EQ(listed("Music", 2), (std::vector<std::string>{"Music/a.ogg", "Music/b-side.ogg"}));
  EXPECT_EQ(listed("Music/b", 100), std::vector<std::string>{"Music/b/c.ogg"});
  EXPECT_TRUE(listed("Musi", 100).empty());
  EXPECT_TRUE(listed("", 100).empty());
}

TEST_F(CatalogTest, MergesItsIndexIntoOnePieceThatFindsTheSame) {
  for (int batch = 0; batch < 30; ++batch) {
    std::vector<Entry> entries;
    for (int i = 0; i < 40; ++i)
      entries.push_back(entry("song " + std::to_string(batch) + " part" + std::to_string(i)));
    add(std::move(entries));
  }
  const auto before = index_of(file_);
  int steps = 0;
  for (bool more = true; more; ++steps) {
    const auto merged = catalog_->merge();
    ASSERT_TRUE(merged) << merged.error().detail;
    ASSERT_LT(steps, 1000);
    more = *merged;
  }
  const auto after = index_of(file_);
  EXPECT_GT(before.first, 1);
  EXPECT_EQ(after.first, 1);
  EXPECT_LT(after.second, before.second);
  EXPECT_EQ(search("song 17").size(), 40U);
  EXPECT_EQ(search("part7").size(), 30U);
  EXPECT_FALSE(catalog_->merge().value()) << "nothing is left";
  add({entry("song later")});
  EXPECT_EQ(search("later"), std::vector<std::string>{"Music/song later"});
}

TEST_F(CatalogTest, KeepsEverythingOverARestart) {
  add({entry("kept words.txt")});
  open();
  EXPECT_EQ(search("kept").size(), 1U);
  EXPECT_FALSE(catalog_->set_aside());
}

TEST_F(CatalogTest, SetsAsideWhatIsNoCatalogue) {
  reader_.reset();
  catalog_.reset();
  for (const char* tail : {"", "-wal", "-shm"})
    std::filesystem::remove(file_.string() + tail);
  dir_.write("catalogue.db", std::string(10'000, 'x'));
  open();
  ASSERT_TRUE(catalog_->set_aside());
  EXPECT_EQ(std::filesystem::file_size(*catalog_->set_aside()), 10'000U);
  add({entry("new.txt")});
  EXPECT_EQ(search("new").size(), 1U);
}

// A page that cannot be read may be any one of the file: the catalogue is whole or a new one.
TEST_F(CatalogTest, SetsAsideAFileWithAnySpoiltPage) {
  std::vector<Entry> entries;
  for (int i = 0; i < 300; ++i)
    entries.push_back(entry("song number " + std::to_string(i) + ".mp3"));
  add(entries);
  reader_.reset();
  catalog_.reset();
  std::ifstream in(file_, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  constexpr std::size_t kPage = 4096;
  ASSERT_GT(whole.size(), 8 * kPage);
  std::size_t set_aside = 0;
  for (std::size_t at = 0; at < whole.size(); at += kPage) {
    std::string spoilt = whole;
    std::fill_n(spoilt.begin() + static_cast<std::ptrdiff_t>(at), kPage, '?');
    dir_.write("catalogue.db", spoilt);
    open();
    if (catalog_->set_aside()) ++set_aside;
    const auto totals = reader_->totals();
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->files, catalog_->set_aside() ? 0U : 300U) << "page " << at / kPage;
    add({entry("fresh " + std::to_string(at))});
    EXPECT_EQ(search("fresh").size(), 1U) << "page " << at / kPage;
    reader_.reset();
    catalog_.reset();
  }
  EXPECT_EQ(set_aside, whole.size() / kPage);
}

TEST_F(CatalogTest, SetsAsideWhatIsCutOffOrNotOurs) {
  add({entry("a song.mp3")});
  reader_.reset();
  catalog_.reset();
  const auto size = std::filesystem::file_size(file_);
  std::filesystem::resize_file(file_, size / 2);
  open();
  EXPECT_TRUE(catalog_->set_aside());
  for (const char* sql : {"CREATE TABLE file(a)", "CREATE TABLE x(a); PRAGMA user_version=1"}) {
    reader_.reset();
    catalog_.reset();
    std::filesystem::remove(file_);
    auto other = Db::open(file_, Db::Access::read_write);
    ASSERT_TRUE(other && other->run(sql));
    other = fail(Errc::stopped, "closed");
    open();
    EXPECT_TRUE(catalog_->set_aside()) << sql;
  }
}

TEST_F(CatalogTest, ALeftOverJournalOfAnotherFileDoesNoHarm) {
  add({entry("a song.mp3")});
  reader_.reset();
  catalog_.reset();
  dir_.write("catalogue.db-wal", std::string(40'000, 'w'));
  open();
  EXPECT_EQ(search("song").size(), 1U);
}

}  // namespace
}  // namespace p2p::index
