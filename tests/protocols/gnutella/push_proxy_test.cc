// Push proxies over HTTP: one ultrapeer or leaf, and callers that the test plays by hand.
#include "protocols/gnutella/push_proxy.h"

#include <gtest/gtest.h>

#include "protocols/gnutella/arrival.h"

#include "tests/support/gnutella_peer.h"

namespace p2p::gnutella {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kCaller = 0x0a000105;
constexpr std::string_view kHex = "fde83102ec32a833c055ffeeb0a197f7";
constexpr std::string_view kBase32 = "7XUDCAXMGKUDHQCV77XLBIMX64";  // the same

struct Proxy {
  test::World world;
  PushProxy proxy{"servent/test", false, 6346};
  std::uint64_t last = 0;

  std::optional<Push> hear(LinkId link, std::string_view text) {
    Cx cx = world.cx();
    return proxy.receive(link, bytes_of(text), cx);
  }
  LinkId accept() {
    Cx cx = world.cx();
    const LinkId link{++last};
    return proxy.accept(link, kCaller, cx) ? link : LinkId{};
  }
  std::optional<Push> ask(std::string_view text) { return hear(accept(), text); }
  std::string said() {
    const Buffer bytes = world.out.bytes_to(LinkId{last});
    return std::string(text_of(bytes));
  }
};

std::string request(std::string_view target, std::string_view node = "10.0.1.5:7001",
                    std::string_view method = "GET") {
  return std::string(method) + ' ' + std::string(target) +
         " HTTP/1.1\r\nHost: x\r\nX-Node: " + std::string(node) + "\r\n\r\n";
}
std::string by_hex(std::string_view more = "") {
  return "/gnet/push-proxy?guid=" + std::string(kHex) + std::string(more);
}

TEST(PushProxy, ReadsEveryFormOfTheRequest) {
  const auto old = "ServerId=" + std::string(kBase32);
  for (const std::string& target :
       {by_hex(), "/gnutella/push-proxy?" + old, "/gnutella/pushproxy?" + old,
        "/gnutella/push-proxy?x=1&guid=" + std::string(kBase32)}) {
    for (const char* method : {"GET", "HEAD"}) {
      Proxy us;
      const auto push = us.ask(request(target, "10.0.1.5:7001", method));
      ASSERT_TRUE(push) << target;
      EXPECT_EQ(to_hex(push->servent), kHex) << target;
      EXPECT_EQ(push->endpoint, (Endpoint{kCaller, 7001}));
      EXPECT_EQ(push->index, 0U);
      EXPECT_TRUE(PushProxy::is_for(bytes_of(request(target)).first(kArrivalBytes)));
      EXPECT_EQ(arrival(bytes_of(request(target)).first(kArrivalBytes)), Arrival::link);
    }
  }
  EXPECT_EQ(Proxy().ask(request(by_hex("&file=7")))->index, 7U);
}

TEST(PushProxy, ReadsARequestThatComesInPieces) {
  Proxy us;
  const LinkId link = us.accept();
  std::optional<Push> push;
  for (const char c : request(by_hex())) {
    ASSERT_FALSE(push);
    push = us.hear(link, std::string_view(&c, 1));
  }
  EXPECT_TRUE(push);
}

TEST(PushProxy, HasOnlyTheCallerItselfCalled) {
  const auto push = Proxy().ask(request(by_hex(), "10.9.9.9:7001"));
  ASSERT_TRUE(push);
  EXPECT_EQ(push->endpoint, (Endpoint{kCaller, 7001}));
}

TEST(PushProxy, RefusesWhatMakesNoSense) {
  for (const std::string& text :
       {request("/gnet/push-proxy?guid=00"), request("/gnet/push-proxy"), request("/gnet/x?guid=1"),
        request("/gnutella/push-proxy?ServerId=1XUDCAXMGKUDHQCV77XLBIMX64"), request("/gnet/"),
        request(by_hex(), "10.0.1.5:0"), request(by_hex(), ""), request(by_hex(), "junk"),
        std::string("GET /gnet/\r\n\r\n"), std::string("\r\nGET\r\n\r\n"),
        "GET /gnet/" + std::string(20'000, 'a')}) {
    Proxy us;
    EXPECT_FALSE(us.ask(text)) << text.substr(0, 100);
    EXPECT_TRUE(us.said().starts_with("HTTP/1.1 400 ")) << text.substr(0, 100);
    EXPECT_FALSE(us.proxy.has(LinkId{1}));
  }
}

TEST(PushProxy, HasPlaceForSoManyAndPatienceForSoLong) {
  Proxy us;
  for (std::size_t i = 0; i < kMostProxyAskers; ++i)
    EXPECT_NE(us.accept(), LinkId{});
  EXPECT_EQ(us.accept(), LinkId{});
  EXPECT_EQ(us.proxy.deadline(), us.world.now + kProxyPatience);
  us.world.now += kProxyPatience;
  Cx cx = us.world.cx();
  us.proxy.expire(cx);
  EXPECT_EQ(us.proxy.deadline(), kNever);
  EXPECT_NE(us.accept(), LinkId{});
}

TEST(PushProxy, PassesOnNoMoreThanSoMany) {
  Proxy us;
  int passed = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto push = us.ask(request(by_hex()));
    if (!push) break;
    ++passed;
    Cx cx = us.world.cx();
    us.proxy.answer(LinkId{us.last}, true, cx);
  }
  EXPECT_EQ(passed, static_cast<int>(kPushRate.burst));
  EXPECT_TRUE(us.said().starts_with("HTTP/1.1 503 "));
}

TEST(PushProxy, AsksAFewAndNotThoseThatSaidNo) {
  Proxy us;
  const Push push{guid_from_hex(kHex).value(), 7, {0x0a000001, 6346}, {}};
  const std::vector<Endpoint> proxies{{0x0a000001, 6346},  // that is us
                                      {0x08080808, 6346},  // not to be called
                                      {0x0a000002, 6346}, {0x0a000003, 6346},
                                      {0x0a000004, 6346}, {0x0a000005, 6346}};
  Cx cx = us.world.cx();
  EXPECT_EQ(us.proxy.ask(push, proxies, cx), kProxiesAsked);
  const std::vector<Endpoint> dialled{proxies.begin() + 2, proxies.begin() + 5};
  EXPECT_EQ(us.world.out.dialled, dialled);
  const LinkId first{1000};  // as the recorder numbers them
  us.proxy.up(first, {proxies[2], false, false, {0x0a000001, 41000}}, cx);
  const Buffer asked = us.world.out.bytes_to(first);
  EXPECT_EQ(text_of(asked), "HEAD " + by_hex("&file=7") +
                                " HTTP/1.1\r\nHost: 10.0.0.2:6346\r\nUser-Agent: servent/test\r\n"
                                "Connection: close\r\nX-Node: 10.0.0.1:6346\r\n\r\n");
  us.hear(first, "HTTP/1.1 410 Gone\r\n\r\n");
  us.hear(LinkId{1001}, "HTTP/1.1 202 Push Proxy: Message Sent\r\n\r\n");
  us.proxy.down(LinkId{1002});
  for (std::uint64_t link = 1000; link < 1003; ++link)
    EXPECT_FALSE(us.proxy.has(LinkId{link}));
  EXPECT_EQ(us.proxy.ask(push, std::span(proxies).subspan(2, 2), cx), 1U);
  us.world.now += kProxyRefused;
  Cx later = us.world.cx();
  EXPECT_EQ(us.proxy.ask(push, std::span(proxies).subspan(2, 1), later), 1U);
}

TEST(PushProxy, CallsNoMoreAtOnceThanSoMany) {
  Proxy us;
  const Push push{guid_from_hex(kHex).value(), 7, {0x0a000001, 6346}, {}};
  const std::vector<Endpoint> proxies{{0x0a000002, 1}, {0x0a000003, 1}, {0x0a000004, 1}};
  Cx cx = us.world.cx();
  std::size_t asked = 0;
  for (int i = 0; i < 100; ++i)
    asked += us.proxy.ask(push, proxies, cx);
  EXPECT_EQ(asked, kMostProxyCalls);
}

TEST(PushProxy, FilesAreStillAskedForAsTransfers) {
  for (const char* text : {"GET /get/1/a.ogg H", "GET /uri-res/N2R?u", "HEAD /get/1/a.og"})
    EXPECT_EQ(arrival(bytes_of(text).first(kArrivalBytes)), Arrival::transfer) << text;
  EXPECT_EQ(arrival(bytes_of("GET /gn")), Arrival::more);
}

TEST(PushProxy, AnUltrapeerServesItsOwnLeavesOnly) {
  for (const char* role : {"ultrapeer", "leaf"}) {
    test::GnutellaWorld node(role);
    const LinkId link = node.call(request(by_hex()));
    const Buffer said = node.world.out.bytes_to(link);
    EXPECT_TRUE(text_of(said).starts_with("HTTP/1.1 410 ")) << role;
  }
}

}  // namespace
}  // namespace p2p::gnutella
