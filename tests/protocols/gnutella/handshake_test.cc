#include "protocols/gnutella/handshake.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/gnutella_vector.h"

namespace p2p::gnutella {
namespace {

using test::gnutella_vector;

using State = Handshake::State;
using Fields = std::vector<std::pair<std::string, std::string>>;

const Fields kOurs{{"User-Agent", "servent/0.1"}, {"Accept-Encoding", "deflate"}};
const Reply kYes{200, "OK", {{"Accept-Encoding", "deflate"}, {"Content-Encoding", "deflate"}}};

// Feeds in pieces and answers yes whenever a decision is due.
Handshake fed(Handshake handshake, Bytes bytes, std::size_t piece, const Reply& reply = kYes) {
  while (!bytes.empty()) {
    const Bytes now = bytes.first(std::min(piece, bytes.size()));
    if (handshake.feed(now) == State::decide) handshake.answer(reply);
    bytes = bytes.subspan(now.size());
  }
  return handshake;
}

// The same greeting, state and words, however the bytes are cut.
Handshake agreed(const Handshake& start, Bytes bytes, const Reply& reply = kYes) {
  Handshake whole = fed(start, bytes, bytes.size(), reply);
  for (const std::size_t piece : {1U, 2U, 7U, 100U}) {
    Handshake cut = fed(start, bytes, piece, reply);
    EXPECT_EQ(cut.state(), whole.state()) << piece;
    EXPECT_EQ(cut.peer(), whole.peer()) << piece;
    EXPECT_EQ(cut.code(), whole.code());
    EXPECT_EQ(cut.text(), whole.text());
    EXPECT_EQ(cut.error(), whole.error());
    EXPECT_EQ(cut.inflates(), whole.inflates());
    EXPECT_EQ(cut.take_leftover(), Handshake(whole).take_leftover());
    EXPECT_EQ(cut.take_output(), Handshake(whole).take_output());
  }
  return whole;
}

Handshake asked(std::string_view text) {
  return agreed(Handshake::acceptor(), bytes_of(text));
}
Handshake told(std::string_view text) {
  return agreed(Handshake::initiator(kOurs), bytes_of(text));
}

TEST(Handshake, ReadsARealLeafThatCalls) {
  Handshake handshake = agreed(Handshake::acceptor(), gnutella_vector("hs_gtkg_leaf_calls_out"));
  EXPECT_EQ(handshake.state(), State::open);
  EXPECT_EQ(handshake.code(), 200);
  EXPECT_EQ(handshake.text(), "OK");
  EXPECT_TRUE(handshake.inflates());
  EXPECT_TRUE(handshake.deflates());
  EXPECT_TRUE(handshake.take_leftover().empty());
  Greeting leaf;
  leaf.agent = "gtk-gnutella/1.2.3-14-ga331a-dirty (2024-03-03; Topless; Linux x86_64)";
  leaf.ultrapeer = false;
  leaf.listen = Endpoint{0x7f000003, 26348};
  leaf.remote_address = 0x7f000013;
  leaf.servent = guid_from_hex("1ae43102e7505d7700027b41f97ba90f");
  leaf.query_routing = 2;
  leaf.ultrapeer_query_routing = true;
  leaf.degree = 32;
  leaf.max_ttl = 4;
  leaf.dynamic_querying = true;
  leaf.pong_caching = leaf.bye = leaf.ggep = leaf.vendor_messages = true;
  leaf.accepts_deflate = leaf.sends_deflate = true;
  EXPECT_EQ(handshake.peer(), leaf);
}

TEST(Handshake, ReadsARealUltrapeersAnswer) {
  for (const char* name : {"hs_up_to_ultra_reply", "hs_up_to_leaf_reply"}) {
    const Handshake handshake = agreed(Handshake::initiator(kOurs), gnutella_vector(name));
    EXPECT_EQ(handshake.state(), State::open);
    const Greeting& peer = handshake.peer();
    EXPECT_EQ(peer.ultrapeer, true);
    EXPECT_EQ(peer.ultrapeer_needed, true);
    EXPECT_EQ(peer.degree, 46U);
    EXPECT_EQ(peer.max_ttl, 4U);
    EXPECT_EQ(peer.servent, guid_from_hex("fde83102ec32a833c055ffeeb0a197f7"));
    EXPECT_TRUE(peer.ext_probes && peer.dynamic_querying && peer.ultrapeer_query_routing);
    EXPECT_FALSE(peer.listen);
    EXPECT_FALSE(peer.crawler);
    EXPECT_TRUE(handshake.inflates() && handshake.deflates());
  }
}

TEST(Handshake, ReadsTheOtherCapturedBlocks) {
  const Handshake leaf = agreed(Handshake::acceptor(), gnutella_vector("hs_leaf_to_up_request"));
  EXPECT_EQ(leaf.state(), State::open);
  EXPECT_EQ(leaf.peer().listen, (Endpoint{0x7f00005b, 6491}));
  EXPECT_EQ(leaf.peer().ultrapeer, false);
  const Handshake ultra = agreed(Handshake::acceptor(), gnutella_vector("hs_ultra_to_up_request"));
  EXPECT_EQ(ultra.state(), State::open);
  EXPECT_EQ(ultra.peer().ultrapeer, true);
  const Handshake probe =
      agreed(Handshake::initiator(kOurs), gnutella_vector("hs_probe_up_answers"));
  EXPECT_EQ(probe.state(), State::open);
  EXPECT_EQ(probe.peer().agent, "probe/1.0");
  EXPECT_EQ(probe.peer().ultrapeer_needed, std::nullopt);
  const Handshake crawled =
      agreed(Handshake::initiator(kOurs), gnutella_vector("hs_reply_to_crawler"));
  EXPECT_EQ(crawled.state(), State::open);
  EXPECT_EQ(crawled.peer().degree, 8U);
  EXPECT_EQ(crawled.peer().max_ttl, 7U);
  EXPECT_FALSE(crawled.inflates());
}

TEST(Handshake, EveryTruncationOfABlockWaitsForMore) {
  const Buffer bytes = gnutella_vector("hs_up_to_leaf_reply");
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    Handshake handshake = Handshake::initiator(kOurs);
    ASSERT_EQ(handshake.feed(Bytes(bytes).first(cut)), State::reading) << cut;
  }
}

TEST(Handshake, TellsHowTheyRefused) {
  const Handshake plain =
      agreed(Handshake::initiator(kOurs), gnutella_vector("hs_refused_403_not_compressed"));
  EXPECT_EQ(plain.state(), State::refused);
  EXPECT_EQ(plain.code(), 403);
  EXPECT_EQ(plain.text(), "Gnet connection not compressed");
  const Handshake full =
      agreed(Handshake::initiator(kOurs), gnutella_vector("hs_refused_503_leaves_full"));
  EXPECT_EQ(full.code(), 503);
  EXPECT_EQ(full.text(), "Too many leaf connections (25 max)");
  EXPECT_EQ(full.peer().ultrapeer, true);
  EXPECT_EQ(full.peer().remote_address, 0x7f000035U);
  const Handshake banned =
      agreed(Handshake::initiator(kOurs), gnutella_vector("hs_refused_429_banned"));
  EXPECT_EQ(banned.code(), 429);
  EXPECT_EQ(banned.text(), "Banned for 5m 0s");
}

TEST(Handshake, HarvestsTheHostsOfARefusal) {
  std::string many;
  for (int i = 1; i <= 50; ++i)
    many += ", 10.0.0." + std::to_string(i) + ":6346";
  const Handshake handshake = told(
      "GNUTELLA/0.6 503 full\r\nX-Try: 1.2.3.4:5,bad, 0.0.0.0:9,9.9.9.9:0, 1.2.3.4:5\r\n"
      "X-Try-Ultrapeers: 5.6.7.8:6346 2026-11-22, 224.0.0.1:1\r\nX-Try: 2.2.2.2:2" +
      many + "\r\n\r\n");
  EXPECT_EQ(handshake.state(), State::refused);
  const std::vector<Endpoint>& hosts = handshake.peer().try_hosts;
  ASSERT_EQ(hosts.size(), kMaxTryHosts);
  EXPECT_EQ(hosts[0], (Endpoint{0x05060708, 6346}));
  EXPECT_EQ(hosts[1], (Endpoint{0x01020304, 5}));
  EXPECT_EQ(hosts[2], (Endpoint{0x02020202, 2}));
  EXPECT_EQ(hosts[3], (Endpoint{0x0a000001, 6346}));
}

// Two of ours, their bytes cut to `piece`; both answer.
struct Pair {
  Handshake caller;
  Handshake called;
  void talk(std::size_t piece, const Reply& from_called, const Reply& from_caller) {
    while (pass(caller, called, piece, from_called) || pass(called, caller, piece, from_caller)) {
    }
  }

 private:
  static bool pass(Handshake& from, Handshake& to, std::size_t piece, const Reply& reply) {
    const std::string text = from.take_output();
    to = fed(std::move(to), bytes_of(text), piece, reply);
    return !text.empty();
  }
};

TEST(Handshake, TwoOfOursComeToTerms) {
  for (const std::size_t piece : {1U, 3U, 50U, 100'000U}) {
    Pair pair{Handshake::initiator(kOurs), Handshake::acceptor()};
    Reply answer = kYes;
    answer.fields.emplace_back("X-Ultrapeer", "True");
    pair.talk(piece, answer, kYes);
    EXPECT_EQ(pair.caller.state(), State::open);
    EXPECT_EQ(pair.called.state(), State::open);
    EXPECT_EQ(pair.caller.peer().ultrapeer, true);
    EXPECT_EQ(pair.called.peer().agent, "servent/0.1");
    EXPECT_TRUE(pair.caller.inflates() && pair.caller.deflates());
    EXPECT_TRUE(pair.called.inflates() && pair.called.deflates());
    EXPECT_TRUE(pair.caller.is_initiator());
    EXPECT_FALSE(pair.called.is_initiator());
  }
}

TEST(Handshake, EachSideDeflatesOnlyWhatTheOtherAccepts) {
  Pair pair{Handshake::initiator({}), Handshake::acceptor()};
  pair.talk(9, kYes, kYes);
  EXPECT_EQ(pair.called.state(), State::open);
  EXPECT_FALSE(pair.called.deflates()) << "the caller accepted nothing in block 1";
  EXPECT_FALSE(pair.caller.inflates());
  EXPECT_FALSE(pair.caller.peer().sends_deflate) << "so it was not even said";
  EXPECT_TRUE(pair.caller.deflates());
  EXPECT_TRUE(pair.called.inflates());
}

TEST(Handshake, TheirDeflateCountsOnlyIfWeAcceptedIt) {
  Handshake handshake = Handshake::initiator({});
  const std::string text = "GNUTELLA/0.6 200 OK\r\nContent-Encoding: deflate\r\n\r\n";
  ASSERT_EQ(handshake.feed(bytes_of(text)), State::decide);
  handshake.answer({});
  EXPECT_FALSE(handshake.inflates());
}

TEST(Handshake, EitherSideMayRefuse) {
  Pair by_called{Handshake::initiator(kOurs), Handshake::acceptor()};
  by_called.talk(5, {503, "full", {{"X-Try", "1.2.3.4:5"}}}, kYes);
  EXPECT_EQ(by_called.called.state(), State::refused);
  EXPECT_EQ(by_called.caller.state(), State::refused);
  EXPECT_EQ(by_called.caller.code(), 503);
  EXPECT_EQ(by_called.caller.peer().try_hosts.size(), 1U);
  Pair by_caller{Handshake::initiator(kOurs), Handshake::acceptor()};
  by_caller.talk(5, kYes, {403, "Not becoming a leaf node", {}});
  EXPECT_EQ(by_caller.caller.state(), State::refused);
  EXPECT_EQ(by_caller.called.state(), State::refused);
  EXPECT_EQ(by_caller.called.code(), 403);
  EXPECT_EQ(by_caller.called.text(), "Not becoming a leaf node");
}

TEST(Handshake, Block3GoesOverBlock1) {
  const Handshake handshake = asked(
      "GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: True\r\nX-Degree: 32\r\n\r\n"
      "GNUTELLA/0.6 200 OK\r\nx-ultrapeer: False\r\n\r\n");
  EXPECT_EQ(handshake.state(), State::open);
  EXPECT_EQ(handshake.peer().ultrapeer, false);
  EXPECT_EQ(handshake.peer().degree, 32U);
}

TEST(Handshake, KeepsWhatIsBehindTheLastBlock) {
  Handshake called = Handshake::acceptor();
  ASSERT_EQ(called.feed(bytes_of("GNUTELLA CONNECT/0.6\r\n\r\n")), State::decide);
  ASSERT_EQ(called.answer({}), State::reading);
  ASSERT_EQ(called.feed(bytes_of("GNUTELLA/0.6 200 OK\r\n\r\n\1\2\3")), State::open);
  EXPECT_EQ(text_of(called.take_leftover()), "\1\2\3");
  EXPECT_TRUE(called.take_leftover().empty());
  Handshake caller = Handshake::initiator_04();
  ASSERT_EQ(caller.feed(bytes_of("GNUTELLA OK\n\nabc")), State::open);
  EXPECT_EQ(text_of(caller.take_leftover()), "abc");
}

TEST(Handshake, ReadsABlockThatCameBeforeTheAnswer) {
  Handshake called = Handshake::acceptor();
  const std::string early = "GNUTELLA CONNECT/0.6\r\n\r\nGNUTELLA/0.6 200 OK\r\n\r\nxyz";
  ASSERT_EQ(called.feed(bytes_of(early)), State::decide);
  EXPECT_EQ(called.answer({}), State::open);
  EXPECT_EQ(called.take_output(), "GNUTELLA/0.6 200 OK\r\n\r\n");
  EXPECT_EQ(text_of(called.take_leftover()), "xyz");
}

TEST(Handshake, WhoTalksOnWhileADecisionIsDueIsCutOff) {
  Handshake called = Handshake::acceptor();
  ASSERT_EQ(called.feed(bytes_of("GNUTELLA CONNECT/0.6\r\n\r\n")), State::decide);
  const std::string chatter(10'000, 'x');
  for (int i = 0; i < 6; ++i)
    ASSERT_EQ(called.feed(bytes_of(chatter)), State::decide);
  EXPECT_EQ(called.feed(bytes_of(chatter)), State::broken);
  EXPECT_TRUE(called.take_leftover().empty());
}

TEST(Handshake, SpeaksTheOldWayBothWays) {
  for (const std::size_t piece : {1U, 100U}) {
    Pair pair{Handshake::initiator_04(), Handshake::acceptor()};
    pair.talk(piece, kYes, kYes);
    EXPECT_EQ(pair.caller.state(), State::open);
    EXPECT_EQ(pair.called.state(), State::open);
    EXPECT_TRUE(pair.caller.peer().is_04 && pair.called.peer().is_04);
    EXPECT_EQ(pair.called.peer().max_ttl, 7U);
    EXPECT_FALSE(pair.caller.inflates() || pair.caller.deflates());
    EXPECT_FALSE(pair.called.inflates() || pair.called.deflates());
  }
}

TEST(Handshake, TheOldWayIsExactlyTheseBytes) {
  EXPECT_EQ(Handshake::initiator_04().take_output(), "GNUTELLA CONNECT/0.4\n\n");
  Handshake called = Handshake::acceptor();
  ASSERT_EQ(called.feed(bytes_of("GNUTELLA CONNECT/0.4\n\n")), State::decide);
  EXPECT_EQ(called.answer(kYes), State::open);
  EXPECT_EQ(called.take_output(), "GNUTELLA OK\n\n");
}

TEST(Handshake, RefusesTheOldWayWithoutAWord) {
  Handshake called = Handshake::acceptor();
  ASSERT_EQ(called.feed(bytes_of("GNUTELLA CONNECT/0.4\n\n")), State::decide);
  EXPECT_EQ(called.answer({503, "full", {}}), State::refused);
  EXPECT_EQ(called.take_output(), "");
}

TEST(Handshake, ANewerCallerIsWelcome) {
  EXPECT_EQ(asked("GNUTELLA CONNECT/0.7\r\n\r\n").state(), State::reading);
  EXPECT_EQ(asked("GNUTELLA CONNECT/1.0 \r\n\r\n").state(), State::reading);
  EXPECT_EQ(told("GNUTELLA/0.7 200\r\n\r\n").state(), State::open);
}

TEST(Handshake, WhatIsNoRequestBreaksIt) {
  for (const char* bad :
       {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GNUTELLA CONNECT/0.5\r\n\r\n",
        "GNUTELLA CONNECT/\r\n\r\n", "GNUTELLA CONNECT/0.\r\n\r\n", "GNUTELLA CONNECT/.6\r\n\r\n",
        "GNUTELLA CONNECT/-1.6\r\n\r\n", "GNUTELLA CONNECT/0.6x\r\n\r\n",
        "GNUTELLA CONNECT/99999999999.6\r\n\r\n", "GNUTELLA/0.6 200 OK\r\n\r\n",
        "gnutella connect/0.6\r\n\r\n", "GNUTELLA CONNECT/0.6\r\nno colon\r\n\r\n"}) {
    const Handshake handshake = asked(bad);
    EXPECT_EQ(handshake.state(), State::broken) << bad;
    EXPECT_FALSE(handshake.error().empty());
  }
  EXPECT_EQ(asked(std::string_view("GNUTELLA \0", 10)).state(), State::broken);
}

TEST(Handshake, WhatIsNoAnswerBreaksIt) {
  for (const char* bad :
       {"GNUTELLA/0.6 abc\r\n\r\n", "GNUTELLA/0.6\r\n\r\n", "GNUTELLA/0.6 \r\n\r\n",
        "GNUTELLA/0.6 20\r\n\r\n", "GNUTELLA/0.6 2000 OK\r\n\r\n", "GNUTELLA/0.6 099 x\r\n\r\n",
        "GNUTELLA/0.6 200OK\r\n\r\n", "GNUTELLA/0.6 -20 OK\r\n\r\n", "GNUTELLA/0.6 65736 x\r\n\r\n",
        "GNUTELLA/0.4 200 OK\r\n\r\n", "GNUTELLA/ 200 OK\r\n\r\n", "GNUTELLA OK\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n", "GNUTELLA CONNECT/0.6\r\n\r\n"})
    EXPECT_EQ(told(bad).state(), State::broken) << bad;
  EXPECT_EQ(agreed(Handshake::initiator_04(), bytes_of("GNUTELLA/0.6 200 OK\r\n\r\n")).state(),
            State::broken);
}

TEST(Handshake, LinesWithoutEndAndTenThousandHeadersBreakIt) {
  EXPECT_EQ(asked("GNUTELLA CONNECT/0.6\r\nA: " + std::string(100'000, 'x')).state(),
            State::broken);
  std::string many = "GNUTELLA CONNECT/0.6\r\n";
  for (int i = 0; i < 10'000; ++i)
    many += "A: " + std::to_string(i) + "\r\n";
  EXPECT_EQ(asked(many + "\r\n").state(), State::broken);
}

TEST(Handshake, TheirWordsAreEscaped) {
  EXPECT_EQ(told("GNUTELLA/0.6 503 \x1b[2Jfull\xff\r\n\r\n").text(), "\\x1b[2Jfull\\xff");
  EXPECT_EQ(told("GNUTELLA/0.6 503 " + std::string(900, 'x') + "\r\n\r\n").text().size(), 83U);
  EXPECT_NE(asked("GET /\x1b HTTP/1.0\r\n\r\n").error().find("GET /\\x1b HTTP"), std::string::npos);
}

TEST(Handshake, OurWordsAddNoHeader) {
  Handshake called = Handshake::acceptor();
  ASSERT_EQ(called.feed(bytes_of("GNUTELLA CONNECT/0.6\r\n\r\n")), State::decide);
  called.answer({503, "no\r\nX: y", {{"A", "b\nC: d"}}});
  EXPECT_EQ(called.take_output(), "GNUTELLA/0.6 503 no  X: y\r\nA: b C: d\r\n\r\n");
}

TEST(GreetingOf, TakesOddValuesAsNothing) {
  HeaderBlock block;
  block.fields = {{"X-Ultrapeer", "maybe"},
                  {"Node", "nowhere"},
                  {"Listen-IP", "224.0.0.1:6346"},
                  {"X-My-Address", "1.2.3.4:6346"},
                  {"Remote-IP", "::1"},
                  {"GUID", "1234"},
                  {"X-Query-Routing", "0.9"},
                  {"X-Degree", "-3"},
                  {"X-Max-TTL", "ten"},
                  {"GGEP", "yes"},
                  {"Bye-Packet", "0.0"},
                  {"Pong-Caching", "1.0"},
                  {"User-Agent", std::string(500, 'a')}};
  const Greeting greeting = greeting_of(block);
  EXPECT_FALSE(greeting.ultrapeer || greeting.remote_address || greeting.servent);
  EXPECT_EQ(greeting.listen, (Endpoint{0x01020304, 6346}));
  EXPECT_EQ(greeting.query_routing, 2U);
  EXPECT_EQ(greeting.degree, 8U);
  EXPECT_EQ(greeting.max_ttl, 7U);
  EXPECT_FALSE(greeting.ggep || greeting.bye || greeting.crawler);
  EXPECT_TRUE(greeting.pong_caching);
  EXPECT_EQ(greeting.agent.size(), 128U);
}

TEST(GreetingOf, KeepsNumbersWithinReason) {
  HeaderBlock block;
  block.fields = {{"X-Degree", "4000000000"}, {"X-Max-TTL", "0"}};
  EXPECT_EQ(greeting_of(block).degree, 255U);
  EXPECT_EQ(greeting_of(block).max_ttl, 1U);
}

}  // namespace
}  // namespace p2p::gnutella
