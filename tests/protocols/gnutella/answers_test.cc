#include "protocols/gnutella/answers.h"

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

std::vector<SharedFile> files(std::size_t count) {
  std::vector<SharedFile> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    all[i].id = i + 1;
    all[i].name = "Music/file " + std::to_string(i) + ".ogg";
    all[i].size_bytes = 100 + i;
  }
  return all;
}

Asker asker() {
  Asker one;
  one.query.bytes[0] = std::byte{7};
  one.query.bytes[15] = std::byte{9};
  one.link = LinkId{0x1234567890};
  one.hops = 3;
  one.ggep_h = true;
  return one;
}

TEST(Answers, ATicketBringsBackWhoAsked) {
  EXPECT_EQ(asker_of(ticket_of(asker())), asker());
  Asker other = asker();
  other.ggep_h = false;
  other.xml = true;
  other.hops = 15;
  EXPECT_EQ(asker_of(ticket_of(other)), other);
}

TEST(Answers, TenRecordsAMessageAndFiftyInAll) {
  const auto messages =
      answers_of(files(73), hit_of_ours(Guid{}, {0x0a000001, 6346}), asker(), kMaxTtlHops);
  ASSERT_EQ(messages.size(), 5U);
  for (const Buffer& message : messages) {
    const auto header = decode_header(message);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->guid, asker().query);
    EXPECT_EQ(header->ttl, 9) << "three hops, the last one, and five more";
    EXPECT_EQ(header->hops, 0);
    const auto hit = decode_hit(Bytes(message).subspan(kHeaderBytes));
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->records.size(), kRecordsPerMessage);
    EXPECT_EQ(hit->endpoint, (Endpoint{0x0a000001, 6346}));
    EXPECT_EQ(hit->push_needed, false);
    EXPECT_TRUE(hit->browsable);
  }
  const auto last = decode_hit(Bytes(messages.back()).subspan(kHeaderBytes));
  EXPECT_EQ(last->records.back().name, "file 49.ogg") << "without the folder";
  EXPECT_EQ(last->records.back().index, 50U);
}

TEST(Answers, GoAsFarAsTheQueryCameAndALittleMore) {
  EXPECT_EQ(hit_ttl(0, kMaxTtlHops), 6);
  EXPECT_EQ(hit_ttl(9, kMaxTtlHops), 15);
  EXPECT_EQ(hit_ttl(200, kMaxTtlHops), 15);
  EXPECT_EQ(hit_ttl(40, 60), 46);
  EXPECT_EQ(hit_ttl(255, 255), 255);
}

TEST(Answers, SayOfWhatIsStillBeingFetchedThatItIs) {
  auto some = files(2);
  some[0].id = 0;
  some[0].partial = Partial{77, 1'700'000'000};
  const auto messages =
      answers_of(some, hit_of_ours(Guid{}, {0x0a000001, 6346}), asker(), kMaxTtlHops);
  ASSERT_EQ(messages.size(), 1U);
  const auto hit = decode_hit(Bytes(messages[0]).subspan(kHeaderBytes));
  ASSERT_TRUE(hit && hit->records.size() == 2);
  EXPECT_EQ(hit->records[0].partial, some[0].partial);
  EXPECT_FALSE(hit->records[1].partial);
}

TEST(Answers, TellMetadataToWhoWantsIt) {
  auto some = files(1);
  some[0].media = {192, 44'100, 205};
  some[0].tags.artist = "Sun Dogs";
  Asker wants = asker();
  wants.xml = true;
  for (const Asker& who : {wants, asker()}) {
    const auto messages = answers_of(some, HitMessage{}, who, kMaxTtlHops);
    const auto hit = decode_hit(Bytes(messages.at(0)).subspan(kHeaderBytes));
    EXPECT_EQ(hit->records.at(0).media, some[0].media);
    EXPECT_EQ(hit->records.at(0).tags.artist, who.xml ? "Sun Dogs" : "");
  }
}

TEST(Answers, WhoCannotBeCalledSaysSo) {
  const HitMessage hit = hit_of_ours(Guid{}, {0x0a000001, 0});
  EXPECT_EQ(hit.push_needed, true);
  EXPECT_FALSE(hit.browsable);
  EXPECT_EQ(hit.speed_kbps, 0U) << "a line that nobody named is not praised";
  EXPECT_EQ(hit_of_ours(Guid{}, {0x0a000001, 0}, 7).speed_kbps, 256U);
}

TEST(Answers, AFileWhoseNumberTheWireCannotSayIsLeftOut) {
  auto some = files(2);
  some[0].id = std::uint64_t{1} << 32U;
  EXPECT_EQ(records_of(some).size(), 1U);
  EXPECT_TRUE(answers_of({}, HitMessage{}, asker(), kMaxTtlHops).empty());
}

}  // namespace
}  // namespace p2p::gnutella
