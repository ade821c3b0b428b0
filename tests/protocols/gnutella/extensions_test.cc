#include "protocols/gnutella/extensions.h"

#include <gtest/gtest.h>

#include "protocols/deflate.h"
#include "protocols/gnutella/message.h"

#include "tests/support/captured_files.h"
#include "tests/support/gnutella_vector.h"

namespace p2p::gnutella {
namespace {

using test::gnutella_payload;
using test::kRiverRoot;
using test::kRiverSha1;

Result<Ggep> decode(Bytes bytes) {
  std::size_t used = 0;
  return Ggep::decode(bytes, used);
}
Result<Ggep> decode_hex(std::string_view digits) {
  return decode(from_hex(digits));
}

// "-" when it is not there.
std::string value(const Result<Ggep>& ggep, std::string_view id) {
  const Buffer* data = ggep ? ggep->find(id) : nullptr;
  return data != nullptr ? to_hex(*data) : "-";
}

// One extension "x" with these flags and data.
Buffer block(unsigned flags, Bytes data) {
  Buffer out;
  Writer(out)
      .u8(0xc3)
      .u8(static_cast<std::uint8_t>(0x81U | flags))
      .u8('x')
      .u8(static_cast<std::uint8_t>(0x80U | (data.size() >> 12U)))
      .u8(static_cast<std::uint8_t>(0x80U | ((data.size() >> 6U) & 0x3fU)))
      .u8(static_cast<std::uint8_t>(0x40U | (data.size() & 0x3fU)))
      .bytes(data);
  return out;
}

constexpr unsigned kCobs = 0x40;
constexpr unsigned kDeflated = 0x20;

TEST(Ggep, ReadsTheBlocksOfCapturedPings) {
  EXPECT_EQ(value(decode(gnutella_payload("ping_ggep_scp_01")), "SCP"), "01");
  EXPECT_EQ(value(decode(gnutella_payload("ping_gtkg_leaf_scp_02")), "SCP"), "02");
  EXPECT_EQ(value(decode(gnutella_payload("ping_gtkg_scp_07")), "SCP"), "07");
  EXPECT_EQ(value(decode(gnutella_payload("ping_ggep_hname")), "HNAME"), "");
}

TEST(Ggep, ReadsTheBlockOfACapturedPong) {
  const Buffer payload = gnutella_payload("pong_own_ggep");
  const auto ggep = decode(decode_pong(payload)->ggep);
  ASSERT_TRUE(ggep);
  EXPECT_EQ(ggep->extensions().size(), 6U);
  EXPECT_EQ(value(ggep, "VC"), "47544b4783");  // "GTKG" and 83
  EXPECT_EQ(value(ggep, "GUE"), "02");
  EXPECT_EQ(value(ggep, "UP"), "02ff31");
  EXPECT_EQ(value(ggep, "DU"), "04");
  EXPECT_EQ(value(ggep, "6"), "fd000000000000000000000000000002");
  EXPECT_EQ(value(ggep, "TLS"), "");
  EXPECT_EQ(value(ggep, "tls"), "-");
}

TEST(Ggep, WrittenAgainIsTheCapturedBlock) {
  for (const char* name : {"pong_own_ggep", "pong_own_ggep_v4only"}) {
    const Buffer payload = gnutella_payload(name);
    const Bytes area = decode_pong(payload)->ggep;
    const auto ggep = decode(area);
    ASSERT_TRUE(ggep) << name;
    GgepWriter writer(false);
    for (const Ggep::Extension& one : ggep->extensions())
      writer.add(one.id, one.data);
    Buffer again;
    writer.append_to(again);
    EXPECT_EQ(to_hex(again), to_hex(area)) << name;
  }
}

// Étude's root holds a zero, the other five of the browsed roots hold none.
TEST(Ggep, CobsCodesAsTheRealServentDoes) {
  const std::string body = to_hex(gnutella_payload("http_browse_body"));
  const Buffer payload = gnutella_payload("http_browse_body");
  const auto hit = decode_hit(payload);
  ASSERT_TRUE(hit);
  for (const HitRecord& record : hit->records) {
    Buffer ours;
    GgepWriter(true).add("TT", record.root->bytes).append_to(ours);
    ours[1] &= std::byte{0x7f};  // it is not the last one there
    EXPECT_NE(body.find(to_hex(ours)), std::string::npos) << record.name;
  }
}

TEST(Ggep, FailsAtEveryTruncation) {
  const Buffer payload = gnutella_payload("pong_own_ggep");
  const Bytes area = decode_pong(payload)->ggep;
  for (std::size_t cut = 0; cut < area.size(); ++cut) {
    std::size_t used = 99;
    EXPECT_EQ(Ggep::decode(area.first(cut), used).error().code, Errc::malformed) << cut;
    EXPECT_EQ(used, 0U);
  }
}

TEST(Ggep, SaysHowLongItWas) {
  std::size_t used = 0;
  ASSERT_TRUE(Ggep::decode(from_hex("c381784101ff"), used));
  EXPECT_EQ(used, 5U);
}

TEST(Ggep, RefusesWhatBreaksTheFormat) {
  EXPECT_TRUE(decode_hex("c3817840"));
  EXPECT_FALSE(decode_hex("c2817840")) << "no magic";
  EXPECT_FALSE(decode_hex("c38040")) << "an id of no length";
  EXPECT_FALSE(decode_hex("c3917840")) << "the reserved bit";
  EXPECT_FALSE(decode_hex("c3810040")) << "a zero in an id";
  EXPECT_FALSE(decode_hex("c381780000")) << "a length byte with neither mark";
  EXPECT_FALSE(decode_hex("c38178c000")) << "a length byte with both marks";
  EXPECT_FALSE(decode_hex("c381788080804000")) << "a length of four bytes";
  EXPECT_FALSE(decode_hex("c3017840")) << "no last one";
  EXPECT_FALSE(decode_hex("c3817842aa")) << "fewer data than said";
  EXPECT_TRUE(decode_hex("c38178808042aabb")) << "a length longer than it needs to be";
}

TEST(Ggep, ReadsLengthsOfTwoAndThreeBytes) {
  for (const std::size_t size : {63U, 64U, 4095U, 4096U, 16384U}) {
    const Buffer data(size, std::byte{0x5a});
    Buffer out;
    GgepWriter(true).add("x", data).append_to(out);
    EXPECT_EQ(out.size(), size + 3 + (size < 64 ? 1U : size < 4096 ? 2U : 3U));
    const auto ggep = decode(out);
    ASSERT_TRUE(ggep) << size;
    EXPECT_EQ(*ggep->find("x"), data);
  }
  EXPECT_EQ(value(decode(block(0, Buffer(64, std::byte{1}))), "x").size(), 128U);
}

TEST(Ggep, RefusesDataPastTheLimit) {
  Buffer out;
  GgepWriter(false).add("x", Buffer(kMaxGgepData + 1)).append_to(out);
  EXPECT_EQ(decode(out).error().code, Errc::malformed);
}

TEST(Ggep, TakesAsManyExtensionsAsItsLimitSays) {
  GgepWriter writer(false);
  for (std::size_t i = 0; i < kMaxGgepExtensions; ++i)
    writer.add("n" + std::to_string(i));
  Buffer full;
  writer.append_to(full);
  EXPECT_EQ(decode(full)->extensions().size(), kMaxGgepExtensions);
  Buffer over;
  writer.add("more").append_to(over);
  EXPECT_EQ(decode(over).error().code, Errc::malformed);
}

TEST(Ggep, UndoesCobs) {
  EXPECT_EQ(value(decode(block(kCobs, from_hex("01"))), "x"), "");
  EXPECT_EQ(value(decode(block(kCobs, from_hex("0101"))), "x"), "00");
  EXPECT_EQ(value(decode(block(kCobs, from_hex("03112202330101"))), "x"), "112200330000");
  Buffer full = from_hex("ff");
  full.insert(full.end(), 254, std::byte{7});
  EXPECT_EQ(value(decode(block(kCobs, full)), "x").size(), 2 * 254U) << "no zero behind 254 bytes";
}

TEST(Ggep, RefusesBadCobs) {
  EXPECT_FALSE(decode(block(kCobs, from_hex("0311"))));    // a run longer than the data
  EXPECT_FALSE(decode(block(kCobs, from_hex("00"))));      // no run
  EXPECT_FALSE(decode(block(kCobs, from_hex("031100"))));  // a zero in a run
}

TEST(Ggep, CobsGivesBackWhatWasWritten) {
  for (const std::size_t size : {1U, 2U, 253U, 254U, 255U, 256U, 508U, 600U})
    for (const std::size_t zero_at : {std::size_t{0}, size / 2, size - 1}) {
      Buffer data(size, std::byte{0x5a});
      data[zero_at] = std::byte{0};
      Buffer out;
      GgepWriter(true).add("x", data).append_to(out);
      EXPECT_EQ(text_of(out).find('\0'), std::string_view::npos);
      EXPECT_EQ(value(decode(out), "x"), to_hex(data)) << size << " " << zero_at;
      Buffer raw;
      GgepWriter(false).add("x", data).append_to(raw);
      EXPECT_EQ(value(decode(raw), "x"), to_hex(data));
      EXPECT_LT(raw.size(), out.size());
    }
}

TEST(Ggep, Inflates) {
  // zlib's stream of "hello hello hello", made with Python's zlib.
  const Buffer stream = from_hex("789ccb48cdc9c957c84090003a2e067d");
  const std::string hello = to_hex(bytes_of("hello hello hello"));
  EXPECT_EQ(value(decode(block(kDeflated, stream)), "x"), hello);
  for (std::size_t cut = 0; cut < stream.size(); ++cut)
    EXPECT_FALSE(decode(block(kDeflated, Bytes(stream).first(cut)))) << cut;
  EXPECT_FALSE(decode(block(kDeflated, from_hex("0011223344"))));
}

TEST(Ggep, UndoesCobsBeforeItInflates) {
  const Buffer stream = from_hex("789ccb48cdc9c957c84090003a2e067d");
  Buffer coded = from_hex("0c789ccb48cdc9c957c84090053a2e067d");
  ASSERT_EQ(value(decode(block(kCobs, coded)), "x"), to_hex(stream));
  EXPECT_EQ(value(decode(block(kCobs | kDeflated, coded)), "x"),
            to_hex(bytes_of("hello hello hello")));
  coded.front() = std::byte{0x0d};
  EXPECT_FALSE(decode(block(kCobs | kDeflated, coded)));
}

TEST(Ggep, RefusesAStreamThatGrowsTooMuch) {
  EXPECT_FALSE(decode(block(kDeflated, deflated(Buffer(kMaxGgepData)))));  // a thousandfold
  Buffer mixed;  // half of it is chance, so that it grows twofold only
  for (std::uint32_t x = 1; mixed.size() <= kMaxGgepData; x = x * 1'664'525U + 1'013'904'223U)
    mixed.push_back(static_cast<std::byte>(x >> 28U));
  EXPECT_FALSE(decode(block(kDeflated, deflated(mixed))));  // past kMaxGgepData
  mixed.pop_back();
  const auto fits = decode(block(kDeflated, deflated(mixed)));
  ASSERT_TRUE(fits);
  EXPECT_EQ(*fits->find("x"), mixed);
}

TEST(Ggep, MergeKeepsWhatIsThereAndStaysBounded) {
  Ggep first = *decode_hex("c381614101");
  first.merge(
      *decode_hex("c3016141028162"
                  "4103"));
  EXPECT_EQ(to_hex(*first.find("a")), "01");
  EXPECT_EQ(to_hex(*first.find("b")), "03");
  for (int round = 0; round < 3; ++round) {
    GgepWriter writer(false);
    for (std::size_t i = 0; i < kMaxGgepExtensions; ++i)
      writer.add("n" + std::to_string(round) + "." + std::to_string(i));
    Buffer out;
    writer.append_to(out);
    first.merge(*decode(out));
  }
  EXPECT_EQ(first.extensions().size(), kMaxGgepExtensions);
}

TEST(GgepWriter, WritesNothingWhenNothingWasAdded) {
  Buffer out;
  GgepWriter(true).append_to(out);
  EXPECT_TRUE(out.empty());
}

TEST(Extensions, ReadsUrnAndBlockOfACapturedRecord) {
  const Buffer payload = gnutella_payload("hit_for_urn");
  Reader reader(payload);
  reader.skip(11 + 8);
  EXPECT_EQ(reader.cstring(), "blue_river_live.ogg");
  const Extensions area = read_extensions(bytes_of(reader.cstring()));
  ASSERT_EQ(area.urns.size(), 1U);
  EXPECT_EQ(area.urns[0], std::string("urn:sha1:") + kRiverSha1);
  EXPECT_EQ(to_base32(area.sha1().value()), kRiverSha1);
  EXPECT_EQ(to_base32(area.root().value()), kRiverRoot);
  EXPECT_TRUE(area.ggep.has("ALT") && area.ggep.has("ALT_TLS") && area.ggep.has("CT"));
}

TEST(Extensions, CutAnywhereLeavesOutParts) {
  const Buffer payload = gnutella_payload("hit_for_urn");
  Reader reader(payload);
  reader.skip(11 + 8);
  (void)reader.cstring();
  const std::string_view area = reader.cstring();
  for (std::size_t cut = 0; cut < area.size(); ++cut) {
    const Extensions some = read_extensions(bytes_of(area.substr(0, cut)));
    EXPECT_EQ(some.sha1().has_value(), cut >= 41) << cut;  // "urn:sha1:" and 32 letters
    EXPECT_TRUE(some.ggep.extensions().empty()) << cut;
  }
}

TEST(Extensions, ReadsBitprintsInAnyCase) {
  for (const std::string& urn :
       {std::string("urn:bitprint:") + kRiverSha1 + "." + kRiverRoot,
        std::string("URN:BitPrint:judqzqtxm7mzkyf24scwezfvx4l764lo.") + kRiverRoot}) {
    const Extensions area = read_extensions(bytes_of(urn));
    EXPECT_EQ(to_base32(area.sha1().value()), kRiverSha1);
    EXPECT_EQ(to_base32(area.root().value()), kRiverRoot);
    for (std::size_t cut = 0; cut < urn.size(); ++cut)
      EXPECT_FALSE(read_extensions(bytes_of(urn).first(cut)).sha1()) << cut;
  }
  const std::string sha1 = "uRn:ShA1:judqzqtxm7mzkyf24scwezfvx4l764lo";
  EXPECT_EQ(to_base32(read_extensions(bytes_of(sha1)).sha1().value()), kRiverSha1);
  EXPECT_FALSE(read_extensions(bytes_of(sha1)).root());
  EXPECT_FALSE(read_extensions(bytes_of(sha1 + "A")).sha1());
}

TEST(Extensions, ReadsDigestsOutOfGgep) {
  const Sha1 sha1 = sha1_from_base32(kRiverSha1).value();
  const TigerRoot root = tiger_root_from_base32(kRiverRoot).value();
  const auto area_of = [](std::string_view id, Bytes data) {
    Buffer out;
    GgepWriter(true).add(id, data).append_to(out);
    return read_extensions(out);
  };
  Buffer h{std::byte{1}};
  Writer(h).bytes(sha1.bytes);
  EXPECT_EQ(area_of("H", h).sha1(), sha1);
  EXPECT_FALSE(area_of("H", h).root());
  h[0] = std::byte{2};
  EXPECT_FALSE(area_of("H", h).sha1()) << "02 without its root";
  Writer(h).bytes(root.bytes);
  EXPECT_EQ(area_of("H", h).sha1(), sha1);
  EXPECT_EQ(area_of("H", h).root(), root);
  h[0] = std::byte{3};
  EXPECT_FALSE(area_of("H", h).sha1()) << "03 is not a SHA-1";
  EXPECT_EQ(area_of("TT", root.bytes).root(), root);
  EXPECT_FALSE(area_of("TT", sha1.bytes).root());
  EXPECT_EQ(area_of("u", bytes_of(std::string("sha1:") + kRiverSha1)).sha1(), sha1);
  EXPECT_EQ(area_of("u", bytes_of(std::string("bitprint:") + kRiverSha1 + "." + kRiverRoot)).root(),
            root);
}

TEST(Extensions, JoinsSeveralBlocksAndStrings) {
  Buffer area;
  Writer(area).text("urn:").u8(0x1c).bytes(from_hex("c381614101"));
  Writer(area).bytes(from_hex("c381624102")).u8(0x1c).text("128 kbps").u8(0x1c);
  Writer(area).text("urn:other:x").u8(0).bytes(from_hex("c381614109"));
  const Extensions all = read_extensions(area);
  EXPECT_EQ(all.urns, (std::vector<std::string_view>{"urn:", "urn:other:x"}));
  EXPECT_EQ(to_hex(*all.ggep.find("a")), "01");
  EXPECT_EQ(to_hex(*all.ggep.find("b")), "02");
  EXPECT_FALSE(all.sha1());
}

TEST(Extensions, DropTheBrokenBlockAndKeepTheStrings) {
  Buffer area;
  Writer(area).bytes(from_hex("c381614101")).u8(0x1c).bytes(from_hex("c3ff")).u8(0x1c);
  Writer(area).text("urn:x").u8(0x1c).bytes(from_hex("c381624102"));
  const Extensions some = read_extensions(area);
  EXPECT_TRUE(some.ggep.has("a"));
  EXPECT_FALSE(some.ggep.has("b")) << "nothing is read of blocks behind a broken one";
  EXPECT_EQ(some.urns, (std::vector<std::string_view>{"urn:x"}));
}

TEST(Extensions, KeepSoManyUrnsOnly) {
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += "urn:\x1c";
  EXPECT_EQ(read_extensions(bytes_of(many)).urns.size(), 64U);
}

TEST(Endpoints, AreSixBytesWithALittleEndianPort) {
  const std::vector<Endpoint> two{{0x7f000001, 26346}, {0x0a000002, 1}};
  Buffer out;
  append_endpoints(out, two);
  EXPECT_EQ(to_hex(out), "7f000001ea660a0000020100");
  EXPECT_EQ(read_endpoints(out, 8), two);
  EXPECT_EQ(read_endpoints(out, 1).size(), 1U);
  EXPECT_EQ(read_endpoints(Bytes(out).first(11), 8).size(), 1U) << "the cut one is left out";
  EXPECT_EQ(read_endpoints(from_hex("7f0000010000"
                                    "0a0000020100"),
                           1),
            (std::vector<Endpoint>{{0x0a000002, 1}}));
}

TEST(ShortNumber, HasNoZerosAtItsEnd) {
  const auto written = [](std::uint64_t value) {
    Buffer out;
    append_short_number(out, value);
    return to_hex(out);
  };
  EXPECT_EQ(written(0), "00");
  EXPECT_EQ(written(0x1200), "0012");
  EXPECT_EQ(written(0x6b029b89), "899b026b");
  EXPECT_EQ(written(0x8000000000000000), "0000000000000080");
  EXPECT_EQ(read_short_number(from_hex("899b026b")), 0x6b029b89U);
  EXPECT_EQ(read_short_number(from_hex("0000000000000080")), 0x8000000000000000U);
  EXPECT_FALSE(read_short_number({}));
  EXPECT_FALSE(read_short_number(Buffer(9)));
}

}  // namespace
}  // namespace p2p::gnutella
