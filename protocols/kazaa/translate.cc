#include "protocols/kazaa/translate.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <string>

#include "protocols/base/keywords.h"
#include "protocols/base/link_speed.h"
#include "protocols/kazaa/bandwidth.h"
#include "protocols/kazaa/query.h"
#include "protocols/kazaa/varint.h"

namespace p2p::kazaa {

Media media_of(FileKind kind) {
  switch (kind) {
    case FileKind::any: return Media::unknown;
    case FileKind::audio: return Media::audio;
    case FileKind::video: return Media::video;
    case FileKind::application: return Media::software;
    case FileKind::image: return Media::image;
    case FileKind::text: return Media::document;
  }
  return Media::unknown;
}

FileKind kind_of(Media media) {
  switch (media) {
    case Media::unknown: return FileKind::any;
    case Media::audio: return FileKind::audio;
    case Media::video: return FileKind::video;
    case Media::image: return FileKind::image;
    case Media::document: return FileKind::text;
    case Media::software: return FileKind::application;
  }
  return FileKind::any;
}

MediaFields media_fields(const Tags& tags) {
  return {tags.number_or_0(Tag::bitrate), 0, tags.number_or_0(Tag::duration)};
}

FileTags file_tags(const Tags& tags) {
  const auto text = [&](Tag tag) { return std::string(tags.text(tag).substr(0, kMaxTagText)); };
  const Resolution size = tags.resolution().value_or(Resolution{});
  return {text(Tag::artist),           text(Tag::title), text(Tag::album), text(Tag::genre),
          tags.number_or_0(Tag::year), size.width,       size.height};
}

// ---- files ----------------------------------------------------------------------------------

Buffer share_payload(const SharedFile& file) {
  if (!file.uuhash) return {};
  const std::string_view name = base_name(file.name);
  std::string_view folder = searched_part(file.name);
  folder.remove_suffix(std::min(folder.size(), name.size()));
  TagBuilder tags;
  tags.text(Tag::name, name)
      .text(Tag::title, file.tags.title)
      .text(Tag::artist, file.tags.artist)
      .text(Tag::album, file.tags.album)
      .text(Tag::genre, file.tags.genre)
      .text(Tag::keywords, base_name(folder.substr(0, folder.find_last_not_of("/\\") + 1)));
  const auto number = [&](Tag tag, std::uint64_t value) {
    if (value > 0) tags.number(tag, value);
  };
  number(Tag::year, file.tags.year);
  number(Tag::duration, file.media.duration_s);
  number(Tag::bitrate, file.media.bitrate_kbps);
  if (file.tags.width > 0) tags.resolution({file.tags.width, file.tags.height});
  if (file.sha1) tags.sha1(*file.sha1);
  Buffer payload;
  append_share(payload,
               Share{media_of(file_kind(file.name)),
                     File{*file.uuhash, file_id_of(*file.uuhash), file.size_bytes, tags.tags()}});
  return payload;
}

Buffer unshare_payload(const UuHash& hash, std::string_view name) {
  TagBuilder tags;
  tags.text(Tag::name, base_name(name));
  Buffer payload;
  append_unshare(payload, File{hash, file_id_of(hash), 0, tags.tags()});
  return payload;
}

Hit hit_of(const ReplyFile& result, const Endpoint& supernode) {
  const Tags& tags = result.file.tags;
  Hit hit;
  hit.name = tags.text(Tag::name);
  hit.size_bytes = result.file.size_bytes;
  hit.sha1 = tags.sha1();
  hit.media = media_fields(tags);
  hit.tags = file_tags(tags);
  hit.source.network = kNetwork;
  hit.source.user = as_user_name(result.user);
  hit.source.name = hit.name;
  hit.source.endpoint = result.endpoint;
  hit.source.link_speed = bandwidth_kbps(result.bandwidth);
  hit.claimed_bps = claimed_rate_bps(hit.source.link_speed);
  hit.source.firewalled = result.endpoint.port == 0;
  hit.source.proxies = {supernode};
  hit.source.uuhash = result.file.hash;
  return hit;
}

// ---- questions ------------------------------------------------------------------------------

namespace {

// The terms of a query and the values that they are views of.
class Terms {
 public:
  void text(Comparison comparison, Tag tag, const std::string& value) {
    if (!value.empty()) add(comparison, tag, bytes_of(value));
  }
  void number(Comparison comparison, Tag tag, std::uint64_t value) {
    Buffer bytes;
    append_varint(bytes, value);
    add(comparison, tag, bytes);
  }
  template <class T>
  void range(Tag tag, const Range<T>& range) {
    if (range.least == range.most) {
      number(Comparison::equals, tag, range.least);
      return;
    }
    if (range.least > 0) number(Comparison::at_least, tag, range.least);
    if (range.most < std::numeric_limits<T>::max()) number(Comparison::at_most, tag, range.most);
  }
  void resolution(Comparison comparison, std::uint32_t width, std::uint32_t height) {
    Buffer bytes;
    append_varint(bytes, width);
    append_varint(bytes, height);
    add(comparison, Tag::resolution, bytes);
  }
  void add(Comparison comparison, Tag tag, Bytes value) {
    const Buffer& kept = values_.emplace_back(value.begin(), value.end());
    terms_.push_back({comparison, tag, kept});
  }
  std::vector<Term>& all() { return terms_; }

 private:
  std::deque<Buffer> values_;
  std::vector<Term> terms_;
};

std::string joined(const std::vector<std::string>& words, std::string_view behind = {}) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text.append(word).append(behind);
  }
  return text;
}

void add_resolution(const Query& query, Terms& terms) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  const auto& [width, height] = std::pair(query.width, query.height);
  if (width.least > 0 || height.least > 0)
    terms.resolution(Comparison::at_least, width.least, height.least);
  if (width.most < kMost || height.most < kMost)
    terms.resolution(Comparison::at_most, width.most, height.most);
}

}  // namespace

Result<Buffer> query_payload(const Query& query, std::uint16_t search_id) {
  if (!query.sample_rate_hz.is_everything())
    return fail(Errc::refused, "FastTrack cannot search by sample rate");
  std::string any = joined(query.words);
  const std::string prefixes = joined(query.prefixes, "*");
  if (!any.empty() && !prefixes.empty()) any += ' ';
  any += prefixes;
  Terms terms;
  terms.text(Comparison::contains, Tag::any, any);
  if (query.uuhash) terms.add(Comparison::equals, Tag::hash, query.uuhash->bytes);
  if (query.sha1) terms.text(Comparison::equals, Tag::sha1, to_base32(*query.sha1));
  terms.text(Comparison::contains, Tag::artist, joined(query.texts.artist));
  terms.text(Comparison::contains, Tag::title, joined(query.texts.title));
  terms.text(Comparison::contains, Tag::album, joined(query.texts.album));
  terms.text(Comparison::contains, Tag::genre, joined(query.texts.genre));
  terms.range(Tag::size, query.size_bytes);
  terms.range(Tag::bitrate, query.bitrate_kbps);
  terms.range(Tag::duration, query.duration_s);
  terms.range(Tag::year, query.year);
  add_resolution(query, terms);
  if (terms.all().empty()) return fail(Errc::refused, "nothing that this network can ask");
  const auto too_long = [](const Term& term) { return term.value.size() > kMaxTermValue; };
  if (terms.all().size() > kMaxTerms || std::ranges::any_of(terms.all(), too_long))
    return fail(Errc::refused, "too long to be asked");
  QueryMessage message;
  message.most_results = static_cast<std::uint16_t>(std::min<std::uint32_t>(query.limit, 0xffff));
  message.search_id = search_id;
  message.realm = realm_of(media_of(query.kind));
  message.terms = terms.all();
  Buffer payload;
  append_query(payload, message);
  return payload;
}

}  // namespace p2p::kazaa
