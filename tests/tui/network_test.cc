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
  EXPECT_TRUE(user.has("Ban 192.0.2.40:1214? y/N")) << user.text();
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

TEST(Tui, SaysOfANetworkWhatIsKnownOfItsReachAndItsRole) {
  Screen80 user;
  user.press("5");
  api::NetworkRow& network = user.world.snapshot.networks[0];
  const auto text = [&] {
    const Surface& surface = user.tui.show(user.world.snapshot, 100, 30);
    std::string all;
    for (int y = 0; y < 30; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  };
  network.why_role = "no leaf for 4 of 10 min, then it is a leaf again";
  network.called_ms = 0;
  network.since_ms = user.world.snapshot.now_ms - 12 * 60'000;
  EXPECT_NE(text().find("why       no leaf for 4 of 10 min, then it"), std::string::npos) << text();
  EXPECT_NE(text().find("          is a leaf again"), std::string::npos) << text();
  EXPECT_NE(text().find("reachable not known, no call in 12 min"), std::string::npos) << text();
  network.since_ms = user.world.snapshot.now_ms;
  EXPECT_NE(text().find("reachable not known yet"), std::string::npos) << text();
  user.world.snapshot.epoch_ms = 1;  // the clock began with 1970
  network.called_ms = (14 * 60 + 2) * 60'000;
  EXPECT_NE(text().find("reachable yes, a peer called at 14:02"), std::string::npos) << text();
  network.called_for_file = true;
  EXPECT_NE(text().find("reachable yes, for a file at 14:02"), std::string::npos) << text();
  network.called_ms = 0;
  network.listen.clear();
  EXPECT_NE(text().find("reachable no, it does not listen"), std::string::npos) << text();
}

TEST(Tui, ShowsTheHostsThatAreKnownWhileTheyAreLookedAt) {
  Screen80 user;
  user.press("5");
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "nobody looks at them";
  user.press("H");
  EXPECT_TRUE(user.has("Asking the node")) << user.text();
  EXPECT_TRUE(user.tui.take_wants_hosts());
  user.show();
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "they are asked for already";
  api::HostList list;
  list.rows.push_back({"gnutella", "10.0.0.1:6346", "ultrapeer", "beacon", "up", 70, 60, 5, 0});
  list.rows.push_back({"kazaa", "10.0.0.2:1214", "", "others", "waits", 70, 4000, {}, 3});
  user.tui.learn(list);
  EXPECT_TRUE(user.has("Host cache · 2")) << user.text();
  EXPECT_TRUE(user.has("10.0.0.1:6346")) << user.text();
  EXPECT_TRUE(user.has("1:10")) << user.text();
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "they are news";
  user.world.snapshot.now_ms += 3000;
  user.show();
  EXPECT_TRUE(user.tui.take_wants_hosts());
  user.tui.learn(list);

  const auto called = user.press("jc");
  ASSERT_TRUE(called && std::holds_alternative<api::ConnectTo>(*called));
  EXPECT_EQ(std::get<api::ConnectTo>(*called).endpoint, "10.0.0.2:1214");
  EXPECT_EQ(std::get<api::ConnectTo>(*called).network, "kazaa");
  EXPECT_FALSE(user.press("x")) << "it is no link";
  user.press("/kazaa");
  EXPECT_FALSE(user.has("10.0.0.1:6346")) << user.text();
  user.tui.key(enter_key());
  user.tui.key(escape_key());
  EXPECT_TRUE(user.has("10.0.0.1:6346")) << user.text();
  user.tui.key(escape_key());
  EXPECT_TRUE(user.has("Links")) << user.text();
  user.world.snapshot.now_ms += 9000;
  user.show();
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "nobody looks at them any more";
}

TEST(Tui, SaysWhyANetworkHasNoHops) {
  Screen80 user;
  user.press("5");
  user.world.snapshot.networks[0].counters.clear();
  user.world.snapshot.networks[0].no_hops = "one server answers all questions";
  EXPECT_TRUE(user.has("hops      one server answers all questions")) << user.text();
}

}  // namespace
}  // namespace p2p::tui
