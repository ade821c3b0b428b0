// HitMessage: the part of message.h that hit.cc implements.
#include <array>

#include <gtest/gtest.h>

#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/message.h"

#include "tests/support/captured_files.h"
#include "tests/support/gnutella_vector.h"

namespace p2p::gnutella {
namespace {

using test::gnutella_payload;
using test::kRiverRoot;
using test::kRiverSha1;

constexpr std::uint32_t kLoopback = 0x7f000001;
constexpr auto kHits = std::to_array<const char*>(
    {"hit_huge_text_urn_tt", "hit_ggep_h", "hit_for_urn", "hit_from_leaf", "hit_probe",
     "hit_probe_relayed", "hit_firewalled_push_proxy"});

HitMessage hit_of(const char* name) {
  const auto hit = decode_hit(gnutella_payload(name));
  EXPECT_TRUE(hit) << name;
  return hit.value_or(HitMessage{});
}

std::string_view vendor_of(const HitMessage& hit) {
  return {hit.vendor.data(), hit.vendor.size()};
}

Buffer encoded(const HitMessage& hit, bool ggep_h = false) {
  Buffer out;
  append_hit(out, hit, ggep_h);
  return out;
}

// A hit of one record by hand: the area behind its name, and what is between the vendor and the
// servent's guid.
Buffer hit_bytes(Bytes area, Bytes open_and_private) {
  Buffer out = from_hex("01ea667f0000010100000005000000070000006100");
  Writer(out).bytes(area).u8(0).text("TEST").bytes(open_and_private);
  out.insert(out.end(), 16, std::byte{0x11});
  return out;
}

TEST(Hit, CarriesTextBetweenUrnAndBlock) {
  const Buffer area = [] {
    Buffer out;
    Writer(out).text("urn:sha1:").text(kRiverSha1).u8(0x1c).text("192 Kbps 44 kHz 3:25");
    return out;
  }();
  const auto hit = decode_hit(hit_bytes(area, from_hex("020000")));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->records.at(0).media, (MediaFields{192, 44'100, 205}));
  EXPECT_EQ(to_base32(hit->records.at(0).sha1.value()), kRiverSha1);
  HitMessage made = *hit;
  made.records[0].created_unix = 1;
  for (const bool ggep_h : {false, true})
    EXPECT_EQ(*decode_hit(encoded(made, ggep_h)), made);
}

TEST(Hit, CarriesXmlRightBeforeTheGuid) {
  HitMessage hit = hit_of("hit_huge_text_urn_tt");
  hit.records[0].tags.artist = "Sun Dogs";
  hit.records[0].media = {160, 0, 61};
  EXPECT_EQ(*decode_hit(encoded(hit)), hit);
  Buffer plain;
  append_hit(plain, hit, false, false);
  EXPECT_EQ(decode_hit(plain)->records[0].tags, FileTags{}) << "who asks without wanting it";
  EXPECT_EQ(decode_hit(plain)->servent, hit.servent);
}

TEST(Hit, KeepsItsRecordsWhenTheXmlIsSaidToBeLongerThanTheHit) {
  const auto hit = decode_hit(hit_bytes({}, from_hex("040000ffff")));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->records.at(0).name, "a");
}

TEST(Hit, OfTheRealServentSaysWhoHasWhat) {
  const HitMessage hit = hit_of("hit_huge_text_urn_tt");
  EXPECT_EQ(hit.endpoint, (Endpoint{kLoopback, 26346}));
  EXPECT_EQ(hit.speed_kbps, 1U);
  EXPECT_EQ(vendor_of(hit), "GTKG");
  EXPECT_EQ(to_hex(hit.servent), "fde83102ec32a833c055ffeeb0a197f7");
  EXPECT_TRUE(hit.browsable);
  EXPECT_TRUE(hit.push_proxies.empty());
  ASSERT_EQ(hit.records.size(), 1U);
  const HitRecord& record = hit.records.front();
  EXPECT_EQ(record.index, 1U);
  EXPECT_EQ(record.size_bytes, 3'000'000U);
  EXPECT_EQ(record.name, "blue_river_live.ogg");
  EXPECT_EQ(to_base32(record.sha1.value()), kRiverSha1);
  EXPECT_EQ(to_base32(record.root.value()), kRiverRoot);
  EXPECT_EQ(record.created_unix, 0x6b029b89U);
  const std::vector<Endpoint> alternates{
      {0x7f090909, 6400}, {0x7f000002, 26347}, {0x7f090908, 6401}};
  EXPECT_EQ(record.alternates, alternates);
}

TEST(Hit, WithGgepHSaysTheSameDigestsAsTheOneWithText) {
  const HitRecord text = hit_of("hit_for_urn").records.at(0);
  const HitRecord h = hit_of("hit_ggep_h").records.at(0);
  EXPECT_EQ(h.sha1, text.sha1);
  EXPECT_EQ(h.root, text.root);
  EXPECT_EQ(to_base32(h.sha1.value()), kRiverSha1);
  EXPECT_EQ(to_base32(h.root.value()), kRiverRoot);
}

TEST(Hit, FlagsSayOfEachBitWhetherItIsKnown) {
  const HitMessage leaf = hit_of("hit_from_leaf");  // 2c 21
  EXPECT_EQ(leaf.busy, false);
  EXPECT_EQ(leaf.has_uploaded, false);
  EXPECT_EQ(leaf.speed_measured, std::nullopt);
  EXPECT_EQ(leaf.push_needed, false);
  EXPECT_EQ(hit_of("hit_for_urn").has_uploaded, true);               // 2c 29
  EXPECT_EQ(hit_of("hit_firewalled_push_proxy").push_needed, true);  // 2d 29
  const HitMessage probe = hit_of("hit_probe");                      // 1c 08
  EXPECT_EQ(probe.push_needed, std::nullopt);
  EXPECT_EQ(probe.speed_measured, false);
  EXPECT_EQ(probe.has_uploaded, true);
}

TEST(Hit, OfAFirewalledLeafNamesItsPushProxy) {
  const HitMessage hit = hit_of("hit_firewalled_push_proxy");
  EXPECT_EQ(hit.push_proxies, (std::vector<Endpoint>{{kLoopback, 26346}}));
  EXPECT_FALSE(hit.browsable);
  EXPECT_EQ(hit.records.at(0).name, "amber_valley_demo.ogg");
}

TEST(Hit, OfABrowseHasAllSixRecords) {
  const HitMessage hit = hit_of("http_browse_body");
  ASSERT_EQ(hit.records.size(), 6U);
  EXPECT_EQ(hit.records[1].size_bytes, std::uint64_t{1} << 30U);
  EXPECT_EQ(hit.records[4].name, "tiny note.txt");
  EXPECT_EQ(hit.records[5].name, "\xc3\x89tude in na\xc3\xafve minor.flac");
  EXPECT_EQ(to_hex(Bytes(hit.records[5].root->bytes)),  // COBS, as it holds a zero
            "14c97367408efa0f39d98f00364ce316828cb383a7cf0a3f");
  for (const HitRecord& record : hit.records)
    EXPECT_TRUE(record.sha1 && record.root) << record.name;
}

TEST(Hit, OfTheProbeMakesTheSameBytesAgain) {
  const Buffer payload = gnutella_payload("hit_probe");
  EXPECT_EQ(payload, gnutella_payload("hit_probe_relayed"));
  EXPECT_EQ(encoded(*decode_hit(payload)), payload);
}

// The real servent's trailer holds GTKGV and TLS, and records with ALT hold ALT_TLS: we do not keep
// these. What is left, the records of the leaf's hits, is made again byte by byte.
TEST(Hit, OfTheRealLeafHasTheSameRecordsAgain) {
  for (const char* name : {"hit_from_leaf", "hit_firewalled_push_proxy"}) {
    const Buffer payload = gnutella_payload(name);
    const Buffer again = encoded(*decode_hit(payload));
    const std::size_t records_end = text_of(payload).find("GTKG");
    ASSERT_EQ(text_of(again).find("GTKG"), records_end) << name;
    EXPECT_EQ(to_hex(Bytes(again).first(records_end)), to_hex(Bytes(payload).first(records_end)));
  }
}

TEST(Hit, OfEveryCaptureDecodesEqualWhenMadeAgain) {
  for (const char* name : kHits) {
    const HitMessage hit = hit_of(name);
    for (const bool ggep_h : {false, true})
      EXPECT_EQ(*decode_hit(encoded(hit, ggep_h)), hit) << name << ggep_h;
  }
}

TEST(Hit, GgepHIsTheRealServentsBytes) {
  const std::string payload = to_hex(gnutella_payload("hit_ggep_h"));
  const std::string h = payload.substr(payload.find("c301486d"), std::size_t{2} * (4 + 45));
  HitMessage hit = hit_of("hit_ggep_h");
  EXPECT_NE(to_hex(encoded(hit, true)).find(h), std::string::npos);
  EXPECT_EQ(to_hex(encoded(hit, false)).find(h), std::string::npos);
}

TEST(Hit, CutAnywhereIsMalformedOrLeavesNothingButTheRecords) {
  for (const char* name : kHits) {
    const Buffer payload = gnutella_payload(name);
    const HitMessage whole = hit_of(name);
    for (std::size_t cut = 0; cut < payload.size(); ++cut) {
      const auto hit = decode_hit(Bytes(payload).first(cut));
      if (!hit) continue;
      // The guid is now the last 16 bytes of what is left: never the true one.
      EXPECT_NE(hit->servent, whole.servent) << name << " " << cut;
      EXPECT_EQ(hit->records, whole.records) << name << " " << cut;
      EXPECT_GE(cut, text_of(payload).rfind(vendor_of(whole)));
    }
  }
}

TEST(Hit, WithMoreRecordsSaidThanThereAreIsMalformed) {
  Buffer payload = gnutella_payload("hit_probe");
  payload[0] = std::byte{255};
  EXPECT_EQ(decode_hit(payload).error().code, Errc::malformed);
  EXPECT_EQ(decode_hit(from_hex("ff")).error().code, Errc::malformed);
}

TEST(Hit, OfTheYear2000HasNoTrailer) {
  Buffer payload = from_hex("02ea667f000001010000000500000007000000610000060000000800000062007800");
  EXPECT_FALSE(decode_hit(payload));
  payload.insert(payload.end(), 16, std::byte{0x11});
  const auto hit = decode_hit(payload);
  ASSERT_TRUE(hit);
  ASSERT_EQ(hit->records.size(), 2U);
  EXPECT_EQ(hit->records[0].name, "a");
  EXPECT_FALSE(hit->records[0].sha1 || hit->records[0].root);
  EXPECT_EQ(hit->records[1].name, "b");  // "x" in its area is nothing we know
  EXPECT_EQ(hit->vendor, (std::array<char, 4>{}));
  EXPECT_EQ(hit->push_needed, std::nullopt);
}

TEST(Hit, FindsTheBlockBehindOneChatByte) {
  const auto hit = decode_hit(hit_bytes({}, from_hex("022020"
                                                     "01"
                                                     "c3824248"
                                                     "40")));
  ASSERT_TRUE(hit);
  EXPECT_TRUE(hit->browsable);
}

TEST(Hit, ReadsAllBlocksOfThePrivateArea) {
  const auto hit = decode_hit(hit_bytes({}, from_hex("022020"
                                                     "c382424840"
                                                     "c385484e414d45"
                                                     "4178")));
  ASSERT_TRUE(hit);
  EXPECT_TRUE(hit->browsable);
  EXPECT_EQ(hit->host_name, "x");
}

TEST(Hit, LeavesOutTheXmlAtTheEnd) {
  // The xml here is what would be a block saying that the host can be browsed.
  const auto hit = decode_hit(hit_bytes({}, from_hex("0420200500"
                                                     "c385484e414d454178"
                                                     "c382424840")));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->host_name, "x");
  EXPECT_FALSE(hit->browsable);
  // More xml than there is: nothing is sure.
  const auto lies = decode_hit(hit_bytes({}, from_hex("0420204000"
                                                      "c382424840")));
  ASSERT_TRUE(lies);
  EXPECT_FALSE(lies->browsable);
}

TEST(Hit, WithoutOpenDataSaysNothingAboutFlags) {
  for (const char* open : {"00", "01ff"}) {
    const auto hit = decode_hit(hit_bytes({}, from_hex(open)));
    ASSERT_TRUE(hit) << open;
    EXPECT_EQ(hit->busy, std::nullopt);
    EXPECT_EQ(hit->push_needed, std::nullopt);
  }
  EXPECT_EQ(decode_hit(hit_bytes({}, from_hex("03ffff"))).error().code, Errc::malformed);
  EXPECT_EQ(decode_hit(hit_bytes({}, {})).error().code, Errc::malformed);
}

TEST(Hit, KeepsARecordWhoseExtensionsAreBroken) {
  const auto hit = decode_hit(hit_bytes(from_hex("c3ffffff"), from_hex("020000")));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->records.at(0).name, "a");
  EXPECT_EQ(hit->records.at(0).size_bytes, 7U);
}

TEST(Hit, SizesFrom4GiBTravelInLf) {
  for (const std::uint64_t size :
       {0xfffffffeULL, 0xffffffffULL, 0x100000000ULL, 0x123456789aULL, 0xffffffffffffffffULL}) {
    HitMessage hit = hit_of("hit_probe");
    hit.records[0].size_bytes = size;
    const Buffer bytes = encoded(hit);
    EXPECT_EQ(text_of(bytes).find("LF") != std::string_view::npos, size >= 0xffffffff) << size;
    EXPECT_EQ(decode_hit(bytes)->records.at(0).size_bytes, size);
  }
  // LF 02 09 08 07 06 05 01, as its bytes were made by hand.
  const auto hand = decode_hit(hit_bytes(from_hex("c3824c4646020908070605"), from_hex("020000")));
  EXPECT_EQ(hand->records.at(0).size_bytes, 0x050607080902U);
}

TEST(Hit, TellsOfAFileThatIsStillBeingFetched) {
  // c3 | last, id of 3 | "PRU" | 6 bytes: time 0x6553f100, 0x0201 bytes; COBS for the zero in it.
  const Buffer area = from_hex(
      "c3c3505255"
      "47"
      "046553f1030102");
  const auto hit = decode_hit(hit_bytes(area, from_hex("020000")));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->records.at(0).partial, (Partial{0x0201, 0x6553f100}));
  const auto again = decode_hit(encoded(*hit));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->records, hit->records);
}

TEST(Hit, IsPartialAlsoWhereItIsSaidInAnotherFormOrNotWell) {
  for (const char* area : {"c38350525540",
                           "c38350525542"
                           "0102",
                           "c38350523141"
                           "07",
                           "c38350523444"
                           "01020304",
                           "c38350525544"
                           "01020304"}) {
    const auto hit = decode_hit(hit_bytes(from_hex(area), from_hex("020000")));
    ASSERT_TRUE(hit);
    ASSERT_TRUE(hit->records.at(0).partial) << area;
    EXPECT_EQ(hit->records[0].partial->have_bytes, 0U);
  }
  const auto whole = decode_hit(hit_bytes(from_hex("c38350523541"
                                                   "07"),
                                          from_hex("020000")));
  ASSERT_TRUE(whole);
  EXPECT_FALSE(whole->records.at(0).partial) << "PR5 is no such thing";
}

TEST(Hit, WritesAllThatItIsTold) {
  HitMessage hit = hit_of("hit_firewalled_push_proxy");
  hit.push_needed = false;
  hit.busy = true;
  hit.speed_measured = true;
  hit.browsable = true;
  hit.host_name = "harbor.example";
  hit.push_proxies = {{0x0a000001, 6346}, {0x0a000002, 6347}};
  hit.records[0].alternates = {{0x0a000003, 256}, {0x0a000000, 6348}};
  hit.records.resize(kMaxRecords, hit.records[0]);
  hit.records[1].sha1.reset();
  hit.records[2].root.reset();
  for (const bool ggep_h : {false, true})
    EXPECT_EQ(*decode_hit(encoded(hit, ggep_h)), hit);
}

TEST(Hit, CutsListsAndNamesAtTheirLimits) {
  HitMessage hit = hit_of("hit_probe");
  hit.records[0].name = std::string("a\0b", 3);
  hit.records[0].alternates.assign(40, {0x0a000003, 6346});
  hit.push_proxies.assign(40, {0x0a000003, 6346});
  hit.host_name.assign(300, 'h');
  const auto again = decode_hit(encoded(hit));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->records.at(0).name, "a");
  EXPECT_EQ(again->records.at(0).alternates.size(), kMaxAlternates);
  EXPECT_EQ(again->push_proxies.size(), kMaxProxies);
  EXPECT_EQ(again->host_name.size(), 255U);
}

TEST(Hit, TellsTheServentWithoutReadingTheRest) {
  for (const char* name : kHits)
    EXPECT_EQ(servent_of_hit(gnutella_payload(name)), hit_of(name).servent) << name;
  EXPECT_TRUE(servent_of_hit(Buffer(27)));
  EXPECT_FALSE(servent_of_hit(Buffer(26)));
}

}  // namespace
}  // namespace p2p::gnutella
