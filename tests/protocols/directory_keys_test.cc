// The Directory of a supernode: files with keys, tags, and words beyond their names.
#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/keywords.h"
#include "protocols/base/rng.h"
#include "protocols/directory.h"

namespace p2p {
namespace {

using Names = std::vector<std::string>;
using Added = Directory::Added;

UuHash key_of(std::uint64_t number) {
  UuHash key;
  for (std::size_t i = 0; i < 8; ++i)
    key.bytes[12 + i] = static_cast<std::byte>(number >> (8 * i));
  return key;
}

struct KeyedFile {
  std::uint32_t owner = 0;
  std::string name;
  std::uint64_t key = 0;
  std::string tag{};  // its year, where a test needs one
  std::string words{};
  std::uint64_t size = 1;
  std::vector<std::string> all_words{};  // for the model
};

std::string line_of(const Listed& file) {
  return std::to_string(static_cast<std::uint32_t>(file.owner)) + ' ' + std::string(file.name) +
         ' ' + std::string(file.tag);
}
std::string line_of(const KeyedFile& file) {
  return std::to_string(file.owner) + ' ' + file.name + ' ' + file.tag;
}

class KeyedDirectory : public testing::Test {
 protected:
  Added add(const KeyedFile& file) {
    return directory_.add({OwnerId{file.owner},
                           file.name,
                           file.tag,
                           file.size,
                           {},
                           file_kind(file.name),
                           key_of(file.key),
                           file.words});
  }
  Names search(const Query& query, const Directory::Accept& accept = {}) const {
    Names names;
    directory_.search(query, accept, [&](const Listed& file) { names.emplace_back(file.name); });
    return names;
  }
  Names search(std::string_view text) const { return search(parse_query(text)); }
  // Sorted, for the directory promises no order.
  Names find_key(std::uint64_t key, std::uint32_t limit = 1000) const {
    Names found;
    directory_.find_key(key_of(key), {}, limit, [&](const Listed& file) {
      EXPECT_EQ(file.key, key_of(key));
      found.push_back(line_of(file));
    });
    std::ranges::sort(found);
    return found;
  }
  Names browse(std::uint32_t owner) const {
    Names names;
    directory_.browse(OwnerId{owner}, [&](const Listed& file) {
      names.emplace_back(file.name);
      return true;
    });
    return names;
  }
  bool remove(std::uint32_t owner, std::uint64_t key, std::string_view name = {}) {
    return directory_.remove(OwnerId{owner}, key_of(key), name);
  }

  Directory directory_;
};

TEST_F(KeyedDirectory, FindsAFileByTheWordsOfItsTags) {
  add({1, "01.mp3", 1, "tag", "Été Rouge, 1998 mp3"});
  add({1, "Rouge.mp3", 2, "tag", "rouge rouge"});
  EXPECT_EQ(search("ete"), Names{"01.mp3"});
  EXPECT_EQ(search("rouge"), (Names{"Rouge.mp3", "01.mp3"}));
  EXPECT_EQ(search("1998 mp3"), Names{"01.mp3"});
  EXPECT_EQ(search("mp3 -rouge"), Names{});
  EXPECT_EQ(search("ro* 19*"), Names{"01.mp3"});
  EXPECT_EQ(search("r* x*"), Names{});
}

TEST_F(KeyedDirectory, TakesABoundedPartOfTheText) {
  std::string words;
  for (int i = 0; i < 100; ++i)
    words += "word" + std::to_string(i) + ' ';
  add({1, "a1.mp3", 1, "", words});
  EXPECT_EQ(search("word0 word63").size(), 1U);
  EXPECT_TRUE(search("word64").empty());
  add({1, "a2.mp3", 2, "", std::string(Directory::kMaxText, ' ') + "behind"});
  EXPECT_TRUE(search("behind").empty());
}

TEST_F(KeyedDirectory, KeepsALongTagAsItIs) {
  std::string tag;
  for (std::size_t i = 0; i < Directory::kMaxTag; ++i)
    tag += static_cast<char>(i * 7);
  ASSERT_EQ(add({1, std::string(Directory::kMaxName, 'x'), 1, tag}), Added::yes);
  ASSERT_EQ(add({1, "y1", 2, "z"}), Added::yes);
  std::string found;
  directory_.find_key(key_of(1), {}, 1, [&](const Listed& file) { found = file.tag; });
  EXPECT_EQ(found, tag);
  EXPECT_EQ(add({1, "y1", 3, tag + 'x'}), Added::too_long);
}

TEST_F(KeyedDirectory, OneNameWithTwoKeysIsTwoFiles) {
  EXPECT_EQ(add({1, "song.mp3", 1, "a"}), Added::yes);
  EXPECT_EQ(add({1, "song.mp3", 2, "b"}), Added::yes);
  EXPECT_EQ(add({1, "song.mp3", 1, "c"}), Added::duplicate);
  EXPECT_EQ(directory_.add({OwnerId{1}, "song.mp3", "d", 1, {}, FileKind::audio}), Added::yes);
  EXPECT_EQ(directory_.files_of(OwnerId{1}), 3U);
  EXPECT_EQ(find_key(2), Names{"1 song.mp3 b"});
  EXPECT_TRUE(remove(1, 1, "song.mp3"));
  EXPECT_FALSE(remove(1, 1, "song.mp3"));
  EXPECT_EQ(search("song").size(), 2U);
  EXPECT_TRUE(directory_.remove(OwnerId{1}, "song.mp3"));
  EXPECT_FALSE(directory_.remove(OwnerId{1}, "song.mp3"));
  EXPECT_EQ(find_key(2), Names{"1 song.mp3 b"});
}

TEST_F(KeyedDirectory, OneKeyWithTwoNamesIsShownOnceAndRemovedByName) {
  add({1, "a1", 1});
  add({1, "b1", 1});
  add({1, "c1", 1});
  add({2, "a1", 1});
  EXPECT_EQ(find_key(1), (Names{"1 a1 ", "2 a1 "}));
  EXPECT_EQ(find_key(1, 1).size(), 1U);
  EXPECT_TRUE(find_key(1, 0).empty());
  EXPECT_TRUE(remove(1, 1, "a1"));
  EXPECT_EQ(browse(1), (Names{"b1", "c1"}));
  EXPECT_EQ(find_key(1).size(), 2U);
  EXPECT_TRUE(remove(1, 1, "unheard of"));
  EXPECT_EQ(browse(1).size(), 1U);
  EXPECT_TRUE(remove(1, 1));
  EXPECT_FALSE(remove(1, 1));
  EXPECT_EQ(find_key(1), Names{"2 a1 "});
}

TEST_F(KeyedDirectory, AcceptDecidesByKeyToo) {
  for (std::uint32_t owner = 0; owner < 10; ++owner)
    add({owner, "a1", 1});
  std::vector<OwnerId> owners;
  directory_.find_key(
      key_of(1), [](const Listed& file) { return static_cast<std::uint32_t>(file.owner) < 3; }, 2,
      [&](const Listed& file) { owners.push_back(file.owner); });
  EXPECT_EQ(owners.size(), 2U);
  for (const OwnerId owner : owners)
    EXPECT_LT(static_cast<std::uint32_t>(owner), 3U);
}

TEST_F(KeyedDirectory, TextsAreIndexedAndAcceptComparesTheRest) {
  add({1, "a1.mp3", 1, "artist red", "red"});
  add({1, "red.mp3", 2, "artist blue", "blue"});
  Query query;
  query.texts.artist = {"red"};
  EXPECT_EQ(search(query).size(), 2U);
  const auto is_artist = [](const Listed& file) { return file.tag == "artist red"; };
  EXPECT_EQ(search(query, is_artist), Names{"a1.mp3"});
  query.texts.genre = {"unknown"};
  EXPECT_TRUE(search(query).empty());
}

TEST_F(KeyedDirectory, LimitsAloneAreAQuestion) {
  for (std::uint32_t i = 0; i < 3000; ++i)
    add({i % 10, "a" + std::to_string(i) + (i % 2 == 0 ? ".mp3" : ".avi"), i, std::to_string(i)});
  Query query;
  query.limit = 2;
  EXPECT_TRUE(search(query).empty());
  query.kind = FileKind::video;
  EXPECT_EQ(search(query), (Names{"a2999.avi", "a2997.avi"}));
  query.excluded = {"a2999"};
  EXPECT_EQ(search(query), (Names{"a2997.avi", "a2995.avi"}));
  query.year.least = 1999;
  const auto year = [](const Listed& file) { return file.tag == "1999" || file.tag == "3"; };
  EXPECT_EQ(search(query, year), (Names{"a1999.avi", "a3.avi"}));
  query.uuhash = key_of(3);
  EXPECT_TRUE(search(query).empty());
}

TEST_F(KeyedDirectory, LooksAtTheNewestFilesOnlyWhenNoWordIsAsked) {
  const std::uint32_t older = 10;
  for (std::uint32_t i = 0; i < Directory::kMaxRows + older; ++i) {
    add({0, "a" + std::to_string(i), i});
    if (i % 2 != 0) add({1, "b" + std::to_string(i), i});
  }
  directory_.remove_owner(OwnerId{1});  // removed ones do not count
  Query query;
  query.kind = FileKind::any;
  query.size_bytes.most = 5;
  query.limit = 1'000'000;
  const std::size_t found = search(query).size();
  EXPECT_LE(found, Directory::kMaxRows);
  EXPECT_GT(found, Directory::kMaxRows / 2);
}

// A child that is nothing but bad input: what others have of that key is found all the same.
TEST_F(KeyedDirectory, AHundredThousandFilesOfOneKeyHideNothing) {
  add({1, "honest.mp3", 7});
  std::size_t added = 0;
  for (std::uint32_t i = 0; i < 100'000; ++i)
    if (add({2, "bad " + std::to_string(i), 7}) == Added::yes) ++added;
  EXPECT_EQ(added, Directory::kMaxCopies);
  EXPECT_EQ(find_key(7).size(), 2U);
  for (std::uint32_t i = 0; i < 60'000; ++i) {
    ASSERT_EQ(add({3, "worse", 7}), Added::yes);
    ASSERT_TRUE(remove(3, 7));
  }
  EXPECT_EQ(find_key(7).size(), 2U);
  EXPECT_EQ(directory_.files(), 1 + Directory::kMaxCopies);
  add({3, "late.mp3", 7});
  EXPECT_TRUE(remove(1, 7, "honest.mp3"));
  directory_.remove_owner(OwnerId{2});
  EXPECT_EQ(find_key(7), Names{"3 late.mp3 "});
}

TEST_F(KeyedDirectory, KeepsWordsAndKeysWhenTheNumbersEnd) {
  directory_ = Directory(7, 0xffffffff - 1500);
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_EQ(add({i % 7, "song " + number, i / 2, "", "beyond" + number}), Added::yes);
    if (i % 3 == 0) {
      ASSERT_TRUE(remove(i % 7, i / 2));
    }
  }
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const bool stays = i % 3 != 0;
    ASSERT_EQ(search("beyond" + std::to_string(i)).size(), stays ? 1U : 0U);
    const std::string text = std::to_string(i % 7) + " song " + std::to_string(i) + ' ';
    const Names found = find_key(i / 2);
    ASSERT_EQ(std::ranges::count(found, text), stays ? 1 : 0) << i;
  }
}

// The slow, obvious statement of the same.
class Model {
 public:
  bool add(const KeyedFile& file) {
    std::size_t copies = 0;
    for (const KeyedFile& other : files_) {
      if (other.owner != file.owner || other.key != file.key) continue;
      if (other.name == file.name) return false;
      ++copies;
    }
    if (copies == Directory::kMaxCopies) return false;
    files_.push_back(file);
    std::vector<std::string> words = words_of(searched_part(file.name));
    for (std::string& word : words_of(file.words, Directory::kMaxTextWords))
      words.push_back(std::move(word));
    files_.back().all_words = std::move(words);
    return true;
  }
  void remove(const KeyedFile& file) {
    std::erase_if(files_, [&](const KeyedFile& other) {
      return other.owner == file.owner && other.key == file.key && other.name == file.name;
    });
  }
  void remove_owner(std::uint32_t owner) {
    std::erase_if(files_, [&](const KeyedFile& file) { return file.owner == owner; });
  }
  Names search(const Query& query) const {
    Names names;
    for (auto file = files_.rbegin(); file != files_.rend() && names.size() < query.limit; ++file)
      if (answers(query, *file)) names.push_back(file->name);
    return names;
  }
  std::set<std::uint32_t> owners_of(std::uint64_t key) const {
    std::set<std::uint32_t> owners;
    for (const KeyedFile& file : files_)
      if (file.key == key) owners.insert(file.owner);
    return owners;
  }
  const std::deque<KeyedFile>& files() const { return files_; }

 private:
  static bool answers(const Query& query, const KeyedFile& file) {
    const std::vector<std::string>& words = file.all_words;
    const auto has = [&](const std::string& word) {
      return std::ranges::find(words, word) != words.end();
    };
    const auto begins = [&](const std::string& prefix) {
      return std::ranges::any_of(words, [&](const auto& word) { return word.starts_with(prefix); });
    };
    return query.size_bytes.holds(file.size) &&
           (query.kind == FileKind::any || query.kind == file_kind(file.name)) &&
           std::ranges::all_of(query.words, has) && std::ranges::all_of(query.texts.artist, has) &&
           std::ranges::none_of(query.excluded, has) && std::ranges::all_of(query.prefixes, begins);
  }

  std::deque<KeyedFile> files_;  // oldest first
};

std::string random_words(Rng& rng) {
  std::string text;
  for (std::uint64_t i = rng.below(5); i-- > 0;)
    text += "w" + std::to_string(rng.below(1 + rng.below(60))) + ' ';
  return text;
}

KeyedFile random_keyed_file(Rng& rng) {
  const std::uint64_t name = rng.below(300);
  return {static_cast<std::uint32_t>(rng.below(20)),
          random_words(rng) + std::to_string(name) + (name % 2 == 0 ? ".mp3" : ".avi"),
          rng.below(1 + rng.below(1500)),
          "tag " + std::to_string(rng.below(1000)),
          random_words(rng),
          rng.below(100)};
}

Query random_keyed_query(Rng& rng) {
  Query query;
  for (std::uint64_t i = rng.below(3); i-- > 0;)
    query.words.push_back("w" + std::to_string(rng.below(40)));
  if (rng.below(4) == 0) query.prefixes.push_back("w" + std::to_string(rng.below(7)));
  if (rng.below(8) == 0) query.prefixes.emplace_back("w");
  if (rng.below(4) == 0) query.excluded.push_back("w" + std::to_string(rng.below(40)));
  if (rng.below(4) == 0) query.texts.artist.push_back("w" + std::to_string(rng.below(20)));
  if (rng.below(4) == 0) query.kind = FileKind::video;
  query.size_bytes.least = 1 + rng.below(60);
  query.limit = rng.below(2) == 0 ? 100'000 : 5;
  return query;
}

TEST_F(KeyedDirectory, AgreesWithTheModelWhateverComesAndGoes) {
  Rng rng(21);
  Model model;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 400; ++i) {
      const KeyedFile file = random_keyed_file(rng);
      ASSERT_EQ(add(file), model.add(file) ? Added::yes : Added::duplicate);
    }
    for (int i = 0; i < 150; ++i) {
      const KeyedFile file = model.files()[rng.below(model.files().size())];
      ASSERT_TRUE(remove(file.owner, file.key, file.name));
      model.remove(file);
    }
    const auto gone = static_cast<std::uint32_t>(rng.below(20));
    directory_.remove_owner(OwnerId{gone});
    model.remove_owner(gone);
    ASSERT_EQ(directory_.files(), model.files().size());
    for (int i = 0; i < 15; ++i) {
      const Query query = random_keyed_query(rng);
      ASSERT_EQ(search(query), model.search(query)) << round;
    }
    for (std::uint64_t key = 0; key < 1500; key += 1 + rng.below(20)) {
      std::multiset<std::uint32_t> owners;
      directory_.find_key(key_of(key), {}, 1000, [&](const Listed& file) {
        owners.insert(static_cast<std::uint32_t>(file.owner));
      });
      const auto wanted = model.owners_of(key);
      ASSERT_EQ(owners, std::multiset<std::uint32_t>(wanted.begin(), wanted.end())) << key;
    }
  }
  std::size_t found = 0;
  for (std::uint32_t owner = 0; owner < 20; ++owner)
    directory_.browse(OwnerId{owner}, [&](const Listed& file) {
      found += std::ranges::any_of(model.files(), [&](const KeyedFile& known) {
        return line_of(known) == line_of(file) && file.key == key_of(known.key);
      });
      return true;
    });
  EXPECT_EQ(found, model.files().size());
}

TEST_F(KeyedDirectory, GivesMemoryBackWhenOwnersAndKeysComeAndGo) {
  std::size_t early = 0;
  for (std::uint32_t round = 0; round < 400; ++round) {
    for (std::uint32_t i = 0; i < 200; ++i)
      add({round, "song " + std::to_string(i), round * 1000 + i / 2, "tag",
           "u" + std::to_string(round * 1000 + i)});
    if (round >= 10) directory_.remove_owner(OwnerId{round - 10});
    if (round < 100) early = std::max(early, directory_.memory());
    if (round >= 100) {
      ASSERT_LE(directory_.memory(), early + early / 4);
    }
  }
  EXPECT_EQ(directory_.files(), 2000U);
}

}  // namespace
}  // namespace p2p
