#include "protocols/transfer/http_fetcher.h"

#include <algorithm>
#include <utility>

#include "protocols/transfer/http_available.h"
#include "protocols/transfer/http_date.h"
#include "protocols/transfer/http_request.h"
#include "protocols/transfer/http_text.h"
#include "protocols/transfer/kazaa_http.h"

namespace p2p::transfer {

namespace {

using Why = FetchEnd::Why;

constexpr unsigned kMaxInterim = 8;
constexpr std::uint64_t kLongestWait = 3600;  // seconds; who says more is asked again then
// So many answers may be shorter than this and than what was asked for.
constexpr unsigned kMaxCrumbs = 16;
constexpr std::uint64_t kCrumb = 1024;
constexpr std::size_t kMaxTicket = 64;

// "HTTP/1.1 206 Partial Content"; the oldest servents left the version out. Zero: no status line.
int status_of(std::string_view line) {
  if (!line.starts_with("HTTP")) return 0;
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || line.size() < blank + 4) return 0;
  const auto status = read_number(line.substr(blank + 1, 3));
  return status && *status >= 100 ? static_cast<int>(*status) : 0;
}

unsigned minor_of(std::string_view line) {
  return line.starts_with("HTTP/1.") && !line.starts_with("HTTP/1.0") ? 1 : 0;
}

std::optional<Sha1> told_digest(std::string_view urns) {
  while (!urns.empty()) {
    const std::string_view urn = urns.substr(0, urns.find(','));
    urns.remove_prefix(std::min(urn.size() + 1, urns.size()));
    if (const auto digest = sha1_of_urn(urn)) return digest;
  }
  return {};
}

// Of a file that the source is still fetching itself.
bool tells_parts(const HeaderBlock& head) {
  return head.has(kAvailableField) || head.has(kAvailableCountField);
}

std::string said_in(std::string_view line) {
  return escaped(line.substr(std::min(line.find(' ') + 1, line.size())), 60);
}

}  // namespace

HttpFetcher::HttpFetcher(FetchAsk ask, Dialect us)
    : ask_(std::move(ask)),
      us_(std::move(us)),
      at_(std::min(ask_.offset, ask_.total)),
      until_(ask_.is_probe   ? at_
             : ask_.end == 0 ? ask_.total
                             : std::clamp(ask_.end, at_, ask_.total)),
      probing_(ask_.is_probe) {
  if (missing() > 0 || probing_) ask_again();
}

bool HttpFetcher::probe() {
  if (missing() > 0 || probing_ || end_ || !answered_ || !stays_open_ || is_kazaa()) return false;
  probing_ = true;
  ask_again();
  return true;
}

bool HttpFetcher::go_on(std::uint64_t begin, std::uint64_t end, const Owned& owned) {
  if (probing_ || missing() > 0 || end_ || !answered_ || !stays_open_) return false;
  if (begin >= end || end > ask_.total) return false;
  at_ = begin;
  until_ = end;
  ask_.owned = owned;
  ask_again();
  return true;
}

std::string HttpFetcher::take_output() {
  return std::exchange(output_, {});
}

void HttpFetcher::finish(Why why, std::string text) {
  end_.emplace();
  end_->why = why;
  end_->text = std::move(text);
}

void HttpFetcher::ask_again() {
  output_ += is_kazaa() ? kazaa_request(ask_, us_, at_, until_) : gnutella_request();
}

std::string HttpFetcher::gnutella_request() {
  const std::string path = ask_.sha1 ? path_of(*ask_.sha1) : path_of(ask_.index, ask_.name);
  HeaderBlockWriter head((probing_ ? "HEAD " : "GET ") + path + " HTTP/1.1");
  head.field("Host", to_text(ask_.host)).field("User-Agent", ask_.agent);
  head.field("Connection", "Keep-Alive");
  if (!probing_)
    head.field("Range", "bytes=" + std::to_string(at_) + '-' + std::to_string(until_ - 1));
  head.field("X-Queue", "1.1").field("X-Features", "queue/1.1");
  if (us_.node.port != 0) head.field("X-Node", to_text(us_.node));
  if (!ask_.queue_ticket.empty()) head.field("X-Queued", "ID=" + ask_.queue_ticket);
  head.field("X-Downloaded", std::to_string(ask_.owned.bytes));
  Others others = std::exchange(ask_.others, {});  // told once
  // Who shares the parts that it has says so by its own address (PFSP 1.0a, section 3).
  const bool tells_us = ask_.owned.is_shared && us_.node.port != 0 && ask_.sha1;
  if (tells_us && !std::exchange(told_us_, true))
    others.alive.insert(others.alive.begin(), us_.node);
  if (!others.alive.empty()) head.field("X-Alt", to_list(others.alive));
  if (!others.dead.empty()) head.field("X-Nalt", to_list(others.dead));
  return head.text();
}

Bytes HttpFetcher::feed(Bytes bytes) {
  Bytes got;
  heard_ = heard_ || !bytes.empty();
  while (!bytes.empty() && !end_ && (missing() > 0 || probing_)) {
    if (in_body_) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
      skip_ -= skipped;
      bytes = bytes.subspan(skipped);
      const Bytes body = take_body(bytes);
      bytes = bytes.subspan(body.size());
      // A second answer in the same bytes: the pieces are joined.
      if (got.empty()) {
        got = body;
      } else if (!body.empty()) {
        if (got.data() != spill_.data()) spill_.assign(got.begin(), got.end());
        spill_.insert(spill_.end(), body.begin(), body.end());
        got = spill_;
      }
      continue;
    }
    const auto used = reader_.feed(bytes);
    if (!used) {
      finish(Why::failed, "the source's answer makes no sense");
      break;
    }
    bytes = bytes.subspan(*used);
    if (reader_.is_complete()) read_head(reader_.take());
  }
  if (!bytes.empty() && !end_) finish(Why::failed, "the source sends what was not asked for");
  return got;
}

Bytes HttpFetcher::take_body(Bytes bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  left_ -= count;
  at_ += count;
  if (left_ == 0 && skip_ == 0) {
    in_body_ = false;
    answered_ = true;
    if (missing() == 0) return bytes.first(count);
    if (stays_open_)
      ask_again();
    else
      finish(Why::ended, "the source closed");
  }
  return bytes.first(count);
}

// Only where the content was asked for by its digest: of a name nobody knows what the others have,
// and of a UuHash it is not sure.
void HttpFetcher::hear_of_others(const HeaderBlock& head) {
  if (!ask_.sha1 || is_kazaa()) return;
  const auto digest = told_digest(head.value("X-Gnutella-Content-URN"));
  if (digest && digest != ask_.sha1) return;
  if (auto tree = read_tree_link(head.value(kTreeField))) tree_ = std::move(tree);
  hear_of_parts(head);
  const Others told = read_others(head, ask_.sha1);
  const auto alive = told_alive_.fresh(told.alive, kMaxOthers);
  const auto dead = told_dead_.fresh(told.dead, kMaxOthers);
  others_.alive.insert(others_.alive.end(), alive.begin(), alive.end());
  others_.dead.insert(others_.dead.end(), dead.begin(), dead.end());
}

// The list may be cut, so that what was told before counts too, as long as that can be.
void HttpFetcher::hear_of_parts(const HeaderBlock& head) {
  const bool is_partial = tells_parts(head);
  const int status = status_of(head.start_line);
  if (!is_partial && status != 200 && status != 206) return;
  if (!is_partial && !available_ && !probing_) return;  // it has the file, as was thought
  Extents has;
  if (!is_partial) {
    has.insert({0, ask_.total});
    available_.reset();
    told_available_ = std::move(has);
    return;
  }
  if (auto told = read_available(head.value(kAvailableField), ask_.total)) has = std::move(*told);
  const auto count = read_available_count(head.value(kAvailableCountField), ask_.total);
  Extents all = has;
  if (available_)
    for (const auto& [begin, end] : available_->runs())
      all.insert({begin, end});
  const bool is_too_much = (count && all.bytes() > *count) || all.runs().size() > kMaxAvailable;
  available_ = is_too_much ? std::move(has) : std::move(all);
  told_available_ = available_;
}

void HttpFetcher::read_head(const HeaderBlock& head) {
  const int status = status_of(head.start_line);
  if (status >= 100 && status < 200) {
    if (++interim_ > kMaxInterim) finish(Why::failed, "the source's answer makes no sense");
    return;
  }
  interim_ = 0;
  stays_open_ = p2p::transfer::stays_open(head, minor_of(head.start_line));
  if (status != 0) hear_of_others(head);
  if (std::exchange(probing_, false) && told_available_) {
    answered_ = true;
    return;
  }
  switch (status) {
    case 200:
    case 206: return read_file_head(head, status);
    case 404: return finish(Why::absent, "not shared any more");
    case 410: return finish(Why::gone, "not shared any more");
    case 416: return read_refusal(head);
    case 429:
    case 503: return read_busy(head, status);
    case 0: return finish(Why::failed, "the source's answer makes no sense");
    default: return finish(Why::failed, "the source says: " + said_in(head.start_line));
  }
}

void HttpFetcher::read_file_head(const HeaderBlock& head, int status) {
  if (head.has("Transfer-Encoding"))
    return finish(Why::failed, "the source sends it in a form we do not take");
  if (head.has("Content-Encoding") && !head.lists("Content-Encoding", "identity"))
    return finish(Why::failed, "the source sends it in a form we do not take");
  if (const auto content = read_content(head); !content)
    return finish(content.error().code == Errc::not_found ? Why::gone : Why::failed,
                  content.error().detail);
  if (const auto length = read_length(head, status); !length)
    return finish(length.error().code == Errc::not_found ? Why::gone : Why::failed,
                  length.error().detail);
  if (!modified_unix_ && !tells_parts(head))
    modified_unix_ = read_http_date(head.value(kLastModified));
  in_body_ = true;
}

// What the source says of the whole file.
Result<void> HttpFetcher::read_content(const HeaderBlock& head) {
  std::optional<Sha1> digest;
  if (is_kazaa()) {
    const KazaaTags tags = read_kazaa_tags(head);
    if (tags.hash && *tags.hash != ask_.uuhash)
      return fail(Errc::not_found, "the source's file has another UuHash");
    digest = tags.sha1;
  } else {
    digest = told_digest(head.value("X-Gnutella-Content-URN"));
  }
  if (digest && sha1_ && *sha1_ != *digest)
    return fail(Errc::refused, "the source's file has changed");
  if (digest) sha1_ = digest;
  return {};
}

// What the body is: `skip_` bytes of no use and `left_` that we want.
Result<void> HttpFetcher::read_length(const HeaderBlock& head, int status) {
  const bool tells = head.has("Content-Length");
  const auto length = read_number(head.value("Content-Length"));
  if (tells && !length) return fail(Errc::malformed, "the source's answer makes no sense");
  // KaZaA may say 200 and send the part that was asked for.
  if (status == 200 && !(is_kazaa() && head.has("Content-Range"))) {
    if (length.value_or(ask_.total) != ask_.total)
      return fail(Errc::not_found, "the source's file has another size");
    skip_ = at_;  // it does not know ranges: the rest of the file comes too
    until_ = ask_.total;
    left_ = missing();
    return {};
  }
  const auto part = read_part(head, length);
  if (!part) return fail(Errc::malformed, "the source does not say which part it sends");
  if (part->total.value_or(ask_.total) != ask_.total)
    return fail(Errc::not_found, "the source's file has another size");
  if (part->range.first != at_ || part->range.last >= until_ ||
      length.value_or(part->range.count()) != part->range.count())
    return fail(Errc::refused, "the source sends another part than was asked");
  skip_ = 0;
  left_ = part->range.count();
  if (left_ < std::min(kCrumb, missing()) && ++crumbs_ > kMaxCrumbs)
    return fail(Errc::refused, "the source gives next to nothing at a time");
  return {};
}

// Who answers by UuHash without saying which part it is sends the one that was asked for, as long
// as the length can be that.
std::optional<ContentRange> HttpFetcher::read_part(const HeaderBlock& head,
                                                   std::optional<std::uint64_t> length) const {
  if (!is_kazaa() || head.has("Content-Range"))
    return read_content_range(head.value("Content-Range"));
  const std::uint64_t count = length.value_or(missing());
  if (count == 0 || count > missing()) return {};
  return ContentRange{{at_, at_ + count - 1}, {}};
}

// The connection is of use still if nothing follows that would have to be skipped.
void HttpFetcher::read_refusal(const HeaderBlock& head) {
  const bool goes_on = told_available_ && stays_open_ && head.value("Content-Length") == "0";
  if (!goes_on) return finish(Why::lacks, "the source has less of the file");
  answered_ = refused_ = true;
  until_ = at_;
}

// Either X-Queued: ID=..; position=7; lifetime=180 and Retry-After (observed), or X-Queue:
// position=7, pollMin=45, pollMax=120 of older programs.
void HttpFetcher::read_busy(const HeaderBlock& head, int status) {
  const std::string_view queued = head.value("X-Queued");
  const std::string_view list = queued.empty() ? head.value("X-Queue") : queued;
  const std::uint64_t place = read_number(parameter(list, "position")).value_or(0);
  auto wait = read_number(head.value("Retry-After"));
  if (!wait) wait = read_number(parameter(list, "pollMin"));
  finish(Why::queued, status == 429 ? "asked too often" : "busy");
  end_->place = static_cast<std::uint32_t>(std::min<std::uint64_t>(place, 1'000'000));
  end_->retry_after = std::chrono::seconds(std::min(wait.value_or(0), kLongestWait));
  end_->ticket = parameter(queued, "ID").substr(0, kMaxTicket);
}

FetchEnd HttpFetcher::closed() const {
  // Between two answers; it may have closed because it was idle when we asked.
  if (answered_ && !in_body_) return {Why::ended, "the source closed"};
  if (is_kazaa() && !heard_) return {Why::unheard, "the source closed without a word"};
  return {Why::failed, "the source closed"};
}

}  // namespace p2p::transfer
