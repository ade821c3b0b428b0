#include "protocols/gnutella/message.h"

#include <array>

#include <gtest/gtest.h>

#include "protocols/gnutella/extensions.h"

#include "tests/support/gnutella_vector.h"

namespace p2p::gnutella {
namespace {

using test::gnutella_payload;
using test::gnutella_vector;

constexpr auto kMessages = std::to_array<const char*>({"ping_plain_ttl3",
                                                       "ping_ggep_scp_01",
                                                       "ping_ggep_hname",
                                                       "ping_gtkg_scp_07",
                                                       "ping_gtkg_leaf_scp_02",
                                                       "pong_own_ggep",
                                                       "pong_own_ggep_v4only",
                                                       "pong_cached",
                                                       "qrp_up_reset",
                                                       "qrp_up_patch",
                                                       "qrp_leaf_reset",
                                                       "qrp_leaf_patch",
                                                       "vmsg_messages_supported",
                                                       "vmsg_features_supported",
                                                       "vmsg_tcp_connect_back",
                                                       "vmsg_push_proxy_request",
                                                       "query_plain",
                                                       "hit_huge_text_urn_tt",
                                                       "query_flags_b800_scp",
                                                       "hit_ggep_h",
                                                       "query_urn_only",
                                                       "hit_for_urn",
                                                       "hit_from_leaf",
                                                       "query_forwarded_dynamic",
                                                       "query_leaf_original",
                                                       "hit_probe",
                                                       "hit_probe_relayed",
                                                       "push_request",
                                                       "hit_firewalled_push_proxy",
                                                       "bye_400_too_large",
                                                       "bye_414_leaf_relayed",
                                                       "bye_200_shutdown"});

TEST(Header, OfEveryCapturedMessageMakesTheSameBytesAgain) {
  for (const char* name : kMessages) {
    const Buffer message = gnutella_vector(name);
    ASSERT_GE(message.size(), kHeaderBytes) << name;
    const auto header = decode_header(message);
    ASSERT_TRUE(header) << name;
    EXPECT_EQ(header->length, message.size() - kHeaderBytes) << name;
    EXPECT_NE(to_text(header->type), "unknown") << name;
    Buffer again;
    append_message(again, *header, Bytes(message).subspan(kHeaderBytes));
    EXPECT_EQ(again, message) << name;
  }
}

TEST(Header, HasItsFieldsInTheirPlaces) {
  const auto header = decode_header(gnutella_vector("query_forwarded_dynamic"));
  ASSERT_TRUE(header);
  EXPECT_EQ(to_hex(header->guid), "6c1e06bb9bf38774ffb6255241ec5000");
  EXPECT_EQ(header->type, Type::query);
  EXPECT_EQ(header->ttl, 3);
  EXPECT_EQ(header->hops, 1);
  EXPECT_EQ(header->length, 24U);
}

TEST(Header, RefusesWhatClaimsToBeTooLongOrIsCutShort) {
  Buffer bytes = gnutella_vector("ping_plain_ttl3");
  for (std::size_t cut = 0; cut < kHeaderBytes; ++cut)
    EXPECT_EQ(decode_header(Bytes(bytes).first(cut)).error().code, Errc::malformed) << cut;
  bytes[21] = std::byte{1};  // 65536
  EXPECT_TRUE(decode_header(bytes));
  bytes[19] = std::byte{1};  // 65537
  EXPECT_EQ(decode_header(bytes).error().code, Errc::too_long);
}

TEST(Header, NamesTheTypesAndCallsTheRestUnknown) {
  EXPECT_EQ(to_text(Type::hit), "hit");
  EXPECT_EQ(to_text(Type::vendor_relay), "vendor_relay");
  EXPECT_EQ(to_text(static_cast<Type>(0xcd)), "unknown");
}

TEST(Pong, OfTheRealServentDecodesAndMakesTheSameBytesAgain) {
  for (const char* name : {"pong_own_ggep", "pong_own_ggep_v4only", "pong_cached"}) {
    const Buffer payload = gnutella_payload(name);
    const auto pong = decode_pong(payload);
    ASSERT_TRUE(pong) << name;
    EXPECT_TRUE(is_ultrapeer_mark(pong->kilobytes)) << name;
    Buffer again;
    append_pong(again, *pong);
    EXPECT_EQ(again, payload) << name;
  }
  const Buffer own = gnutella_payload("pong_own_ggep");
  EXPECT_EQ(to_text(decode_pong(own)->endpoint), "127.0.0.1:26346");
  EXPECT_EQ(decode_pong(own)->files, 0U);
  EXPECT_EQ(decode_pong(own)->kilobytes, 8U);
  EXPECT_EQ(decode_pong(own)->ggep.size(), 52U);
  const Buffer sharing = gnutella_payload("pong_own_ggep_v4only");
  EXPECT_EQ(decode_pong(sharing)->files, 6U);
  EXPECT_EQ(decode_pong(sharing)->kilobytes, 1'048'576U);
  const Buffer cached = gnutella_payload("pong_cached");
  EXPECT_EQ(to_text(decode_pong(cached)->endpoint), "127.0.0.83:6483");
  EXPECT_TRUE(decode_pong(cached)->ggep.empty());
}

TEST(Pong, NeedsItsFourteenBytes) {
  const Buffer payload = gnutella_payload("pong_own_ggep");
  for (std::size_t cut = 0; cut < payload.size(); ++cut)
    EXPECT_EQ(decode_pong(Bytes(payload).first(cut)).has_value(), cut >= 14) << cut;
}

TEST(Pong, OfAnUltrapeerIsMarkedByAPowerOfTwo) {
  EXPECT_EQ(ultrapeer_mark(0), 8U);
  EXPECT_EQ(ultrapeer_mark(9), 16U);
  EXPECT_EQ(ultrapeer_mark(16), 16U);
  EXPECT_EQ(ultrapeer_mark(0xffffffff), 0x80000000U);
  for (const std::uint32_t no : {0U, 1U, 4U, 9U, 0xffffffffU})
    EXPECT_FALSE(is_ultrapeer_mark(no)) << no;
  for (const std::uint32_t yes : {8U, 16U, 0x80000000U})
    EXPECT_TRUE(is_ultrapeer_mark(yes)) << yes;
}

TEST(Query, OfEveryCaptureMakesTheSameBytesAgain) {
  for (const char* name : {"query_plain", "query_flags_b800_scp", "query_urn_only",
                           "query_forwarded_dynamic", "query_leaf_original"}) {
    const Buffer payload = gnutella_payload(name);
    const auto query = decode_query(payload);
    ASSERT_TRUE(query) << name;
    Buffer again;
    append_query(again, *query);
    EXPECT_EQ(again, payload) << name;
  }
}

TEST(Query, DecodesFlagsTextAndExtensions) {
  const Buffer plain = gnutella_payload("query_plain");
  EXPECT_EQ(decode_query(plain)->flags, query_flags::kMark);
  EXPECT_EQ(decode_query(plain)->text, "river");
  EXPECT_TRUE(decode_query(plain)->extensions.empty());
  const Buffer with_scp = gnutella_payload("query_flags_b800_scp");
  const auto query = decode_query(with_scp);
  EXPECT_EQ(query->flags,
            query_flags::kMark | query_flags::kXml | query_flags::kGuided | query_flags::kGgepH);
  EXPECT_EQ(query->text, "river");
  EXPECT_TRUE(read_extensions(query->extensions).ggep.has("SCP"));
  const Buffer urn = gnutella_payload("query_urn_only");
  EXPECT_EQ(decode_query(urn)->text, "");
  EXPECT_EQ(to_base32(read_extensions(decode_query(urn)->extensions).sha1().value()),
            "JUDQZQTXM7MZKYF24SCWEZFVX4L764LO");
}

TEST(Query, NeedsTheNulBehindItsText) {
  const Buffer payload = gnutella_payload("query_flags_b800_scp");
  constexpr std::size_t kTextEnd = 8;  // flags, "river", NUL
  for (std::size_t cut = 0; cut < payload.size(); ++cut)
    EXPECT_EQ(decode_query(Bytes(payload).first(cut)).has_value(), cut >= kTextEnd) << cut;
}

TEST(Query, ReadsFlagsThatWereWrittenTheWrongWayRound) {
  EXPECT_EQ(decode_query(from_hex("00806100"))->flags, query_flags::kMark);
  EXPECT_EQ(decode_query(from_hex("00816100"))->flags, 0x0081);
}

TEST(Query, TextEndsAtANulWhenWritten) {
  Buffer out;
  append_query(out, {query_flags::kMark, std::string_view("ab\0cd", 5), {}});
  EXPECT_EQ(to_hex(out), "8000616200");
}

TEST(Push, DecodesAndMakesTheSameBytesAgain) {
  const Buffer payload = gnutella_payload("push_request");
  const auto push = decode_push(payload);
  ASSERT_TRUE(push);
  EXPECT_EQ(to_hex(push->servent), "fde83102ec32a833c055ffeeb0a197f7");
  EXPECT_EQ(push->index, 1U);
  EXPECT_EQ(to_text(push->endpoint), "127.0.0.11:7011");
  EXPECT_TRUE(push->ggep.empty());
  Buffer again;
  append_push(again, *push);
  EXPECT_EQ(again, payload);
}

TEST(Push, NeedsItsTwentySixBytesAndKeepsWhatIsBehind) {
  Buffer payload = gnutella_payload("push_request");
  for (std::size_t cut = 0; cut < payload.size(); ++cut)
    EXPECT_EQ(decode_push(Bytes(payload).first(cut)).error().code, Errc::malformed) << cut;
  payload.insert(payload.end(), {std::byte{0xc3}, std::byte{0x81}});
  EXPECT_EQ(to_hex(decode_push(payload)->ggep), "c381");
}

TEST(Bye, GivesTheCodeAndTheFirstLine) {
  const Buffer shutdown = gnutella_payload("bye_200_shutdown");
  EXPECT_EQ(decode_bye(shutdown)->code, 200);
  EXPECT_EQ(decode_bye(shutdown)->text, "Servent shutdown");
  Buffer again;
  append_bye(again, *decode_bye(shutdown));
  EXPECT_EQ(again, shutdown);
  // These two carry a Server: header behind the reason, which is not kept.
  const Buffer large = gnutella_payload("bye_400_too_large");
  EXPECT_EQ(decode_bye(large)->code, 400);
  EXPECT_EQ(decode_bye(large)->text, "Too large Query message (2003 bytes)");
  const Buffer relayed = gnutella_payload("bye_414_leaf_relayed");
  EXPECT_EQ(decode_bye(relayed)->code, 414);
  EXPECT_EQ(decode_bye(relayed)->text, "Leaf node relayed Query");
}

TEST(Bye, NeedsItsCodeOnly) {
  const Buffer payload = gnutella_payload("bye_200_shutdown");
  for (std::size_t cut = 0; cut < payload.size(); ++cut) {
    const auto bye = decode_bye(Bytes(payload).first(cut));
    ASSERT_EQ(bye.has_value(), cut >= 2) << cut;
    if (cut < 2) continue;
    EXPECT_EQ(bye->text, std::string_view("Servent shutdown").substr(0, cut - 2)) << cut;
  }
}

TEST(Vendor, OfEveryCaptureMakesTheSameBytesAgain) {
  for (const char* name : {"vmsg_messages_supported", "vmsg_features_supported",
                           "vmsg_tcp_connect_back", "vmsg_push_proxy_request"}) {
    const Buffer payload = gnutella_payload(name);
    const auto message = decode_vendor(payload);
    ASSERT_TRUE(message) << name;
    Buffer again;
    append_vendor(again, *message);
    EXPECT_EQ(again, payload) << name;
  }
}

TEST(Vendor, SaysWhichOneItIs) {
  using namespace std::string_view_literals;
  const Buffer back = gnutella_payload("vmsg_tcp_connect_back");
  const auto message = decode_vendor(back);
  EXPECT_TRUE(message->is("BEAR", 7));
  EXPECT_FALSE(message->is("BEAR", 4));
  EXPECT_FALSE(message->is("LIME", 7));
  EXPECT_EQ(message->version, 1);
  EXPECT_EQ(to_hex(message->data), "ec66");  // port 26348
  EXPECT_TRUE(decode_vendor(gnutella_payload("vmsg_push_proxy_request"))->is("LIME", 21));
  EXPECT_TRUE(decode_vendor(gnutella_payload("vmsg_features_supported"))->is("\0\0\0\0"sv, 10));
  const Buffer supported = gnutella_payload("vmsg_messages_supported");
  EXPECT_TRUE(decode_vendor(supported)->is("\0\0\0\0"sv, 0));
  EXPECT_EQ(decode_vendor(supported)->data.size(), 2U + 27 * 8);
}

TEST(Vendor, NeedsItsEightBytes) {
  const Buffer payload = gnutella_payload("vmsg_tcp_connect_back");
  for (std::size_t cut = 0; cut < payload.size(); ++cut)
    EXPECT_EQ(decode_vendor(Bytes(payload).first(cut)).has_value(), cut >= 8) << cut;
}

TEST(Message, AHopCountsTheTtlDownButNotToNothing) {
  const auto hop = after(Header{{}, Type::hit, 4, 2, 0});
  EXPECT_EQ(hop.ttl, 3);
  EXPECT_EQ(hop.hops, 3);
  EXPECT_EQ(after(Header{{}, Type::hit, 1, 2, 0}).ttl, 1);
}

}  // namespace
}  // namespace p2p::gnutella
