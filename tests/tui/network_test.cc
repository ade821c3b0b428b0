// The Network screen, and what every screen says of the networks.
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

TEST(Tui, ShowsHowFastTheCountersOfANetworkGo) {
  Screen80 user;
  user.press("5");
  user.tui.show(user.world.snapshot, 100, 30);
  user.world.snapshot.now_ms += 10'000;
  user.world.snapshot.networks[0].counters[1].second += 124;
  user.world.update();
  user.world.snapshot.now_ms -= 62'000;
  const auto text = [&] { return all_text(user.tui.show(user.world.snapshot, 100, 30)); };
  EXPECT_NE(text().find("queries   in 12.4/s"), std::string::npos) << text();
  EXPECT_NE(text().find("dropped   duplicate 25 %  TTL 0 <0.1 %"), std::string::npos) << text();
  user.press("T");
  EXPECT_NE(text().find("dropped: duplicate"), std::string::npos) << text();
  EXPECT_FALSE(user.press("c192.0.2.1"));
  const auto called = user.tui.key(enter_key());
  ASSERT_TRUE(called && std::holds_alternative<api::ConnectTo>(*called));
  EXPECT_EQ(std::get<api::ConnectTo>(*called).endpoint, "192.0.2.1");
  const auto dropped = user.press("x");
  ASSERT_TRUE(dropped && std::holds_alternative<api::DropPeer>(*dropped));
  EXPECT_EQ(std::get<api::DropPeer>(*dropped).endpoint, "192.0.2.40:1214");
  EXPECT_FALSE(user.press("b"));
  EXPECT_TRUE(user.has("Ban 192.0.2.40:1214 while the node runs? y/N")) << user.text();
  const auto banned = user.press("y");
  EXPECT_TRUE(banned && std::holds_alternative<api::BanHost>(*banned));
  user.world.snapshot.modes = {"napster", "gnutella"};
  user.world.update();
  user.show();
  const auto switched = user.press("mg");
  ASSERT_TRUE(switched && std::holds_alternative<api::SwitchMode>(*switched));
  EXPECT_EQ(std::get<api::SwitchMode>(*switched).modes, std::vector<std::string>{"gnutella"});
  const auto all = user.press("ma");
  ASSERT_TRUE(all && std::holds_alternative<api::SwitchMode>(*all));
  EXPECT_EQ(std::get<api::SwitchMode>(*all).modes, user.world.snapshot.modes);
}

TEST(Tui, ShowsTheTroubleOfTheLinkOnEveryScreen) {
  Screen80 user;
  user.world.snapshot.networks[0].online = false;
  user.world.snapshot.networks[0].state = "retry after 5 s: 127.0.0.1:9 refused";
  user.world.update();
  for (const char* screen : {"1", "2", "6"}) {
    user.press(screen);
    EXPECT_TRUE(user.has("offline: retry after 5 s: 127.0.0.1:9 refused")) << screen;
  }
}

TEST(Tui, TellsInTheCornerWhichOfSeveralNetworksAreUp) {
  Screen80 user;
  user.world.snapshot.uploads.clear();
  user.world.snapshot.networks.resize(3, user.world.snapshot.networks[0]);
  user.world.snapshot.networks[1].mode = "gnutella";
  user.world.snapshot.networks[2].mode = "kazaa";
  user.world.snapshot.networks[1].online = false;
  user.world.update();
  user.press("1");
  EXPECT_TRUE(user.has("2/3")) << "their names do not fit into 80 columns";
  EXPECT_FALSE(user.has("napster·client"));
}

}  // namespace
}  // namespace p2p::tui
