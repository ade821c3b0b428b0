#include "protocols/gnutella/question.h"

#include <algorithm>

#include "protocols/base/keywords.h"
#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/sharing.h"

namespace p2p::gnutella {

bool Question::read(const QueryMessage& query) {
  if (text_ == query.text && std::ranges::equal(extensions_, query.extensions))
    return asks_something();
  text_ = query.text;
  extensions_.assign(query.extensions.begin(), query.extensions.end());
  sha1_.reset();
  walker_.reset();
  takes_partial_ = false;
  words_.clear();
  products_.clear();
  if (!query.extensions.empty()) {
    const Extensions extensions = read_extensions(query.extensions);
    sha1_ = extensions.sha1();
    walker_ = read_walker(extensions.ggep);
    takes_partial_ = extensions.ggep.has(kTakesPartial);
  }
  if (sha1_) urn_product_ = qrp_product(urn_term(*sha1_));
  if (query.text.size() <= kMaxQueryText) words_into(query.text, kMaxQueryTerms, words_);
  for (const std::string& word : words_)
    products_.push_back(qrp_product(word));
  return asks_something();
}

bool Question::fits(const QrpTable& table) const {
  if (sha1_) return table.has_product(urn_product_);
  return could_answer(table, products_);
}

Query Question::query() const {
  Query query;
  query.sha1 = sha1_;
  if (!sha1_) query.words = words_;
  query.takes_partial = takes_partial_;
  return query;
}

Asking asking_of(const Query& query) {
  Asking asking;
  asking.sha1 = query.sha1;
  const auto add = [&](const std::string& word) {
    if (asking.text.size() + 1 + word.size() > kMaxQueryText) return;
    if (!asking.text.empty()) asking.text += ' ';
    asking.text += word;
  };
  std::ranges::for_each(query.words, add);
  std::ranges::for_each(query.prefixes, add);
  return asking;
}

void append_asking(Buffer& out, const Header& header, const Asking& asking, std::uint16_t flags,
                   const std::optional<Walker>& walker) {
  Buffer area;
  if (asking.sha1) {
    Writer(area).text(to_urn(*asking.sha1));
    area.push_back(kExtensionSeparator);
  }
  GgepWriter ggep(true);
  ggep.add(kTakesPartial);
  if (walker) ggep.add(kWalker, to_bytes(*walker));
  ggep.append_to(area);
  Buffer payload;
  append_query(payload,
               QueryMessage{flags, asking.sha1 ? std::string_view("\\") : asking.text, area});
  append_message(out, header, payload);
}

bool is_wanted(const Query& query, const HitRecord& record) {
  if (query.sha1) return !record.sha1 || record.sha1 == query.sha1;
  // Its sender has its own idea of a word; what the user excluded or limited is ours to look at.
  // Of few files their sender tells bitrate and duration: the others are not known to be wanted.
  if (!query.size_bytes.holds(record.size_bytes) ||
      !query.bitrate_kbps.holds(record.media.bitrate_kbps) ||
      !query.sample_rate_hz.holds(record.media.sample_rate_hz) ||
      !query.duration_s.holds(record.media.duration_s))
    return false;
  if (query.kind != FileKind::any && query.kind != file_kind(record.name)) return false;
  if (query.excluded.empty()) return true;
  const std::vector<std::string> words = words_of(record.name);
  return std::ranges::none_of(query.excluded, [&](const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  });
}

}  // namespace p2p::gnutella
