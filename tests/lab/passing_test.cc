// What the networks tell of the messages that pass by (protocols/passing.h).
#include "protocols/passing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"
#include "protocols/gnutella/message.h"
#include "protocols/kazaa/frames.h"
#include "protocols/kazaa/relay.h"
#include "protocols/napster/message.h"
#include "protocols/registry.h"

#include "tests/support/gnutella_vector.h"
#include "tests/support/kazaa_vectors.h"
#include "tests/support/vectors.h"

namespace p2p {
namespace {

const Watching& watching(std::string_view mode) {
  return find_mode(mode)->watching();
}

struct Seen {
  std::vector<Passing> messages;
  std::size_t left = 0;  // bytes that are no whole message
};
Seen seen(const Watching& watching, Bytes run) {
  Seen seen;
  std::uint32_t state = 0;
  while (!run.empty()) {
    const auto passing = watching.first(run, state);
    if (!passing) break;
    EXPECT_LT(passing->kind, watching.kinds.size());
    EXPECT_GT(passing->size, 0U);
    EXPECT_LE(passing->size, run.size());
    if (passing->size == 0 || passing->size > run.size()) break;
    seen.messages.push_back(*passing);
    run = run.subspan(passing->size);
  }
  seen.left = run.size();
  return seen;
}
std::vector<std::string> names(const Watching& watching, const Seen& seen) {
  std::vector<std::string> names;
  for (const Passing& one : seen.messages)
    names.emplace_back(watching.kinds[one.kind].name);
  return names;
}

TEST(Passing, EveryModeTellsWhatPassesBy) {
  for (const ModeRow& row : modes()) {
    ASSERT_NE(row.watching, nullptr);
    EXPECT_EQ(&row.watching(), &find_mode(row.mode)->watching());
    std::map<Purpose, std::size_t> kinds;
    for (const MessageKind& kind : row.watching().kinds) {
      EXPECT_FALSE(kind.name.empty());
      ++kinds[kind.purpose];
    }
    EXPECT_EQ(kinds.size(), 3U);
  }
}

TEST(Passing, GnutellaNamesTheQueryOfAQueryAndOfAHit) {
  using namespace gnutella;
  const Watching& of = watching("gnutella");
  Guid id;
  id.bytes.fill(std::byte{7});
  Buffer run;
  append_message(run, Header{id, gnutella::Type::ping, 1, 0, 0}, {});
  append_message(run, Header{id, gnutella::Type::query, 4, 3, 0}, bytes_of("12345"));
  append_message(run, Header{id, gnutella::Type::hit, 7, 0, 0}, bytes_of("1"));
  const Seen all = seen(of, run);
  EXPECT_EQ(names(of, all), (std::vector<std::string>{"ping", "query", "hit"}));
  EXPECT_EQ(all.left, 0U);
  ASSERT_EQ(all.messages.size(), 3U);
  EXPECT_FALSE(all.messages[0].id);
  EXPECT_EQ(all.messages[1].id, id);
  EXPECT_EQ(all.messages[1].size, 28U);
  EXPECT_FALSE(all.messages[0].hops);
  EXPECT_EQ(all.messages[1].hops, 3);
  EXPECT_EQ(all.messages[2].id, id);
}

TEST(Passing, GnutellaTellsTheCapturedMessages) {
  const Watching& of = watching("gnutella");
  for (const auto& [file, kind] : std::map<std::string, std::string>{{"query_plain", "query"},
                                                                     {"query_urn_only", "query"},
                                                                     {"hit_from_leaf", "hit"},
                                                                     {"ping_plain_ttl3", "ping"},
                                                                     {"pong_own_ggep", "pong"},
                                                                     {"push_request", "push"},
                                                                     {"qrp_leaf_patch", "table"},
                                                                     {"bye_200_shutdown", "bye"}}) {
    const Seen one = seen(of, test::gnutella_vector(file));
    EXPECT_EQ(names(of, one), std::vector{kind}) << file;
    EXPECT_EQ(one.left, 0U) << file;
  }
  EXPECT_TRUE(seen(of, test::gnutella_vector("hs_leaf_to_up_request")).messages.empty());
}

TEST(Passing, KazaaFollowsTheOrderOfHeaders) {
  using namespace kazaa;
  const Watching& of = watching("kazaa");
  RelayedQuery relayed;
  relayed.id.bytes.fill(std::byte{9});
  Buffer payload;
  append_relayed_query(payload, relayed);
  FrameWriter writer;
  Buffer run;
  writer.message(run, kazaa::Type::hello, bytes_of("some bytes"));
  writer.ping(run);
  for (int i = 0; i < 20; ++i)
    writer.message(run, kazaa::Type::relayed_query, payload);
  writer.message(run, kazaa::Type::end, bytes_of("23"));
  writer.pong(run);
  const Seen all = seen(of, run);
  ASSERT_EQ(all.messages.size(), 24U);
  EXPECT_EQ(all.left, 0U);
  EXPECT_EQ(names(of, all)[0], "hello");
  EXPECT_EQ(names(of, all)[1], "ping");
  EXPECT_EQ(names(of, all)[21], "relayed_query");
  EXPECT_EQ(all.messages[21].id, relayed.id);
  EXPECT_EQ(all.messages[21].size, payload.size() + kFrameHeaderBytes);
  EXPECT_EQ(names(of, all)[22], "end");
  EXPECT_FALSE(all.messages[22].id);
  EXPECT_EQ(names(of, all)[23], "pong");
}

TEST(Passing, KazaaTellsNothingMoreOfAStreamOutOfStep) {
  const Watching& of = watching("kazaa");
  std::uint32_t state = 0;
  EXPECT_FALSE(of.first(bytes_of("hello"), state));
  EXPECT_FALSE(of.first(bytes_of("P"), state));  // a ping, were it in step
}

TEST(Passing, KazaaTellsTheRecordedSession) {
  const Watching& of = watching("kazaa");
  for (const bool from_child : {false, true}) {
    kazaa::FrameWriter writer;
    Buffer run;
    const auto messages = test::recorded_messages(from_child);
    ASSERT_FALSE(messages.empty());
    for (const auto& message : messages)
      writer.message(run, static_cast<kazaa::Type>(message.type), message.payload);
    const Seen all = seen(of, run);
    EXPECT_EQ(all.left, 0U);
    ASSERT_EQ(all.messages.size(), messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i)
      EXPECT_EQ(of.kinds[all.messages[i].kind].name,
                to_text(static_cast<kazaa::Type>(messages[i].type)));
  }
}

TEST(Passing, NapsterTellsTheCapturedSearch) {
  const Watching& of = watching("napster");
  const auto all = test::captured("napster/05-search.hex");
  ASSERT_FALSE(all.empty());
  std::map<std::string, std::size_t> kinds;
  for (const test::Captured& one : all) {
    const Seen messages = seen(of, one.bytes);
    EXPECT_EQ(messages.left, 0U);
    for (const std::string& name : names(of, messages))
      ++kinds[name];
  }
  EXPECT_GT(kinds["search"], 0U);
  EXPECT_GT(kinds["result"], 0U);
  EXPECT_EQ(kinds["search end"], kinds["search"]);
}

// Whatever bytes pass by: it is told what is whole, and the rest is left.
void expect_bounded(const Buffer& bytes) {
  for (const std::string_view mode : mode_names()) {
    const Seen all = seen(watching(mode), bytes);
    std::size_t told = all.left;
    for (const Passing& one : all.messages)
      told += one.size;
    EXPECT_EQ(told, bytes.size());
  }
}

TEST(Passing, AnyBytesAreBounded) {
  Rng rng(1);
  for (int round = 0; round < 3'000; ++round) {
    Buffer bytes(rng.below(200));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(rng());
    // Heads that are nearly right come further.
    if (round % 3 == 1 && !bytes.empty()) bytes[0] = std::byte{0x4b};
    if (round % 3 == 2)
      for (std::size_t i = 19; i < bytes.size(); ++i)
        bytes[i] &= round % 2 == 0 ? std::byte{0x3f} : std::byte{0x00};
    expect_bounded(bytes);
  }
}

TEST(Passing, CapturesCutAnywhereAreBounded) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(TEST_DATA_DIR) + "/vectors")) {
    if (entry.path().extension() != ".hex") continue;
    ++files;
    std::ifstream in(entry.path());
    Buffer whole;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('#')) continue;
      const Buffer bytes = from_hex(std::string_view(line).substr(line.find_last_of(' ') + 1));
      whole.insert(whole.end(), bytes.begin(), bytes.end());
    }
    for (std::size_t cut : {std::size_t{0}, std::size_t{1}, whole.size() / 2}) {
      cut = std::min(cut, whole.size());
      expect_bounded({whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end()});
      expect_bounded({whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(cut)});
    }
  }
  EXPECT_GT(files, 60U);
}

}  // namespace
}  // namespace p2p
