// One node in several networks at once, of real processes on loopback.
#include <gtest/gtest.h>

#include "tests/support/process_network.h"
#include "tests/support/raw_client.h"

namespace p2p {
namespace {

using test::Arguments;
using test::Json;
using test::noise;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

class Networks : public test::ProcessNetwork {
 protected:
  Networks() : ProcessNetwork("napster") {}

  std::unique_ptr<Servent> start(const std::string& name, const std::string& mode,
                                 const std::string& role, Arguments words) {
    words.insert(words.end(), {"--no-beacon", "--nick", name});
    auto made = std::make_unique<Servent>(role, folder_.path() / name, std::move(words), mode);
    EXPECT_TRUE(made->start()) << test::read_file(made->errors());
    return made;
  }
};

TEST_F(Networks, OneSearchAsksAllOfThemAndOneRowHasTheSourcesOfAll) {
  const std::string content = noise(600'000, 1);
  const auto shared = [&](const std::string& name) {
    test::write_file(share(name) / "pewter lantern.ogg", content);
    return share(name).string();
  };
  const auto server = start("server", "napster", "server", {});
  const auto client =
      start("client", "napster", "client", {"--connect", server->listen(), "--share", shared("a")});
  const auto ultrapeer = start("ultrapeer", "gnutella", "ultrapeer", {"--share", shared("b")});
  const auto supernode = start("supernode", "kazaa", "supernode", {"--share", shared("c")});
  const auto asker =
      start("asker", "napster,gnutella,kazaa", "client,leaf,ordinary",
            {"--listen", "127.0.0.1:0,127.0.0.1:0", "--connect", server->listen(), "--connect",
             "gnutella=" + ultrapeer->listen(), "--connect", "kazaa=" + supernode->listen()});

  const auto networks = [&] { return asker->run("status").rows().at(0).at("networks"); };
  ASSERT_TRUE(wait_until(
      [&] {
        const Json all = networks();
        return all.size() == 3 &&
               std::ranges::all_of(all, [](const Json& one) { return one.value("online", false); });
      },
      15s))
      << networks().dump();
  EXPECT_EQ(networks().at(0).value("role", ""), "client");
  EXPECT_EQ(networks().at(1).value("role", ""), "leaf");
  EXPECT_EQ(networks().at(2).value("role", ""), "ordinary");

  std::optional<Json> row;
  ASSERT_TRUE(wait_until(
      [&] {
        row = find(*asker, "pewter lantern", "pewter lantern.ogg");
        return row && row->value("sources", 0) == 3;
      },
      30s))
      << row.value_or(Json()).dump();
  expect_fetched(*asker, *row, content);
}

// Trees of hashes are given in Gnutella only, and cost twice as much as all else.
TEST_F(Networks, FilesGetTheirTreesWhenANetworkThatWantsThemIsEntered) {
  const std::string digest = "6HALCSLLJKP3S5TMTFLPGWJME5JDNRVP";
  test::write_file(share("you") / "one.txt", "a file that was hashed for KaZaA");
  const auto you = start("you", "kazaa", "ordinary", {"--share", share("you").string()});
  const auto is_hashed = [&] {
    const Json status = you->run("status").rows().at(0);
    return status.value("shared_files", 0) == 1 && status.value("to_hash", 1) == 0;
  };
  ASSERT_TRUE(wait_until(is_hashed, 10s));

  const auto switched = you->run("mode", {"gnutella", "--role", "leaf"});
  ASSERT_EQ(switched.status, 0) << switched.output;
  const std::string listen = switched.rows().at(0).value("listen", "");
  const auto has_tree = [&] {
    const test::RawClient client("127.0.0.1" + listen.substr(listen.rfind(':')));
    client.write("GET /uri-res/N2X?urn:sha1:" + digest + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.read_bytes(12).value_or("") == "HTTP/1.1 200";
  };
  EXPECT_TRUE(wait_until(has_tree, 10s)) << test::read_file(you->errors());
}

TEST_F(Networks, WhatDoesNotFitTheModesIsSaid) {
  const auto refused = [&](const Arguments& words) {
    Arguments all{SERVENT_BINARY, "--headless", "--home", (folder_.path() / "x").string()};
    all.insert(all.end(), words.begin(), words.end());
    test::Process process(all, folder_.path() / "errors");
    EXPECT_EQ(process.wait(5s), 2);
    const std::string text = test::read_file(folder_.path() / "errors");
    std::filesystem::remove(folder_.path() / "errors");
    return text;
  };
  EXPECT_NE(refused({"--mode", "napster,gnutella", "--role", "client,supernode"})
                .find("unknown role \"supernode\""),
            std::string::npos);
  EXPECT_NE(refused({"--mode", "napster", "--connect", "kazaa=127.0.0.1"})
                .find("for a mode that does not run"),
            std::string::npos);
  EXPECT_NE(refused({"--mode", "kazaa,kazaa"}).find("named twice"), std::string::npos);
}

}  // namespace
}  // namespace p2p
