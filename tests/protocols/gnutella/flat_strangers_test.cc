// What a node of the flat network does with what strangers write into walkers and lists.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/gnutella/local_index.h"
#include "protocols/gnutella/question.h"
#include "protocols/gnutella/walker.h"
#include "protocols/registry.h"

namespace p2p::gnutella {
namespace {

struct Written final : Out {
  LinkId dial(const Endpoint&) override { return LinkId{1'000}; }
  void send(std::span<const LinkId>, Bytes bytes, Urgency) override {
    for (Bytes rest = bytes; rest.size() >= kHeaderBytes;) {
      const auto header = decode_header(rest.first(kHeaderBytes));
      if (!header) return;
      if (header->type == Type::hit) ++hits;
      rest = rest.subspan(std::min(rest.size(), kHeaderBytes + header->length));
    }
  }
  void send_to(const Endpoint& to, Bytes) override { datagrams.push_back(to); }
  void close(LinkId, Reason) override { ++closed; }
  void report(Event) override {}

  std::vector<Endpoint> datagrams;
  std::size_t hits = 0;
  std::size_t closed = 0;
};

class Strangers : public testing::Test {
 protected:
  // With one neighbour.
  void make(std::uint8_t radius) {
    ModeConfig config;
    config.only_connect = true;
    config.listen = {0x0a000009, 6346};
    config.flat.radius = radius;
    mode_ = find_mode("gnutella", "plain")->make(config);
    mode_->wake(cx_);
    mode_->link_up(kLink, {{0x0a000001, 6346}, true, true, {}, {}}, cx_);
  }
  void receive(Bytes message) { mode_->receive(kLink, message, cx_); }

  static constexpr LinkId kLink{1};
  Written out_;
  Rng rng_{1};
  Cx cx_{Time(Duration(1'000)), rng_, out_};
  std::unique_ptr<Mode> mode_;
};

TEST_F(Strangers, AWalkerThatComesAgainWithAnotherOriginMakesUsSendNoWhereElse) {
  make(0);
  const Endpoint near{0x0a000001, 6346};
  const Endpoint abroad{0x08080808, 53};
  for (const Endpoint& origin : {near, near, abroad}) {
    Buffer message;
    append_asking(message, Header{{}, Type::query, 1, 0, 0}, {"blue river", {}}, query_flags::kMark,
                  Walker{1, 1, 1, origin});
    receive(message);
  }
  EXPECT_EQ(out_.datagrams, (std::vector<Endpoint>{near, near}));
}

// The list of a servent whose only file bears `word` and is named at great length.
Buffer list_of(std::uint8_t high, std::uint8_t low, const std::string& word) {
  HitMessage hit;
  hit.servent.bytes[0] = std::byte{high};
  hit.servent.bytes[1] = std::byte{low};
  hit.records.emplace_back().name = word + ' ' + std::string(39'000, 'x');
  Buffer data;
  Writer(data).u8(1).u8(1);
  append_hit(data, hit, true);
  VendorMessage told{{}, kListSelector, 1, data};
  std::ranges::copy(kWalkVendor, told.vendor.begin());
  Buffer payload;
  append_vendor(payload, told);
  Buffer message;
  append_message(message, {{}, Type::vendor, 1, 0, 0}, payload);
  return message;
}

TEST_F(Strangers, ListsTakeNoMoreThanTheirRoom) {
  make(1);
  const std::size_t lists = kMostIndexedBytes / 39'000 + 2;
  for (std::size_t i = 0; i < lists; ++i)
    receive(list_of(static_cast<std::uint8_t>(i / 250), static_cast<std::uint8_t>(i % 250 + 1),
                    i + 1 == lists ? "amber" : "azure"));
  ASSERT_EQ(out_.closed, 0U);
  const auto answers = [&](std::uint8_t number, const std::string& word) {
    Buffer message;
    Guid guid;
    guid.bytes[0] = std::byte{number};
    append_asking(message, Header{guid, Type::query, 1, 0, 0}, {word, {}}, query_flags::kMark);
    const std::size_t before = out_.hits;
    receive(message);
    return out_.hits - before;
  };
  EXPECT_GT(answers(1, "azure"), 0U);
  EXPECT_EQ(answers(2, "amber"), 0U) << "the last one had no room";
}

}  // namespace
}  // namespace p2p::gnutella
