#include <gtest/gtest.h>

#include "protocols/transfer/giver.h"
#include "protocols/transfer/napster_fetcher.h"

namespace p2p::transfer {
namespace {

TEST(NapsterFetcher, CutsTheSizeFromDataThatBeginsWithADigitEvenByteByByte) {
  NapsterFetcher fetcher("me", "a.mp3", 12, 0);
  std::string got;
  for (const char c : std::string("1127890123456789 and more")) {
    got += text_of(fetcher.feed(bytes_of(std::string_view(&c, 1))));
  }
  EXPECT_EQ(fetcher.take_output(), "GETme \"a.mp3\" 0");
  EXPECT_EQ(got, "789012345678");
  EXPECT_EQ(fetcher.state(), NapsterFetcher::State::done);
}

TEST(NapsterFetcher, TellsARefusal) {  // vectors/napster/22
  NapsterFetcher fetcher("me", "a.mp3", 12, 0);
  fetcher.feed(bytes_of("1"));
  fetcher.feed(bytes_of("INVALID REQUEST"));
  EXPECT_EQ(fetcher.state(), NapsterFetcher::State::failed);
  EXPECT_EQ(fetcher.error(), "INVALID REQUEST");
}

const Sha1 kDigest = sha1_from_urn("urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR").value();

// What a fetcher that asked for the digest makes of an answer, whole and byte by byte.
struct NapsterAnswer {
  std::string data;
  std::optional<Sha1> sha1;
  NapsterFetcher::State state{};
};
NapsterAnswer napster_answer(const std::string& answer, bool byte_by_byte) {
  NapsterFetcher fetcher("me", "a.mp3", 12, 0, true);
  NapsterAnswer heard;
  if (byte_by_byte) {
    for (const char c : answer)
      heard.data += text_of(fetcher.feed(bytes_of(std::string_view(&c, 1))));
  } else {
    heard.data = text_of(fetcher.feed(bytes_of(answer)));
  }
  EXPECT_EQ(fetcher.take_output(), "GETme \"a.mp3\" 0 urn:sha1");
  heard.sha1 = fetcher.sha1();
  heard.state = fetcher.state();
  return heard;
}

TEST(NapsterFetcher, TakesTheDigestFromBetweenSizeAndData) {
  for (const bool cut : {false, true}) {
    const NapsterAnswer known =
        napster_answer("1" + size_answer(12, true, kDigest) + "34567890abcd", cut);
    EXPECT_EQ(known.data, "34567890abcd");
    EXPECT_EQ(known.sha1, kDigest);
    EXPECT_EQ(known.state, NapsterFetcher::State::done);
    const NapsterAnswer unknown =
        napster_answer("1" + size_answer(12, true, {}) + "34567890abcd", cut);
    EXPECT_EQ(unknown.data, "34567890abcd");
    EXPECT_FALSE(unknown.sha1);
  }
}

TEST(NapsterFetcher, TakesForDataWhatIsNoDigest) {  // he only calls himself a servent
  for (const bool cut : {false, true}) {
    EXPECT_EQ(napster_answer("11234567890abcd", cut).data, "34567890abcd");
    EXPECT_EQ(napster_answer("112 urn:sha1:no\n", cut).data, " urn:sha1:no");
    EXPECT_EQ(napster_answer("112 - and\n so on", cut).data, " - and\n so o");
  }
}

TEST(Giver, HearsWhetherTheDigestIsWanted) {
  Giver giver;
  giver.feed(bytes_of("GETbob \"a b.mp3\" 20 urn:sha1"));
  EXPECT_EQ(giver.feed_idle(), Giver::Kind::get);
  EXPECT_EQ(giver.number(), 20U);
  EXPECT_TRUE(giver.asks_digest());
  Giver plain;
  plain.feed(bytes_of("GETbob \"a b.mp3\" 20 something else"));
  EXPECT_EQ(plain.feed_idle(), Giver::Kind::get);
  EXPECT_FALSE(plain.asks_digest());
  Giver broken;
  broken.feed(bytes_of("GETbob \"a b.mp3\" 20urn:sha1"));
  EXPECT_EQ(broken.feed_idle(), Giver::Kind::bad);
}

TEST(Giver, HearsTheDigestOfWhatIsBrought) {
  Giver giver;
  giver.feed(bytes_of(send_request("bob", "a b.mp3", 12, kDigest)));
  EXPECT_EQ(giver.feed_idle(), Giver::Kind::send);
  EXPECT_EQ(giver.name(), "a b.mp3");
  EXPECT_EQ(giver.number(), 12U);
  EXPECT_EQ(giver.sha1(), kDigest);
  EXPECT_EQ(send_request("bob", "a b.mp3", 12, {}), "SENDbob \"a b.mp3\" 12");
}

TEST(Giver, ReadsAGluedRequest) {  // vectors/napster/24
  Giver giver;
  giver.feed(bytes_of("GETtekky \"C:\\Shared\\Harbor.mp3\" 20"));
  EXPECT_EQ(giver.feed_idle(), Giver::Kind::get);
  EXPECT_EQ(giver.user(), "tekky");
  EXPECT_EQ(giver.name(), "C:\\Shared\\Harbor.mp3");
  EXPECT_EQ(giver.number(), 20U);
}

}  // namespace
}  // namespace p2p::transfer
