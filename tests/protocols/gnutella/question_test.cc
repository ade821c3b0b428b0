#include "protocols/gnutella/question.h"

#include <gtest/gtest.h>

#include "protocols/gnutella/extensions.h"

#include "tests/support/captured_files.h"

namespace p2p::gnutella {
namespace {

using test::kRiverDigest;

Query question_in(const Buffer& message) {
  const auto query = decode_query(Bytes(message).subspan(kHeaderBytes));
  EXPECT_TRUE(query);
  Question question;
  EXPECT_TRUE(query && question.read(*query));
  return question.query();
}

Query sent(const Asking& asking) {
  Buffer message;
  append_asking(message, Header{Guid{}, Type::query, 4, 0, 0}, asking, 0);
  return question_in(message);
}

TEST(Question, OursTakesFilesThatAreStillBeingFetched) {
  const Query words = sent({"moon dogs", {}});
  EXPECT_EQ(words.words, (std::vector<std::string>{"moon", "dogs"}));
  EXPECT_TRUE(words.takes_partial);
  const Query digest = sent({"", kRiverDigest});
  EXPECT_EQ(digest.sha1, kRiverDigest);
  EXPECT_TRUE(digest.takes_partial);
}

TEST(Question, AnotherOneTakesThemWhenItSaysSo) {
  Buffer message;
  append_query(message, QueryMessage{0, "moon", {}});
  Question question;
  const auto plain = decode_query(message);
  ASSERT_TRUE(plain && question.read(*plain));
  EXPECT_FALSE(question.query().takes_partial);
  // Behind a digest, as gtk-gnutella sends it: "PR" without data.
  Buffer area;
  Writer(area).text(to_urn(kRiverDigest)).u8(0x1c).bytes(from_hex("c382505240"));
  QueryMessage asks{0, "", area};
  ASSERT_TRUE(question.read(asks));
  EXPECT_TRUE(question.query().takes_partial);
  asks.extensions = {};
  asks.text = "moon";
  ASSERT_TRUE(question.read(asks));
  EXPECT_FALSE(question.query().takes_partial) << "of the query before";
}

}  // namespace
}  // namespace p2p::gnutella
