#include "protocols/directory.h"

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p {
namespace {

using Names = std::vector<std::string>;

class DirectoryTest : public testing::Test {
 protected:
  Directory::Added add(std::uint32_t owner, std::string_view name, std::uint64_t size = 1,
                       std::string_view tag = {}) {
    return directory_.add({OwnerId{owner}, name, tag, size, {}, file_kind(name)});
  }
  Names search(const Query& query) const {
    Names names;
    directory_.search(query, {}, [&](const Listed& file) { names.emplace_back(file.name); });
    return names;
  }
  Names search(std::string_view text) const { return search(parse_query(text)); }

  Directory directory_;
};

TEST_F(DirectoryTest, FindsTheNewestFirst) {
  add(1, "x/One Song.mp3");
  add(2, "x/Other Song.mp3");
  EXPECT_EQ(search("song"), (Names{"x/Other Song.mp3", "x/One Song.mp3"}));
  EXPECT_EQ(search("ONE song"), Names{"x/One Song.mp3"});
  EXPECT_EQ(search("song -other"), Names{"x/One Song.mp3"});
  EXPECT_EQ(search("oth* mp*"), Names{"x/Other Song.mp3"});
  EXPECT_TRUE(search("song unknown").empty());
  EXPECT_TRUE(search("").empty());
}

TEST_F(DirectoryTest, RefusesDuplicatesAndLongNames) {
  EXPECT_EQ(add(1, "a1"), Directory::Added::yes);
  EXPECT_EQ(add(1, "a1"), Directory::Added::duplicate);
  EXPECT_EQ(add(2, "a1"), Directory::Added::yes);
  EXPECT_EQ(add(1, std::string(1025, 'x')), Directory::Added::too_long);
  EXPECT_EQ(add(1, "b1", 1, std::string(Directory::kMaxTag + 1, 'x')), Directory::Added::too_long);
  EXPECT_EQ(directory_.files(), 2U);
}

TEST_F(DirectoryTest, ForgetsWhatIsRemoved) {
  add(1, "song one", 5);
  add(1, "song two", 7);
  EXPECT_TRUE(directory_.remove(OwnerId{1}, "song one"));
  EXPECT_FALSE(directory_.remove(OwnerId{1}, "song one"));
  EXPECT_EQ(search("song"), Names{"song two"});
  EXPECT_EQ(directory_.bytes(), 7U);
  directory_.remove_owner(OwnerId{1});
  EXPECT_TRUE(search("song").empty());
  EXPECT_EQ(directory_.files_of(OwnerId{1}), 0U);
  EXPECT_EQ(add(1, "song one"), Directory::Added::yes);
}

TEST_F(DirectoryTest, AcceptDecidesBeforeTheLimit) {
  for (std::uint32_t i = 0; i < 10; ++i)
    add(i, "song " + std::to_string(i));
  Query query = parse_query("song");
  query.limit = 2;
  std::vector<OwnerId> owners;
  directory_.search(
      query, [](const Listed& file) { return static_cast<std::uint32_t>(file.owner) < 3; },
      [&](const Listed& file) { owners.push_back(file.owner); });
  EXPECT_EQ(owners, (std::vector{OwnerId{2}, OwnerId{1}}));
}

TEST_F(DirectoryTest, BestPrefersTheNameThatSaysLittleElse) {
  add(1, "sun dogs.mp3");
  add(1, "sun dogs live in town.mp3");
  add(1, "sun dogs/something.mp3");
  Query query = parse_query("sun dogs");
  query.order = Order::best;
  EXPECT_EQ(search(query).front(), "sun dogs.mp3");
  EXPECT_EQ(search(query).back(), "sun dogs/something.mp3");
}

TEST_F(DirectoryTest, BrowsesTheOldestFirstAndFindsByTag) {
  add(1, "first", 10, "abc-1");
  add(1, "second", 10, "abd-2");
  add(1, "third", 11, "abc-1");
  Names names;
  directory_.browse(OwnerId{1}, [&](const Listed& file) {
    names.emplace_back(file.name);
    return names.size() < 2;
  });
  EXPECT_EQ(names, (Names{"first", "second"}));
  names.clear();
  directory_.find_tag("abc", 10, 5, [&](const Listed& file) { names.emplace_back(file.name); });
  EXPECT_EQ(names, Names{"first"});
  EXPECT_TRUE(directory_.find(OwnerId{1}, "third", {}));
  EXPECT_FALSE(directory_.find(OwnerId{2}, "third", {}));
}

struct SharedName {
  std::uint32_t owner;
  std::string name;
  std::uint64_t size;
};

std::string random_name(Rng& rng) {
  std::string name;
  for (std::uint64_t i = 2 + rng.below(5); i-- > 0;) {
    name += "w" + std::to_string(rng.below(1 + rng.below(60)));
    name += rng.below(6) == 0 ? "/" : rng.below(9) == 0 ? " é東京" : " ";
  }
  return name + (rng.below(2) == 0 ? ".mp3" : ".avi");
}

std::string random_query(Rng& rng) {
  std::string text;
  for (std::uint64_t i = 1 + rng.below(3); i-- > 0;) {
    const std::uint64_t form = rng.below(8);
    text += form == 0 ? " -w" : " w";
    text += std::to_string(rng.below(1 + rng.below(60)));
    if (form == 1) text += '*';
  }
  if (rng.below(4) == 0) text += " size>" + std::to_string(rng.below(100));
  if (rng.below(6) == 0) text += " type:video";
  if (rng.below(9) == 0) text += " 東";
  return text;
}

TEST_F(DirectoryTest, AgreesWithMatchesWhateverComesAndGoes) {
  Rng rng(11);
  std::deque<SharedName> known;  // oldest first
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 700; ++i) {
      const SharedName file{static_cast<std::uint32_t>(rng.below(20)), random_name(rng),
                            rng.below(100)};
      if (add(file.owner, file.name, file.size) == Directory::Added::yes) known.push_back(file);
    }
    for (int i = 0; i < 50; ++i) {
      const auto at = static_cast<std::ptrdiff_t>(rng.below(known.size()));
      const SharedName& file = known[static_cast<std::size_t>(at)];
      ASSERT_TRUE(directory_.remove(OwnerId{file.owner}, file.name));
      known.erase(known.begin() + at);
    }
    for (int i = 0; i < 2; ++i) {
      const auto gone = static_cast<std::uint32_t>(rng.below(20));
      directory_.remove_owner(OwnerId{gone});
      std::erase_if(known, [&](const SharedName& file) { return file.owner == gone; });
    }
    ASSERT_EQ(directory_.files(), known.size());
    for (int i = 0; i < 15; ++i) {
      Query query = parse_query(random_query(rng));
      if (query.asks_nothing()) continue;  // of limits alone: directory_keys_test.cc
      query.limit = rng.below(2) == 0 ? 100'000 : 5;
      Names wanted;
      for (auto file = known.rbegin(); file != known.rend() && wanted.size() < query.limit; ++file)
        if (matches(query, file->name, file->size, {})) wanted.push_back(file->name);
      ASSERT_EQ(search(query), wanted) << round;
    }
  }
}

// Enough files that a sweep takes many changes, and every kind of question in the middle of it:
// long lists of many blocks, words that lose all files and come back, equal sizes.
TEST_F(DirectoryTest, AgreesWithMatchesInTheMiddleOfASweep) {
  Rng rng(12);
  std::deque<SharedName> known;
  const auto search_once = [&] {
    const Query query = parse_query(random_query(rng));
    if (query.asks_nothing()) return;
    Names wanted;
    for (auto file = known.rbegin(); file != known.rend() && wanted.size() < query.limit; ++file)
      if (matches(query, file->name, file->size, {})) wanted.push_back(file->name);
    ASSERT_EQ(search(query), wanted);
    std::size_t same_size = 0;
    const std::uint64_t size = rng.below(3);
    for (const SharedName& file : known)
      same_size += file.size == size ? 1U : 0U;
    std::size_t found = 0;
    directory_.find_tag({}, size, 1'000'000, [&](const Listed&) { ++found; });
    ASSERT_EQ(found, same_size);
  };
  for (std::uint32_t i = 0; i < 12'000; ++i) {
    const SharedName file{i % 60, random_name(rng) + " u" + std::to_string(i), rng.below(3)};
    ASSERT_EQ(add(file.owner, file.name, file.size), Directory::Added::yes);
    known.push_back(file);
  }
  for (std::uint32_t gone = 0; gone < 120; ++gone) {
    directory_.remove_owner(OwnerId{gone % 60});
    std::erase_if(known, [&](const SharedName& file) { return file.owner == gone % 60; });
    const std::uint32_t comes = gone < 40 ? 20 : 150;
    for (std::uint32_t i = 0; i < comes; ++i) {
      const SharedName file{gone % 60,
                            random_name(rng) + " u" + std::to_string(rng.below(12'000)) + " v" +
                                std::to_string(gone * 1000 + i),
                            rng.below(3)};
      ASSERT_EQ(add(file.owner, file.name, file.size), Directory::Added::yes);
      known.push_back(file);
      if (i % 10 == 0) {
        const auto at = static_cast<std::ptrdiff_t>(rng.below(known.size()));
        const SharedName old = known[static_cast<std::size_t>(at)];
        ASSERT_TRUE(directory_.remove(OwnerId{old.owner}, old.name));
        known.erase(known.begin() + at);
      }
    }
    ASSERT_NO_FATAL_FAILURE(search_once()) << gone;
    ASSERT_NO_FATAL_FAILURE(search_once()) << gone;
  }
}

TEST_F(DirectoryTest, NumbersItsFilesAnewWhenTheNumbersEnd) {
  directory_ = Directory(7, 0xffffffff - 1500);
  for (std::uint32_t i = 0; i < 3000; ++i) {
    ASSERT_EQ(add(i % 7, "song " + std::to_string(i)), Directory::Added::yes);
    if (i % 3 == 0) {
      ASSERT_TRUE(directory_.remove(OwnerId{i % 7}, "song " + std::to_string(i)));
    }
  }
  Query query = parse_query("song");
  query.limit = 1'000'000;
  Names wanted;
  for (std::uint32_t i = 3000; i-- > 0;)
    if (i % 3 != 0) wanted.push_back("song " + std::to_string(i));
  EXPECT_EQ(search(query), wanted);
  EXPECT_TRUE(directory_.remove(OwnerId{1}, "song 1"));
}

TEST_F(DirectoryTest, GivesMemoryBackHoweverOwnersComeAndGo) {
  std::size_t early = 0;
  for (std::uint32_t round = 0; round < 400; ++round) {
    for (std::uint32_t i = 0; i < 200; ++i)
      add(round, "word" + std::to_string(round) + " unique" + std::to_string(round * 1000 + i));
    if (round >= 10) directory_.remove_owner(OwnerId{round - 10});
    if (round < 100) early = std::max(early, directory_.memory());
    if (round >= 100) {
      ASSERT_LE(directory_.memory(), early + early / 4);
    }
  }
  EXPECT_EQ(directory_.files(), 2000U);
}

TEST_F(DirectoryTest, GivesMemoryBackWhenOneOwnerChangesForEver) {
  std::size_t early = 0;
  add(1, "stays here");
  for (std::uint32_t i = 0; i < 60'000; ++i) {
    add(1, "song " + std::to_string(i));
    ASSERT_TRUE(directory_.remove(OwnerId{1}, "song " + std::to_string(i)));
    if (i < 15'000) early = std::max(early, directory_.memory());
  }
  EXPECT_LE(directory_.memory(), early + early / 4);
  EXPECT_EQ(search("stays"), Names{"stays here"});
}

}  // namespace
}  // namespace p2p
