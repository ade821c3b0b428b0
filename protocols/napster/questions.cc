#include "protocols/napster/questions.h"

#include <algorithm>
#include <limits>

#include "protocols/base/link_speed.h"
#include "protocols/napster/nick.h"
#include "protocols/napster/query_line.h"
#include "protocols/napster/share_line.h"

namespace p2p::napster {

namespace {

Hit hit_of_share(const ShareLine& share, std::string_view user) {
  Hit hit;
  hit.name = share.name;
  hit.size_bytes = share.size_bytes;
  hit.sha1 = share.sha1;
  hit.start_md5 = md5_of_hash_field(share.hash);
  hit.media = share.media;
  hit.source.network = "napster";
  hit.source.user = user;
  hit.source.name = share.name;
  return hit;
}

// What the server was asked, and what it may not have understood.
bool answers(const Query& query, const Hit& hit) {
  if (query.sha1 && hit.sha1 != query.sha1) return false;
  return query.link_speed.holds(hit.source.link_speed) &&
         matches(query, hit.name, hit.size_bytes, hit.media);
}

std::size_t limit_of(const Query& query) {
  if (query.limit == 0) return kMaxSearchHits;
  return std::min<std::size_t>(query.limit, kMaxSearchHits);
}

}  // namespace

void Questions::search(const Search& search, ToServer& to) {
  if (const std::string_view tag = tag_asked(search.query); !tag.empty()) {
    to.report(
        Ended{search.id, Ended::Why::refused, "Napster cannot search by " + std::string(tag)});
    return;
  }
  if (search_clauses(search.query, ClauseSet::extended).empty()) {
    to.report(Ended{search.id, Ended::Why::refused, "Napster searches by words"});
    return;
  }
  Question question;
  question.id = search.id;
  question.query = search.query;
  question.standard = standard_server_;
  put(searches_, std::move(question), to);
}

void Questions::browse(const Browse& browse, ToServer& to) {
  if (!is_bare_word(browse.user)) {
    to.report(Ended{browse.id, Ended::Why::refused, "not a nick"});
    return;
  }
  Question question;
  question.id = browse.id;
  question.user = browse.user;
  put(browses_, std::move(question), to);
}

void Questions::put(Waiting& line, Question question, ToServer& to) {
  if (line.size() >= kMaxWaiting) {
    to.report(Ended{question.id, Ended::Why::refused, "too many are waiting"});
    return;
  }
  line.push_back(std::move(question));
  if (line.size() == 1) ask_front(line, to);
}

void Questions::ask_front(Waiting& line, ToServer& to) {
  Question& front = line.front();
  front.deadline = to.now() + kQuestionTimeout;
  front.refused_at = kNever;
  front.refusal.clear();
  if (!front.user.empty()) {
    to.send(Type::browse, front.user);
    return;
  }
  const ClauseSet set = front.standard ? ClauseSet::standard : ClauseSet::extended;
  to.send(Type::search, search_clauses(front.query, set));
}

void Questions::finish(Waiting& line, Ended::Why why, ToServer& to) {
  flush(to);
  Question& front = line.front();
  if (!front.cancelled) to.report(Ended{front.id, why, std::move(front.refusal)});
  line.pop_front();
  if (!line.empty()) ask_front(line, to);
}

bool Questions::cancel(Waiting& line, SearchId id, ToServer& to) {
  const auto at = std::find_if(line.begin(), line.end(), [id](const Question& question) {
    return question.id == id && !question.cancelled;
  });
  if (at == line.end()) return false;
  to.report(Ended{id, Ended::Why::cancelled, {}});
  at->found.clear();
  if (at == line.begin())
    at->cancelled = true;
  else
    line.erase(at);
  return true;
}

void Questions::cancel(SearchId id, ToServer& to) {
  if (!cancel(searches_, id, to)) (void)cancel(browses_, id, to);
}

void Questions::keep(Question& question, Hit hit, std::size_t most) {
  if (question.cancelled || question.hits >= most) return;
  ++question.hits;
  ++all_hits_;
  question.found.push_back(std::move(hit));
}

// "<name>" <hash> <size> <bitrate> <freq> <time> <nick> <ip> <link> [<weight>] [urn]
void Questions::search_result(std::string_view payload) {
  if (searches_.empty()) return;
  const auto fields = split(payload);
  if (!fields || fields->size() < kShareFields + 3) return;
  const auto share = parse_share(*fields);
  const std::string_view nick = (*fields)[kShareFields];
  if (!share || nick.empty()) return;
  Question& front = searches_.front();
  ++front.seen;
  front.refused_at = kNever;
  front.refusal.clear();
  Hit hit = hit_of_share(*share, nick);
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const auto address = number((*fields)[kShareFields + 1], kMost).value_or(0);
  const std::uint32_t octets = swap_address(static_cast<std::uint32_t>(address));
  if (allow_public_ || is_private(octets)) hit.source.endpoint.address = octets;
  hit.source.link_speed =
      static_cast<std::uint32_t>(number((*fields)[kShareFields + 2], kMost).value_or(0));
  hit.claimed_bps = claimed_rate_bps(link_speed_kbps(hit.source.link_speed));
  if (answers(front.query, hit)) keep(front, std::move(hit), limit_of(front.query));
}

// The first lines of the day name the server's program.
void Questions::server_says(std::string_view line) {
  constexpr std::string_view kVersion = "VERSION ";
  if (line.starts_with(kVersion)) our_server_ = line.substr(kVersion.size()).starts_with(kOurAgent);
}

// A server that does not know our clauses says 404 or finds nothing: once more without them.
bool Questions::ask_again(ToServer& to) {
  Question& front = searches_.front();
  if (our_server_ || front.standard || front.cancelled || front.seen > 0) return false;
  const std::string plain = search_clauses(front.query, ClauseSet::standard);
  if (plain == search_clauses(front.query, ClauseSet::extended)) return false;
  front.standard = true;
  standard_server_ = standard_server_ || !front.refusal.empty();
  ask_front(searches_, to);
  return true;
}

void Questions::search_end(ToServer& to) {
  if (searches_.empty() || ask_again(to)) return;
  const Question& front = searches_.front();
  Ended::Why why = Ended::Why::complete;
  if (!front.refusal.empty())
    why = Ended::Why::refused;
  else if (front.hits >= limit_of(front.query))
    why = Ended::Why::limit;
  finish(searches_, why, to);
}

// <nick> "<name>" <hash> <size> <bitrate> <freq> <time> [urn]
void Questions::browse_result(std::string_view payload) {
  if (browses_.empty()) return;
  const auto fields = split(payload);
  if (!fields || fields->size() < kShareFields + 1) return;
  Question& front = browses_.front();
  if (!same_nick(fields->front(), front.user)) return;
  const auto share = parse_share(std::span(*fields).subspan(1));
  if (!share) return;
  ++front.seen;
  front.refused_at = kNever;
  front.refusal.clear();
  keep(front, hit_of_share(*share, fields->front()), kMaxBrowseHits);
}

void Questions::browse_end(std::string_view payload, ToServer& to) {
  if (browses_.empty()) return;
  const Question& front = browses_.front();
  if (!same_nick(split_head(payload).first, front.user)) return;
  Ended::Why why = Ended::Why::complete;
  if (!front.refusal.empty())
    why = Ended::Why::refused;
  else if (front.hits >= kMaxBrowseHits)
    why = Ended::Why::limit;
  finish(browses_, why, to);
}

void Questions::signed_off(std::string_view payload, ToServer& to) {
  if (!awaits(browses_)) return;
  Question& front = browses_.front();
  if (!same_nick(split_head(payload).first, front.user)) return;
  front.refusal = front.user + " is not online";
  front.refused_at = to.now() + kRefusalWait;
}

// 404 names no question and is used for plain notices too: taken for an answer only when nothing
// else came yet, and then only if nothing else comes.
void Questions::refused(std::string_view text, ToServer& to) {
  Waiting& line = awaits(searches_) && searches_.front().refusal.empty() ? searches_ : browses_;
  if (!awaits(line) || !line.front().refusal.empty()) return;
  line.front().refusal = text.empty() ? "refused" : text;
  line.front().refused_at = to.now() + kRefusalWait;
}

void Questions::flush(ToServer& to) {
  for (Waiting* line : {&searches_, &browses_}) {
    if (line->empty() || line->front().found.empty()) continue;
    to.report(Found{line->front().id, std::move(line->front().found)});
    line->front().found.clear();
  }
}

void Questions::expire(Waiting& line, ToServer& to) {
  if (line.empty()) return;
  const Question& front = line.front();
  if (front.refused_at <= to.now())
    finish(line, Ended::Why::refused, to);
  else if (front.deadline <= to.now())
    finish(line, Ended::Why::timeout, to);
}

void Questions::expire(ToServer& to) {
  expire(searches_, to);
  expire(browses_, to);
}

void Questions::link_lost(Out& out) {
  for (Waiting* line : {&searches_, &browses_}) {
    for (Question& question : *line) {
      if (question.cancelled) continue;
      if (!question.found.empty()) out.report(Found{question.id, std::move(question.found)});
      out.report(Ended{question.id, Ended::Why::no_link, {}});
    }
    line->clear();
  }
  standard_server_ = false;
  our_server_ = false;
}

Time Questions::deadline() const {
  Time earliest = kNever;
  for (const Waiting* line : {&searches_, &browses_}) {
    if (line->empty()) continue;
    earliest = std::min({earliest, line->front().deadline, line->front().refused_at});
  }
  return earliest;
}

}  // namespace p2p::napster
