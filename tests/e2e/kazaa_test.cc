// KaZaA networks of real processes on loopback.
#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/support/process_network.h"
#include "tests/support/tagged_wav.h"

namespace p2p {
namespace {

using test::Json;
using test::noise;
using test::Ran;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

class Kazaa : public test::ProcessNetwork {
 protected:
  Kazaa() : ProcessNetwork("kazaa") {}

  static std::string state_of(const Servent& node) {
    const auto rows = node.run("status").rows();
    return rows.empty() ? "" : rows[0].at("networks").at(0).value("state", "");
  }
};

TEST_F(Kazaa, AChildFetchesFromAChildOfAnotherSupernode) {
  const std::string content = noise(1'500'000, 1);
  test::write_file(share("sharer") / "amber valley demo.ogg", content);
  const auto first = node("first", "supernode");
  const auto second = node("second", "supernode", first.get());
  const auto sharer = node("sharer", "ordinary", first.get());
  const auto asker = node("asker", "ordinary", second.get());
  const auto row = find(*asker, "valley amber", "amber valley demo.ogg");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->value("size", 0), 1'500'000);
  expect_fetched(*asker, *row, content);
}

TEST_F(Kazaa, FilesAreSearchedByField) {
  test::write_file(share("sharer") / "track one.wav",
                   test::tagged_wav({{"TPE1", "John Coltrane"}, {"TDRC", "1957"}}));
  test::write_file(share("sharer") / "coltrane interview.wav", test::tagged_wav({}));
  const auto supernode = node("supernode", "supernode");
  const auto sharer = node("sharer", "ordinary", supernode.get());
  const auto asker = node("asker", "ordinary", supernode.get());
  ASSERT_TRUE(find(*asker, "coltrane interview", "coltrane interview.wav"));
  const auto row = find(*asker, "artist:coltrane year:1957 type:audio", "track one.wav");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->at("fields").at("artist"), "John Coltrane");
  EXPECT_EQ(row->at("fields").at("bitrate"), 64);
  const auto others = asker->run("search", {"artist:coltrane", "--wait", "2s"}, 5s).rows();
  for (const Json& other : others)
    EXPECT_NE(other.value("name", ""), "coltrane interview.wav");
  const Ran refused = asker->run("search", {"track", "freq>=8000", "--wait", "2s"}, 5s);
  EXPECT_NE(refused.status, 0);
}

TEST_F(Kazaa, AFirewalledChildIsAskedToCallAndGives) {
  const std::string content = noise(300'000, 2);
  test::write_file(share("hidden") / "granite recital.mp3", content);
  const auto first = node("first", "supernode");
  const auto second = node("second", "supernode", first.get());
  const auto hidden = node("hidden", "ordinary", first.get(), "firewalled = true\n");
  const auto asker = node("asker", "ordinary", second.get());
  const auto row = find(*asker, "granite", "granite recital.mp3");
  ASSERT_TRUE(row);
  expect_fetched(*asker, *row, content);
}

TEST_F(Kazaa, AfterASupernodeIsKilledSearchesWorkAgainWithinTenSeconds) {
  const std::string content = noise(400'000, 3);
  test::write_file(share("sharer") / "copper sunrise.ogg", content);
  auto first = node("first", "supernode");
  const auto second = node("second", "supernode", first.get());
  const auto sharer = node("sharer", "ordinary", first.get());
  const auto asker = node("asker", "ordinary", first.get());
  ASSERT_TRUE(find(*asker, "copper sunrise", "copper sunrise.ogg"));
  // Both have heard of the other supernode, by their parent's list.
  for (const Servent* child : {sharer.get(), asker.get()})
    ASSERT_TRUE(wait_until(
        [&] {
          const auto rows = child->run("status").rows();
          return !rows.empty() &&
                 rows[0].at("networks").at(0).at("counters").value("supernodes known", 0) >= 2;
        },
        20s));
  const std::string old_parent = state_of(*asker);

  first->process().stop(SIGKILL, 5s);
  const auto killed = std::chrono::steady_clock::now();
  const auto row = find(*asker, "copper sunrise", "copper sunrise.ogg", 10s);
  EXPECT_LT(std::chrono::steady_clock::now() - killed, 10s);
  ASSERT_TRUE(row) << test::read_file(asker->errors());
  EXPECT_NE(state_of(*asker), old_parent);
  expect_fetched(*asker, *row, content);
}

TEST_F(Kazaa, OneAloneBecomesASupernodeAndTheNextItsChild) {
  const auto first = node("first", "auto");
  const auto role_of = [](const Servent& of) {
    const auto rows = of.run("status").rows();
    return rows.empty() ? "" : rows[0].at("networks").at(0).value("role", "");
  };
  EXPECT_TRUE(wait_until([&] { return role_of(*first) == "supernode"; }, 20s))
      << test::read_file(first->errors());
  const auto second = node("second", "auto", first.get());
  EXPECT_EQ(role_of(*second), "auto");
  EXPECT_EQ(links_up(*first), 1U);
}

}  // namespace
}  // namespace p2p
