#include "protocols/base/row_filter.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "protocols/base/keywords.h"

namespace p2p {
namespace {

// "Sun Dogs - Été, Free Jazz.flac", 300 MiB, three sources, 200 KiB/s, one free slot, not here.
struct SunDogsRow {
  std::string name = fold("Sun Dogs - Été, Free Jazz.flac");
  std::string users = fold("Marge\notto");
  RowFacts facts{name,        "flac",          users,     300U << 20U, 3,
                 200U << 10U, FileKind::audio, Stock::no, true};
};

bool passes(std::string_view typed, const SunDogsRow& row = {}) {
  return RowFilter(typed).passes(row.facts);
}

TEST(RowFilter, WantsAllWordsWithoutCaseAndAccents) {
  for (const char* typed : {"", "  ", "ETE", "dogs free", "og ja", "été -live", "-", "\"\""})
    EXPECT_TRUE(passes(typed)) << typed;
  for (const char* typed : {"dogs live", "-free", "été -jazz", "jazzz"})
    EXPECT_FALSE(passes(typed)) << typed;
}

TEST(RowFilter, TakesEitherSideOfABar) {
  for (const char* typed : {"live|jazz", "jazz|live", "jazz|", "|jazz", "-live|demo",
                            "ext:mp3|ext:flac", "live|size>1M", "\"free live\"|\"free jazz\""})
    EXPECT_TRUE(passes(typed)) << typed;
  for (const char* typed : {"live|demo", "-live|jazz", "ext:mp3|ext:ogg", "live|demo jazz"})
    EXPECT_FALSE(passes(typed)) << typed;
}

TEST(RowFilter, TakesAPhraseAsItStands) {
  EXPECT_TRUE(passes("\"free jazz\""));
  EXPECT_TRUE(passes("\"FREE j"));  // still being typed
  EXPECT_TRUE(passes("-\"jazz free\""));
  EXPECT_FALSE(passes("\"jazz free\""));
  EXPECT_FALSE(passes("-\"free jazz\""));
}

TEST(RowFilter, ComparesNumbers) {
  for (const char* typed : {"size>1M", "size<2G", "size>=300M", "size:300mb", "size=314572800",
                            "src>2", "src:3", "rate>100K", "SIZE>1m src<4", "-size>1G", "-src>3"})
    EXPECT_TRUE(passes(typed)) << typed;
  for (const char* typed : {"size>300M", "size<1M", "src>3", "src<=2", "rate>1M", "-size>1M"})
    EXPECT_FALSE(passes(typed)) << typed;
}

TEST(RowFilter, ComparesWords) {
  for (const char* typed : {"ext:flac", "ext:FLAC", "type:audio", "type:any", "user:marge",
                            "user:ott", "have:no", "slot:yes", "-have:yes", "user:\"marge\""})
    EXPECT_TRUE(passes(typed)) << typed;
  for (const char* typed :
       {"ext:fla", "type:video", "user:lena", "have:yes", "have:queued", "slot:no"})
    EXPECT_FALSE(passes(typed)) << typed;
}

TEST(RowFilter, SearchesAsTextWhatIsNoFieldAndTellsWhere) {
  const RowFilter filter("jazz size>big -have:maybe artist:sun ext>3");
  using Part = RowFilter::Part;
  EXPECT_EQ(filter.misread(), (std::vector<Part>{{5, 13}, {15, 25}, {26, 36}, {37, 42}}));
  SunDogsRow row;
  EXPECT_FALSE(filter.passes(row.facts));
  row.name = "jazz size>big artist:sun ext>3";
  row.facts.name = row.name;
  EXPECT_TRUE(filter.passes(row.facts));
  for (const char* plain : {"12:30", "\"size>big\"", "a-b", "c++", "size", ":", ">"})
    EXPECT_TRUE(RowFilter(plain).misread().empty()) << plain;
}

TEST(RowFilter, AsksNothingOfAFieldWhoseValueIsStillToCome) {
  for (const char* typed : {"size>", "ext:", "jazz user:", "have:", "size>="}) {
    EXPECT_TRUE(passes(typed)) << typed;
    EXPECT_TRUE(RowFilter(typed).misread().empty()) << typed;
  }
}

TEST(RowFilter, TellsWhatIsHalfTyped) {
  using Parts = std::vector<RowFilter::Part>;
  const auto unfinished = [](std::string_view typed) { return RowFilter(typed).unfinished(); };
  EXPECT_EQ(unfinished("jazz size>"), (Parts{{5, 10}}));
  EXPECT_EQ(unfinished("-ext: x"), (Parts{{1, 5}}));
  EXPECT_EQ(unfinished("jazz -"), (Parts{{5, 6}}));
  EXPECT_EQ(unfinished("live|"), (Parts{{4, 5}}));
  EXPECT_EQ(unfinished(" |live"), (Parts{{1, 2}}));
  EXPECT_EQ(unfinished("\"\""), (Parts{{0, 2}}));
  for (const char* whole : {"", "jazz", "\"free ja", "size>1M", "size>big", "-a|b"})
    EXPECT_TRUE(unfinished(whole).empty()) << whole;
}

TEST(RowFilter, KnowsFieldsAsTextOnlyWhereALineHasNone) {
  EXPECT_TRUE(RowFilter("link ext:flac").passes_text("link up ext:flac"));
  EXPECT_FALSE(RowFilter("link ext:flac").passes_text("link up flac"));
  EXPECT_FALSE(RowFilter("-link").passes_text("link up"));
}

TEST(RowFilter, TellsWhatItAsksOf) {
  EXPECT_TRUE(RowFilter("jazz|have:no").asks_stock());
  EXPECT_FALSE(RowFilter("jazz src>2").asks_sources());
  for (const char* typed : {"user:x", "-slot:yes", "rate>1"})
    EXPECT_TRUE(RowFilter(typed).asks_sources()) << typed;
}

TEST(RowFilter, EndsWithWhateverIsTyped) {
  constexpr std::string_view kSigns = "a1-|\" :><=\t\xc3\xa9 size:ext";
  std::mt19937 random(7);
  const SunDogsRow row;
  for (int i = 0; i < 5000; ++i) {
    std::string typed;
    for (std::size_t length = random() % 40; length > 0; --length)
      typed += kSigns[random() % kSigns.size()];
    const RowFilter filter(typed);
    if (typed.find('"') == std::string::npos) {
      EXPECT_EQ(filter.passes(row.facts), RowFilter(typed + " ").passes(row.facts)) << typed;
    }
    for (const auto& part : filter.misread())
      EXPECT_LT(part.begin, std::min(part.end, typed.size())) << typed;
  }
}

}  // namespace
}  // namespace p2p
