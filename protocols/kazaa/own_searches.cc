#include "protocols/kazaa/own_searches.h"

#include <algorithm>
#include <utility>

#include "protocols/base/keywords.h"
#include "protocols/call_quota.h"
#include "protocols/kazaa/translate.h"

namespace p2p::kazaa {

OwnSearches::One* OwnSearches::start(const Search& search, Cx& cx) {
  const auto refuse = [&](std::string text) {
    cx.out.report(Ended{search.id, Ended::Why::refused, std::move(text)});
    return nullptr;
  };
  const auto payload = query_payload(search.query, 0);
  if (!payload) return refuse(payload.error().detail);
  const auto message = decode_query(*payload);
  auto question = message ? Question::of(*message) : std::nullopt;
  if (!question) return refuse("nothing that this network can ask");
  if (all_.size() >= kMostSearches) return refuse("too many searches at once");
  ++started_;
  while (all_.contains(++last_wire_id_)) {
  }
  One& one = all_[last_wire_id_];
  one.id = search.id;
  one.wire_id = last_wire_id_;
  one.query = search.query;
  if (one.query.limit == 0 || one.query.limit > kMostResults) one.query.limit = kMostResults;
  one.question = std::move(*question);
  one.ends = cx.now + kParentPatience;
  return &one;
}

OwnSearches::One* OwnSearches::find(std::uint16_t wire_id) {
  const auto at = all_.find(wire_id);
  return at == all_.end() ? nullptr : &at->second;
}

OwnSearches::One* OwnSearches::find(SearchId id) {
  const auto at =
      std::ranges::find_if(all_, [id](const auto& item) { return item.second.id == id; });
  return at == all_.end() ? nullptr : &at->second;
}

std::vector<OwnSearches::One*> OwnSearches::all() {
  std::vector<One*> all;
  for (auto& [id, one] : all_)
    all.push_back(&one);
  return all;
}

Buffer OwnSearches::payload(const One& one) {
  return query_payload(one.query, one.wire_id).value_or(Buffer());
}

void OwnSearches::asked(One& one, Time now) {
  one.is_asked = true;
  one.ends = now + kSearchTime;
}

void OwnSearches::nobody_asked(Time now) {
  for (auto& [id, one] : all_) {
    one.is_asked = false;
    one.ends = now + kParentPatience;
  }
}

bool OwnSearches::is_wanted(const One& one, const ReplyFile& result) const {
  const Endpoint& at = result.endpoint;
  const bool is_reachable = at.port == 0 ? is_routable(at.address) : may_call(at, allow_public_);
  if (!is_reachable || result.file.tags.text(Tag::name).empty()) return false;
  if (!one.question.fits(result.file)) return false;
  if (one.query.excluded.empty()) return true;
  const std::vector<std::string> words = words_of(result.file.tags.text(Tag::name));
  return std::ranges::none_of(one.query.excluded, [&](const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  });
}

bool OwnSearches::take(One& one, const Reply& reply, Cx& cx) {
  std::vector<Hit> hits;
  for (const ReplyFile& result : reply.files) {
    if (one.hits + hits.size() >= one.query.limit) break;
    if (!is_wanted(one, result))
      ++unwanted_;
    else if (one.told.add(result.endpoint, result.file.hash))
      hits.push_back(hit_of(result, reply.supernode));
  }
  if (!hits.empty()) {
    found_ += hits.size();
    one.hits += static_cast<std::uint32_t>(hits.size());
    cx.out.report(Found{one.id, std::move(hits)});
  }
  if (one.hits < one.query.limit) return false;
  end(one, Ended::Why::limit, "", cx);
  return true;
}

bool OwnSearches::cancel(SearchId id, Cx& cx) {
  One* one = find(id);
  if (one == nullptr) return false;
  end(*one, Ended::Why::cancelled, "", cx);
  return true;
}

void OwnSearches::end(One& one, Ended::Why why, std::string text, Cx& cx) {
  cx.out.report(Ended{one.id, why, std::move(text)});
  all_.erase(std::uint16_t{one.wire_id});
}

void OwnSearches::end_all(Ended::Why why, Cx& cx) {
  for (One* one : all())
    end(*one, why, "", cx);
}

void OwnSearches::expire(Cx& cx) {
  for (One* one : all()) {
    if (one->ends > cx.now) continue;
    if (one->is_asked)
      end(*one, Ended::Why::timeout, "", cx);
    else
      end(*one, Ended::Why::no_link, "not connected", cx);
  }
}

Time OwnSearches::deadline() const {
  Time first = kNever;
  for (const auto& [id, one] : all_)
    first = std::min(first, one.ends);
  return first;
}

}  // namespace p2p::kazaa
