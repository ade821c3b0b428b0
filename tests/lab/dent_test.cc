#include "servent/lab/dent.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

// A question a second from 1 s on: '+' had a hit.
std::vector<AskedQuery> questions(std::string_view hits) {
  std::vector<AskedQuery> asked;
  for (const char hit : hits) {
    AskedQuery& one = asked.emplace_back();
    one.asked_at = asked.size() * 1'000;
    one.found = hit == '+' ? 1 : 0;
  }
  return asked;
}

TEST(Dent, IsAsLongAsQuestionsFail) {
  const auto asked = questions(
      "++++++++++"
      "-----"
      "+++++++++++++++");
  const Dent dent = dent_of(asked, 11'000, 16'000);
  EXPECT_EQ(dent.before, 1);
  EXPECT_EQ(dent.during, 0);
  EXPECT_EQ(dent.after, 1);
  EXPECT_EQ(dent.length_s, 4) << "one failure among ten is as good as before: 15 s";
}

TEST(Dent, IsNoneWhereNobodyNoticed) {
  const Dent dent = dent_of(questions("+++++++++++++++++++++"), 5'500, kNoReturn);
  EXPECT_EQ(dent.length_s, 0);
  EXPECT_EQ(dent.during, 1);
  EXPECT_FALSE(dent.after) << "nobody came back";
}

TEST(Dent, LastsToTheEndWhereItNeverHeals) {
  const Dent dent = dent_of(questions("+++++---------------"), 6'000, kNoReturn);
  EXPECT_EQ(dent.length_s, 14);
}

TEST(Dent, IsUnknownWithoutQuestionsBeforeOrAfter) {
  EXPECT_FALSE(dent_of(questions("+++"), 500, kNoReturn).length_s);
  EXPECT_FALSE(dent_of(questions("+++"), 9'000, kNoReturn).length_s);
  EXPECT_FALSE(dent_of({}, 0, kNoReturn).before);
}

TEST(Course, IsTheSuccessOfEachStretchOfTheTime) {
  // From 1 s on a question a second, for 80 s: two in each of 40 stretches.
  std::string hits(80, '+');
  hits[2] = '-';
  hits.replace(40, 4, "----");
  const auto course = course_of(questions(hits), 1'000, 80'000);
  ASSERT_EQ(course.size(), kStretches);
  EXPECT_EQ(course[0], (Stretch{1, 1}));
  EXPECT_EQ(course[1], (Stretch{3, 0.5}));
  EXPECT_EQ(course[20], (Stretch{41, 0}));
  EXPECT_EQ(course[21], (Stretch{43, 0}));
  EXPECT_EQ(course[39], (Stretch{79, 1}));
  EXPECT_EQ(course_of(questions("+-"), 1'000, 80'000).size(), 1U) << "where nothing was asked";
  EXPECT_TRUE(course_of({}, 0, 0).empty());
}

}  // namespace
}  // namespace p2p::lab
