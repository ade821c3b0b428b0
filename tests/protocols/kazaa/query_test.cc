#include "protocols/kazaa/query.h"

#include <string>

#include <gtest/gtest.h>

#include "protocols/kazaa/varint.h"

#include "tests/support/captured_files.h"
#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

using test::kTuneHash;
using test::kTuneHex;

Buffer hash_query() {
  return from_hex(
      "000100200002"
      "01bf02"
      "000314" +
      std::string(kTuneHex) + "06250102");
}

// A query's head with so many terms announced, then these bytes.
Buffer with_terms(std::uint8_t count, Bytes terms) {
  Buffer payload = from_hex(
      "0001003200000"
      "1bf");
  Writer(payload).u8(count).bytes(terms);
  return payload;
}

TEST(Query, ReadsTheWordsOfAStockClient) {
  const Buffer payload = test::recorded_payload(0x06);
  const auto query = decode_query(payload);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->most_results, 32);
  EXPECT_EQ(query->search_id, 0);
  EXPECT_EQ(query->realm, Realm::everything);
  ASSERT_EQ(query->terms.size(), 1U);
  EXPECT_EQ(query->terms[0].comparison, Comparison::contains);
  EXPECT_EQ(query->terms[0].tag, Tag::any);
  EXPECT_EQ(query->terms[0].text(), "loopback");
  EXPECT_EQ(query->hash(), std::nullopt);
}

TEST(Query, ReadsTheHashOfAStockClient) {
  const Buffer payload = hash_query();
  const auto query = decode_query(payload);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->search_id, 2);
  EXPECT_EQ(query->realm, Realm::everything);
  ASSERT_EQ(query->terms.size(), 2U);
  EXPECT_EQ(query->terms[1].comparison, Comparison::ignored);
  EXPECT_EQ(query->hash(), kTuneHash);
}

TEST(Query, IsWrittenAsItWasRead) {
  const Buffer payload = hash_query();
  const auto query = decode_query(payload);
  ASSERT_TRUE(query);
  Buffer again;
  append_query(again, *query);
  EXPECT_EQ(to_hex(again), to_hex(payload));
}

TEST(Query, TakesTheHashOfAKzhash) {
  Buffer terms = from_hex(
      "00848003"
      "24" +
      std::string(kTuneHex) + std::string(32, '1'));
  const Buffer payload = with_terms(1, terms);
  const auto query = decode_query(payload);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->terms[0].tag, Tag::kzhash);
  EXPECT_EQ(query->hash(), kTuneHash);
}

TEST(Query, RefusesEveryTruncation) {
  const Buffer payload = hash_query();
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_FALSE(decode_query(Bytes(payload).first(size))) << size;
}

TEST(Query, RefusesTermsBeyondTheEnd) {
  for (const char* term : {"05000a6162", "05008fffffff7f6162", "0500ffffffffffffffffff7f", "0580"})
    EXPECT_FALSE(decode_query(with_terms(1, from_hex(term)))) << term;
}

TEST(Query, RefusesTooManyTermsAndTooLongOnes) {
  Buffer terms;
  for (std::size_t i = 0; i <= kMaxTerms; ++i)
    Writer(terms).bytes(from_hex("05000161"));
  EXPECT_TRUE(decode_query(with_terms(kMaxTerms, terms)));
  const auto more = decode_query(with_terms(kMaxTerms + 1, terms));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Errc::too_long);

  for (const std::size_t size : {kMaxTermValue, kMaxTermValue + 1}) {
    Buffer term = from_hex("0500");
    append_varint(term, size);
    term.resize(term.size() + size, std::byte{'w'});
    EXPECT_EQ(decode_query(with_terms(1, term)).has_value(), size == kMaxTermValue);
  }
}

// As long as it may be it still fits into the envelope by which supernodes pass it on.
TEST(Query, RefusesWhatWouldNotFitIntoAnEnvelope) {
  QueryMessage query;
  const Buffer value(kMaxTermValue, std::byte{'w'});
  query.terms.assign(kMaxTerms, {Comparison::contains, static_cast<Tag>(0xffffffff), value});
  Buffer payload;
  append_query(payload, query);
  EXPECT_EQ(decode_query(payload), query);
  payload.resize(kMaxQueryPayload);
  EXPECT_TRUE(decode_query(payload));
  payload.resize(kMaxQueryPayload + 1);
  const auto longer = decode_query(payload);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, Errc::too_long);
}

TEST(Query, ARealmIsOfLowSixBits) {
  for (const auto& [byte, realm] : {std::pair{0x21, Realm::audio}, std::pair{0xa1, Realm::audio},
                                    std::pair{0xbf, Realm::everything}}) {
    Buffer payload = test::recorded_payload(0x06);
    payload[7] = static_cast<std::byte>(byte);
    EXPECT_EQ(decode_query(payload)->realm, realm) << byte;
  }
}

TEST(Realm, IsAMediaOrEverything) {
  for (const Media media :
       {Media::unknown, Media::audio, Media::video, Media::image, Media::document, Media::software})
    EXPECT_EQ(media_of(realm_of(media)), media);
  EXPECT_EQ(realm_of(Media::video), Realm::video);
  EXPECT_EQ(media_of(Realm::everything), Media::unknown);
  EXPECT_EQ(media_of(static_cast<Realm>(0)), Media::unknown);
  EXPECT_EQ(media_of(static_cast<Realm>(0x26)), Media::unknown);
}

}  // namespace
}  // namespace p2p::kazaa
