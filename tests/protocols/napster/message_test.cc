#include "protocols/napster/message.h"

#include <gtest/gtest.h>

#include "tests/support/vectors.h"

namespace p2p::napster {
namespace {

using test::captured;

struct Owned {
  std::uint16_t type;
  std::string payload;
  friend bool operator==(const Owned&, const Owned&) = default;
};

std::vector<Owned> drain(FrameReader& reader) {
  std::vector<Owned> frames;
  for (auto next = reader.next(); next && *next; next = reader.next())
    frames.push_back({(*next)->type, std::string((*next)->payload)});
  return frames;
}

TEST(FrameReader, CutsWholeAndByteByByteAlike) {
  for (const char* file : {"napster/01-register.hex", "napster/05-search.hex",
                           "napster/10-people.hex", "napster/20-teknap-session.hex"}) {
    Buffer all;
    for (const auto& one : captured(file))
      all.insert(all.end(), one.bytes.begin(), one.bytes.end());
    ASSERT_FALSE(all.empty()) << file;
    FrameReader whole;
    whole.feed(all);
    const auto expected = drain(whole);
    FrameReader slow;
    std::vector<Owned> got;
    for (const std::byte& one : all) {
      slow.feed(Bytes(&one, 1));
      for (Owned& frame : drain(slow))
        got.push_back(std::move(frame));
    }
    EXPECT_EQ(got, expected) << file;
    EXPECT_EQ(expected.size(), captured(file).size()) << file;
  }
}

TEST(FrameReader, NeedsMoreAtEveryTruncation) {
  const Buffer frame = captured("napster/05-search.hex").at(1).bytes;
  for (std::size_t cut = 0; cut < frame.size(); ++cut) {
    FrameReader reader;
    reader.feed(Bytes(frame).first(cut));
    const auto next = reader.next();
    ASSERT_TRUE(next.has_value()) << cut;
    EXPECT_FALSE(next->has_value()) << cut;
  }
}

TEST(FrameReader, RefusesALengthAboveTheLimitBeforeItComes) {
  FrameReader reader;
  reader.feed(from_hex("0110c800"));  // 4097
  EXPECT_EQ(reader.next().error().code, Errc::too_long);
  FrameReader http;
  http.feed(bytes_of("GET / HTTP/1.0\r\n"));
  EXPECT_FALSE(http.next().has_value());
}

TEST(AppendFrame, MakesTheCapturedBytesAgain) {
  for (const auto& one : captured("napster/05-search.hex")) {
    FrameReader reader;
    reader.feed(one.bytes);
    const auto next = reader.next();
    ASSERT_TRUE(next && *next);
    Buffer again;
    append_frame(again, (*next)->type, (*next)->payload);
    EXPECT_EQ(again, one.bytes);
  }
}

TEST(Split, GroupsByQuotesAndNeedsTheClosingOne) {
  using Fields = std::vector<std::string_view>;
  EXPECT_EQ(*split(" a \"b c\"\t\"\" d\"e "), (Fields{"a", "b c", "", "d\"e"}));
  EXPECT_EQ(*split(""), Fields{});
  EXPECT_EQ(split("a \"b").error().code, Errc::malformed);
  EXPECT_EQ(split("a b c", 2)->size(), 2U);
}

TEST(SplitHead, LeavesTheTextVerbatim) {
  const Head head = split_head("anna hello \"there\"  x");
  EXPECT_EQ(head.first, "anna");
  EXPECT_EQ(head.rest, "hello \"there\"  x");
  EXPECT_EQ(split_head("anna").rest, "");
}

TEST(Line, CannotBeBrokenOutOfByAQuote) {
  EXPECT_EQ(Line().word("a").quoted("b\" c").number(7).text(), "a \"b' c\" 7");
}

TEST(Number, TakesWholeDecimalsUpToTheLimit) {
  EXPECT_EQ(number("65535", 65535), 65535U);
  for (const char* bad : {"", "65536", "-1", "+1", "1x", " 1", "99999999999999999999999"})
    EXPECT_FALSE(number(bad, 65535)) << bad;
}

TEST(SwapAddress, HasTheFirstOctetLowest) {
  EXPECT_EQ(swap_address(16777343), 0x7f000001U);
  EXPECT_EQ(swap_address(swap_address(0x0a010203)), 0x0a010203U);
}

}  // namespace
}  // namespace p2p::napster
