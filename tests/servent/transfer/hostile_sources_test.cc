// Sources that break the rules of HTTP, of their own words or of good sense: an honest one beside
// them gives the file none the less, and alone they are not asked in a loop.
#include <array>
#include <ostream>
#include <string>
#include <utility>

#include "tests/support/swarming.h"

namespace p2p::transfer {
namespace {
using test::Swarming;
using test::WebPeer;
using namespace std::chrono_literals;
using Reply = WebPeer::Reply;

std::string range_of(std::uint64_t first, std::uint64_t last, std::uint64_t total) {
  return "Content-Range: bytes " + std::to_string(first) + '-' + std::to_string(last) + '/' +
         std::to_string(total) + "\r\n";
}
std::string length_of(std::uint64_t bytes) {
  return "Content-Length: " + std::to_string(bytes) + "\r\n";
}
std::string part(const std::string& fields) {
  return "HTTP/1.1 206 Partial Content\r\n" + fields + "\r\n";
}
std::string part_of(const WebPeer::Asked& asked, const std::string& content,
                    const std::string& more = {}) {
  const std::uint64_t bytes = asked.last + 1 - asked.first;
  return part(range_of(asked.first, asked.last, content.size()) + length_of(bytes) + more) +
         content.substr(asked.first, bytes);
}

struct Lie {
  const char* name;
  // To the number-th request, of a source that has this content.
  Reply (*answer)(std::size_t number, const WebPeer::Asked& asked, const std::string& content);
};
std::ostream& operator<<(std::ostream& out, const Lie& lie) {
  return out << lie.name;
}

constexpr std::array<Lie, 24> kLies{{
    {"AnotherStart",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part_of({asked.target, asked.first + 1, asked.last}, content)};
     }},
    {"AnotherTotal",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part(range_of(asked.first, asked.last, content.size() + 1) + length_of(9)) +
               "123456789"};
     }},
    {"AReversedRange",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part(range_of(asked.last, asked.first, content.size())) + content};
     }},
    {"ARangeBeyondTheEnd",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part(range_of(asked.first, content.size(), content.size())) + content};
     }},
    {"ARangeThatIsNoNumber",
     [](std::size_t, const WebPeer::Asked&, const std::string& content) -> Reply {
       return {part("Content-Range: bytes 0-99999999999999999999999/*\r\n") + content};
     }},
    {"NoRange",
     [](std::size_t, const WebPeer::Asked&, const std::string& content) -> Reply {
       return {part(length_of(content.size())) + content};
     }},
    {"ALengthThatIsNotTheRanges",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part(range_of(asked.first, asked.last, content.size()) + length_of(1)) + content};
     }},
    {"AWholeThatIsLonger",
     [](std::size_t, const WebPeer::Asked&, const std::string& content) -> Reply {
       return {"HTTP/1.1 200 OK\r\n" + length_of(content.size() + 1) + "\r\n" + content + "x"};
     }},
    {"AWholeThatIsShorter",
     [](std::size_t, const WebPeer::Asked&, const std::string& content) -> Reply {
       return {"HTTP/1.1 200 OK\r\n" + length_of(content.size() - 1) + "\r\n" + content};
     }},
    {"AWholeThatEndsBeforeAnyByteOfUse",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {"HTTP/1.1 200 OK\r\n" + length_of(content.size()) + "\r\n" +
                   content.substr(0, asked.first),
               true};
     }},
    {"NoWord",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       return {"", true};
     }},
    {"HalfAHead",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       return {"HTTP/1.1 206 Partial Content\r\nContent-Ra", true};
     }},
    {"AHeadAlone",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part(range_of(asked.first, asked.last, content.size())), true};
     }},
    {"NotHttp",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       return {"GIV 1:0123456789abcdef0123456789abcdef/a.ogg\n\n"};
     }},
    {"EndlessInterimAnswers",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       Reply reply{"HTTP/1.1 100 Continue\r\n\r\n"};
       reply.endless = reply.text;
       return reply;
     }},
    {"EndlessHeaders",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       Reply reply{"HTTP/1.1 206 Partial Content\r\n"};
       reply.endless = "X-More: of this\r\n";
       return reply;
     }},
    {"AnEndlessLine",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       Reply reply{"HTTP/1.1 206 "};
       reply.endless = "and so on ";
       return reply;
     }},
    {"AlwaysNotThatPart",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       return {"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n"};
     }},
    {"SaysThatItHasThePartsItRefuses",
     [](std::size_t, const WebPeer::Asked&, const std::string& content) -> Reply {
       return {
           "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n"
           "X-Available-Ranges: bytes 0-" +
           std::to_string(content.size() - 1) + "\r\n\r\n"};
     }},
    {"BusyButAskAtOnce",
     [](std::size_t, const WebPeer::Asked&, const std::string&) -> Reply {
       return {"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"};
     }},
    {"OneByteAnAnswer",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part_of({asked.target, asked.first, asked.first}, content)};
     }},
    {"Chunks",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part_of(asked, content, "Transfer-Encoding: chunked\r\n")};
     }},
    {"Compressed",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part_of(asked, content, "Content-Encoding: gzip\r\n")};
     }},
    {"AnotherDigest",
     [](std::size_t, const WebPeer::Asked& asked, const std::string& content) -> Reply {
       return {part_of(asked, content,
                       "X-Gnutella-Content-URN: " + to_urn(test::sha1_of("other")) + "\r\n")};
     }},
}};

class HostileSource : public Swarming, public testing::WithParamInterface<Lie> {
 protected:
  WebPeer& liar() {
    return source("eve", [this](std::size_t number, const WebPeer::Asked& asked) {
      return GetParam().answer(number, asked, content_);
    });
  }
};

TEST_P(HostileSource, DoesNotHoldUpWhatAnotherGives) {
  liar();
  source("ann", {content_});
  fetch();
}

TEST_P(HostileSource, IsNotAskedInALoop) {
  const WebPeer& eve = liar();
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([&] { return !eve.requests().empty(); })) << log_;
  run_for(150ms);
  EXPECT_NE(row().state, api::DownloadState::done);
  EXPECT_LE(eve.requests().size(), 160U) << log_;
  EXPECT_LE(eve.connections(), 12U) << log_;
}

INSTANTIATE_TEST_SUITE_P(All, HostileSource, testing::ValuesIn(kLies),
                         [](const auto& one) { return std::string(one.param.name); });

// ---- what needs more than one answer

TEST_F(Swarming, ARedirectionIsNotFollowed) {
  WebPeer elsewhere(io_, [](std::size_t, const WebPeer::Asked&) { return Reply{"", true}; });
  const WebPeer& eve = source("eve", [&](std::size_t, const WebPeer::Asked&) -> Reply {
    return {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + std::to_string(elsewhere.port()) +
            "/\r\nContent-Length: 0\r\n\r\n"};
  });
  source("ann", {content_});
  fetch();
  EXPECT_GE(eve.requests().size(), 1U);
  EXPECT_EQ(elsewhere.connections(), 0U);
}

TEST_F(Swarming, ASourceWhoseDigestChangesIsLeft) {
  source("eve", [this](std::size_t number, const WebPeer::Asked& asked) -> Reply {
    const Sha1 told = number == 0 ? digest_ : test::sha1_of("other");
    return {part_of({asked.target, asked.first, std::min(asked.last, asked.first + 99'999)},
                    content_, "X-Gnutella-Content-URN: " + to_urn(told) + "\r\n")};
  });
  source("ann", {content_});
  fetch();
  EXPECT_NE(log_.find("eve: the source's file has changed"), std::string::npos) << log_;
}

TEST_F(Swarming, ASourceThatDripsIsRelievedByAnother) {
  source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    Reply reply{part_of(asked, content_)};
    const std::size_t head = reply.text.find("\r\n\r\n") + 4;
    reply.drip = reply.text.substr(head);
    reply.text.resize(head);
    return reply;
  });
  source("ann", {content_});
  const auto before = std::chrono::steady_clock::now();
  fetch();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 15s);
}

TEST_F(Swarming, ASourceThatDripsLosesItsSlotWhenTheWindowEnds) {
  settings_.window = 100ms;
  settings_.first_wait = 60s;
  const WebPeer& bob = source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    Reply reply{part_of(asked, content_)};
    const std::size_t head = reply.text.find("\r\n\r\n") + 4;
    reply.drip = reply.text.substr(head);
    reply.text.resize(head);
    return reply;
  });
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([&] { return note_of("bob") == "the source is too slow"; })) << note_of("bob");
  EXPECT_GT(got_of("bob"), 0U);
  EXPECT_TRUE(comes([&] { return bob.open_connections() == 0; }));
  EXPECT_EQ(bob.requests().size(), 1U);
}

// ---- many of them

TEST_F(Swarming, AHundredAndFiftyOfTwoHundredLie) {
  want(made(1'500'000, 9));
  settings_.sources_at_once = 100;
  settings_.all_sources_at_once = 8;
  for (int i = 0; i < 200; ++i)
    source((i % 4 == 3 ? "ann " : "eve ") + std::to_string(i),
           {i % 4 == 3 ? content_ : zeros(), &tree_});
  std::size_t most = 0;
  std::size_t most_asked = 0;  // of a liar
  start();
  EXPECT_NE(engine_->fetch(wanted_), 0U);
  ASSERT_TRUE(comes([&] {
    std::size_t open = 0;
    for (const auto& [user, peer] : peers_)
      open += peer->open_connections();
    most = std::max(most, open);
    return row().state == api::DownloadState::done;
  })) << log_;
  EXPECT_TRUE(row().verified);
  EXPECT_LE(most, 2 * settings_.all_sources_at_once);
  for (const auto& [user, peer] : peers_)
    if (user.starts_with("eve")) most_asked = std::max(most_asked, peer->requests().size());
  EXPECT_LE(most_asked, 30U);
}

TEST_F(Swarming, WithoutATreeFifteenOfTwentyLie) {
  want(made(600'000, 8));
  for (int i = 0; i < 20; ++i)
    source((i % 4 == 3 ? "ann " : "eve ") + std::to_string(i),
           {i % 4 == 3 ? content_ : made(content_.size(), static_cast<unsigned>(100 + i))});
  fetch();
}

}  // namespace
}  // namespace p2p::transfer
