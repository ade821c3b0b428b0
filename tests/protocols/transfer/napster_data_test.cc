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
