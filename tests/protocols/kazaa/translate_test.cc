#include "protocols/kazaa/translate.h"

#include <gtest/gtest.h>

#include "protocols/base/keywords.h"
#include "protocols/kazaa/bandwidth.h"
#include "protocols/kazaa/question.h"

namespace p2p::kazaa {
namespace {

SharedFile train() {
  SharedFile file;
  file.name = "Music/blue dogs/03 lazy bird.mp3";
  file.size_bytes = 5'000'000;
  file.uuhash = UuHash{};
  file.uuhash->bytes[3] = std::byte{7};
  file.sha1 = Sha1{};
  file.media = {192, 44'100, 420};
  file.tags = {"John Coltrane", "Lazy Bird", "Blue Train", "Jazz", 1957, 1024, 768};
  return file;
}

TEST(Translate, AShareCarriesTheNameWithoutFoldersAndAllTags) {
  const Buffer payload = share_payload(train());
  const auto share = decode_share(payload);
  ASSERT_TRUE(share);
  EXPECT_EQ(share->media, Media::audio);
  EXPECT_EQ(share->file.hash, train().uuhash);
  EXPECT_EQ(share->file.file_id, file_id_of(*train().uuhash));
  EXPECT_EQ(share->file.size_bytes, 5'000'000U);
  const Tags& tags = share->file.tags;
  EXPECT_EQ(tags.text(Tag::name), "03 lazy bird.mp3");
  EXPECT_EQ(tags.text(Tag::keywords), "blue dogs") << "its last folder";
  EXPECT_EQ(tags.sha1(), train().sha1);
  EXPECT_EQ(file_tags(tags), train().tags);
  EXPECT_EQ(media_fields(tags), (MediaFields{192, 0, 420})) << "no tag for the sample rate";
}

TEST(Translate, WhatIsNotKnownIsNotSaid) {
  SharedFile file;
  file.name = "plain.txt";
  EXPECT_TRUE(share_payload(file).empty()) << "not hashed yet";
  file.uuhash = UuHash{};
  const Buffer payload = share_payload(file);
  const auto share = decode_share(payload);
  ASSERT_TRUE(share);
  EXPECT_EQ(share->file.tags.count(), 1U);
  EXPECT_EQ(share->media, Media::document);
}

TEST(Translate, AnUnshareNamesHashAndName) {
  const Buffer payload = unshare_payload(*train().uuhash, train().name);
  const auto file = decode_unshare(payload);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->hash, train().uuhash);
  EXPECT_EQ(file->tags.text(Tag::name), "03 lazy bird.mp3");
}

TEST(Translate, KindsOfFilesHaveTheirMedia) {
  for (const FileKind kind : {FileKind::any, FileKind::audio, FileKind::video,
                              FileKind::application, FileKind::image, FileKind::text})
    EXPECT_EQ(kind_of(media_of(kind)), kind);
  EXPECT_EQ(kind_of(static_cast<Media>(99)), FileKind::any);
}

TEST(Translate, AResultBecomesAHit) {
  const Buffer payload = share_payload(train());
  const auto share = decode_share(payload);
  ReplyFile result;
  result.endpoint = {0x0a000007, 1214};
  result.user = "alice";
  result.file = share->file;
  const Endpoint hub{0x0a000001, 1215};
  Hit hit = hit_of(result, hub);
  EXPECT_EQ(hit.name, "03 lazy bird.mp3");
  EXPECT_EQ(hit.sha1, train().sha1);
  EXPECT_EQ(hit.tags, train().tags);
  EXPECT_EQ(hit.source.network, "kazaa");
  EXPECT_EQ(hit.source.user, "alice");
  EXPECT_EQ(hit.source.endpoint, result.endpoint);
  EXPECT_EQ(hit.source.uuhash, train().uuhash);
  EXPECT_EQ(hit.source.proxies, std::vector{hub});
  EXPECT_FALSE(hit.source.firewalled);
  EXPECT_EQ(hit.claimed_bps, 0U);
  EXPECT_EQ(hit.free_slot, std::nullopt) << "this network does not tell";
  result.endpoint.port = 0;
  result.bandwidth = bandwidth_byte(256);
  hit = hit_of(result, hub);
  EXPECT_EQ(hit.claimed_bps, std::uint64_t{bandwidth_kbps(result.bandwidth)} * 125);
  EXPECT_TRUE(hit.source.firewalled);
}

TEST(Translate, AStrangersTextIsCutToWhatATagMayHave) {
  TagBuilder tags;
  tags.text(Tag::artist, std::string(1000, 'x')).number(Tag::year, 0x1'0000'0001);
  EXPECT_EQ(file_tags(tags.tags()).artist.size(), kMaxTagText);
  EXPECT_EQ(file_tags(tags.tags()).year, 0U) << "does not fit: unknown";
}

// What a person asks, over the wire and back.
std::optional<Question> heard(const Query& query) {
  const auto payload = query_payload(query, 7);
  if (!payload) return {};
  const auto message = decode_query(*payload);
  if (!message) return {};
  EXPECT_EQ(message->search_id, 7);
  return Question::of(*message);
}

TEST(Translate, AQuestionMeansTheSameAtTheOtherEnd) {
  Query query = parse_query(
      "lazy bir* type:audio artist:coltrane album:\"blue train\" year>=1950 year<=1960 "
      "bitrate>=128 size<6M duration>60 width>=800");
  const auto question = heard(query);
  ASSERT_TRUE(question);
  const Query& lookup = question->lookup();
  EXPECT_EQ(lookup.prefixes, query.prefixes);
  EXPECT_EQ(lookup.kind, FileKind::audio);
  EXPECT_EQ(lookup.size_bytes, query.size_bytes);
  EXPECT_EQ(lookup.bitrate_kbps, query.bitrate_kbps);
  EXPECT_EQ(lookup.duration_s, query.duration_s);
  EXPECT_EQ(lookup.year, query.year);
  EXPECT_EQ(lookup.width, query.width);
  const Buffer payload = share_payload(train());
  const File file = decode_share(payload)->file;
  EXPECT_TRUE(question->fits(file));
  query.texts.artist = {"davis"};
  EXPECT_FALSE(heard(query)->fits(file));
}

TEST(Translate, ALimitOf64KiAndMoreIsNotCutToAnotherOne) {
  Query query = parse_query("dogs");
  query.limit = 100'000;
  const auto payload = query_payload(query, 0);
  ASSERT_TRUE(payload);
  EXPECT_EQ(decode_query(*payload)->most_results, 0xffff);
}

TEST(Translate, HashesAreAskedForByHash) {
  Query query;
  query.uuhash = train().uuhash;
  EXPECT_EQ(heard(query)->hash(), train().uuhash);
  Query digest;
  digest.sha1 = train().sha1;
  const Buffer payload = share_payload(train());
  EXPECT_TRUE(heard(digest)->fits(decode_share(payload)->file));
}

TEST(Translate, WhatCannotBeAskedIsRefusedWithAWord) {
  Query rate = parse_query("dogs");
  rate.sample_rate_hz = {44'100, 44'100};
  EXPECT_EQ(query_payload(rate, 0).error().detail, "FastTrack cannot search by sample rate");
  EXPECT_EQ(query_payload(parse_query("-dogs"), 0).error().detail,
            "nothing that this network can ask");
  Query endless;
  endless.words.assign(20, std::string(kMaxWordBytes, 'w'));
  EXPECT_EQ(query_payload(endless, 0).error().detail, "too long to be asked");
}

}  // namespace
}  // namespace p2p::kazaa
