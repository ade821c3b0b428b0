#include "protocols/gnutella/browsing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/base/link_speed.h"
#include "protocols/gnutella/answers.h"

namespace p2p::gnutella {

namespace {

constexpr std::string_view kPackets = "application/x-gnutella-packets";
constexpr std::size_t kMostSeen = 1000;
// Marks the pages that we asked for, among the tickets.
constexpr std::uint64_t kBrowseTicket = 0x62726f777365;

std::string chunk(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string size;
  for (std::size_t left = bytes.size(); left > 0; left /= 16)
    size.insert(size.begin(), kDigits[left % 16]);
  return size + "\r\n" + std::string(text_of(bytes)) + "\r\n";
}

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
      out += "&#" + std::to_string(static_cast<int>(c)) + ';';
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += ' ';
    else
      out += c;
  }
  return out;
}

// A row of the page for web browsers.
std::string row_of(const SharedFile& file) {
  if (!file.sha1) return {};
  return "<li><a href=\"/uri-res/N2R?" + to_urn(*file.sha1) + "\">" +
         escaped_html(base_name(file.name)) + "</a> " + std::to_string(file.size_bytes) +
         " bytes</li>\n";
}

Buffer packets_of(const HitMessage& self, const std::vector<SharedFile>& files) {
  Buffer out;
  std::vector<HitRecord> records = records_of(files);
  HitMessage hit = self;
  for (std::size_t at = 0; at < records.size(); at += kRecordsPerMessage) {
    const std::size_t end = std::min(at + kRecordsPerMessage, records.size());
    hit.records.assign(records.begin() + static_cast<std::ptrdiff_t>(at),
                       records.begin() + static_cast<std::ptrdiff_t>(end));
    Buffer payload;
    append_hit(payload, hit, false);
    append_message(out, Header{Guid{}, Type::hit, 1, 0, 0}, payload);
  }
  return out;
}

}  // namespace

// ---- somebody asks for our list -------------------------------------------------------------

bool Browsing::request(LinkId link, Bytes first, const HitMessage& self, Cx& cx) {
  if (asked_.size() >= kMostBrowses) return false;
  Asked& one = asked_[link];
  one.self = self;
  one.deadline = cx.now + kBrowsePatience;
  hear(link, one, first, cx);
  return true;
}

void Browsing::hear(LinkId link, Asked& one, Bytes bytes, Cx& cx) {
  if (one.answered) return;  // one list a connection
  const auto used = one.head.feed(bytes);
  if (!used) {
    asked_.erase(link);
    cx.out.close(link, Reason::protocol);
    return;
  }
  if (!one.head.is_complete()) return;
  const HeaderBlock head = one.head.take();
  one.answered = true;
  const bool lists = head.start_line.starts_with("GET / ");
  one.html = head.value("Accept").find(kPackets) == std::string_view::npos;
  HeaderBlockWriter answer(lists ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found");
  answer.field("Server", agent_).field("Connection", "close");
  if (!lists) {
    cx.out.send(link, bytes_of(answer.field("Content-Length", "0").text()), Urgency::control);
    asked_.erase(link);
    cx.out.close(link, Reason::done);
    return;
  }
  answer.field("Content-Type", one.html ? "text/html; charset=utf-8" : kPackets);
  answer.field("Transfer-Encoding", "chunked");
  cx.out.send(link, bytes_of(answer.text()), Urgency::control);
  if (one.html) {
    constexpr std::string_view kTop = "<!DOCTYPE html>\n<title>Shared files</title>\n<ul>\n";
    cx.out.send(link, bytes_of(chunk(bytes_of(kTop))), Urgency::control);
  }
  cx.out.report(PageAsked{{kBrowseTicket, static_cast<std::uint64_t>(link)}, 0});
}

void Browsing::page(const Page& page, Cx& cx) {
  if (page.ticket[0] != kBrowseTicket) return;
  const LinkId link{page.ticket[1]};
  const auto at = asked_.find(link);
  if (at == asked_.end()) return;
  Asked& one = at->second;
  std::string text;
  if (one.html)
    for (const SharedFile& file : page.files)
      text += row_of(file);
  const Buffer packets = one.html ? Buffer() : packets_of(one.self, page.files);
  const Bytes body = one.html ? bytes_of(text) : Bytes(packets);
  if (!body.empty()) cx.out.send(link, bytes_of(chunk(body)), Urgency::control);
  if (!page.last) {
    one.next = page.next;
    next_page(link, one, cx);
    return;
  }
  const std::string end = (one.html ? chunk(bytes_of("</ul>\n")) : std::string()) + "0\r\n\r\n";
  cx.out.send(link, bytes_of(end), Urgency::control);
  asked_.erase(at);
  cx.out.close(link, Reason::done);
}

// The list of a hundred thousand files is told no faster than it is read.
void Browsing::next_page(LinkId link, Asked& one, Cx& cx) {
  const bool reads = cx.out.queued(link) <= kBrowseAhead;
  one.ask_at = reads ? kNever : cx.now + kBrowsePause;
  if (!reads) return;
  one.deadline = cx.now + kBrowsePatience;
  cx.out.report(PageAsked{{kBrowseTicket, static_cast<std::uint64_t>(link)}, one.next});
}

// ---- we ask ---------------------------------------------------------------------------------

void Browsing::saw(const HitMessage& hit) {
  if (hit.push_needed.value_or(false) || !reaches_.may_connect(hit.endpoint)) return;
  if (seen_.size() >= kMostSeen) seen_.clear();
  seen_[to_hex(hit.servent)] = hit.endpoint;
}

void Browsing::browse(const Browse& browse, Cx& cx) {
  const auto known = seen_.find(browse.user);
  const auto to = known != seen_.end() ? std::optional(known->second) : parse_endpoint(browse.user);
  if (!to || !reaches_.may_connect(*to) || asking_.size() >= kMostBrowses) {
    cx.out.report(Ended{browse.id, Ended::Why::refused, "nobody of that name can be called"});
    return;
  }
  Asking& one = asking_[cx.out.dial(*to)];
  one.id = browse.id;
  one.host = to_text(*to);
  one.deadline = cx.now + kBrowsePatience;
}

bool Browsing::cancel(SearchId id, Cx& cx) {
  const auto at =
      std::ranges::find_if(asking_, [id](const auto& item) { return item.second.id == id; });
  if (at == asking_.end()) return false;
  end(at->first, Ended::Why::cancelled, "", cx);
  return true;
}

void Browsing::up(LinkId link, Cx& cx) {
  const auto at = asking_.find(link);
  if (at == asking_.end()) return;
  HeaderBlockWriter request("GET / HTTP/1.1");
  request.field("Host", at->second.host).field("User-Agent", agent_);
  request.field("Accept", kPackets).field("Connection", "close");
  cx.out.send(link, bytes_of(request.text()), Urgency::control);
}

void Browsing::receive(LinkId link, Bytes bytes, Cx& cx) {
  if (const auto at = asked_.find(link); at != asked_.end()) {
    hear(link, at->second, bytes, cx);
  } else if (const auto from = asking_.find(link); from != asking_.end()) {
    from->second.deadline = cx.now + kBrowsePatience;
    take(link, from->second, bytes, cx);
  }
}

void Browsing::take(LinkId link, Asking& one, Bytes bytes, Cx& cx) {
  one.bytes += bytes.size();
  if (one.bytes > kMostBrowseBytes) return end(link, Ended::Why::limit, "", cx);
  if (!one.in_body) {
    const auto used = one.head.feed(bytes);
    if (!used) return end(link, Ended::Why::refused, "no HTTP", cx);
    if (!one.head.is_complete()) return;
    const HeaderBlock head = one.head.take();
    if (head.start_line.find(" 200") == std::string::npos)
      return end(link, Ended::Why::refused, escaped(head.start_line), cx);
    if (head.value("Content-Type").find(kPackets) == std::string_view::npos)
      return end(link, Ended::Why::refused, "it tells its list in another form", cx);
    one.in_body = true;
    one.chunked = head.lists("Transfer-Encoding", "chunked");
    bytes = bytes.subspan(*used);
  }
  Buffer& to = one.chunked ? one.raw : one.body;
  to.insert(to.end(), bytes.begin(), bytes.end());
  const bool more = !one.chunked || take_chunks(one);
  if (!take_hits(one, cx)) return end(link, Ended::Why::refused, "a broken list", cx);
  if (one.files >= kMostBrowsed) return end(link, Ended::Why::limit, "", cx);
  if (!more) end(link, Ended::Why::complete, "", cx);
}

// Moves whole chunks from raw to body. False: the last one was there, or none can come any more.
bool Browsing::take_chunks(Asking& one) {
  for (;;) {
    const std::string_view raw = text_of(one.raw);
    const std::size_t line = raw.find("\r\n");
    if (line == std::string_view::npos) return one.raw.size() < 32;
    std::size_t size = 0;
    const auto read = std::from_chars(raw.data(), raw.data() + line, size, 16);
    if (read.ec != std::errc{} || size == 0 || size > kMostBrowseBytes) return false;
    const std::size_t all = line + 2 + size + 2;
    if (raw.size() < all) return true;
    const auto begin = one.raw.begin() + static_cast<std::ptrdiff_t>(line + 2);
    one.body.insert(one.body.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    one.raw.erase(one.raw.begin(), one.raw.begin() + static_cast<std::ptrdiff_t>(all));
  }
}

bool Browsing::take_hits(Asking& one, Cx& cx) {
  std::size_t at = 0;
  bool good = true;
  std::vector<Hit> hits;
  while (good && one.body.size() - at >= kHeaderBytes) {
    const Bytes rest = Bytes(one.body).subspan(at);
    const auto header = decode_header(rest);
    good = header && header->type == Type::hit;
    if (!good || rest.size() < kHeaderBytes + header->length) break;
    const auto hit = decode_hit(rest.subspan(kHeaderBytes, header->length));
    at += kHeaderBytes + header->length;
    if (!hit) continue;
    const std::vector<Source> sources = sources_of(*hit);
    for (std::size_t i = 0; i < hit->records.size(); ++i) {
      Hit& file = hits.emplace_back();
      file.name = hit->records[i].name;
      file.size_bytes = hit->records[i].size_bytes;
      file.sha1 = hit->records[i].sha1;
      file.media = hit->records[i].media;
      file.tags = hit->records[i].tags;
      file.source = sources[i];
      file.claimed_bps = claimed_rate_bps(hit->speed_kbps);
      if (hit->busy) file.free_slot = !*hit->busy;
    }
  }
  one.body.erase(one.body.begin(), one.body.begin() + static_cast<std::ptrdiff_t>(at));
  one.files += hits.size();
  if (!hits.empty()) cx.out.report(Found{one.id, std::move(hits)});
  return good;
}

// ---- the end --------------------------------------------------------------------------------

void Browsing::end(LinkId link, Ended::Why why, const std::string& text, Cx& cx) {
  const auto at = asking_.find(link);
  if (at == asking_.end()) return;
  cx.out.report(Ended{at->second.id, why, text});
  asking_.erase(at);
  cx.out.close(link, Reason::done);
}

void Browsing::down(LinkId link, Cx& cx) {
  asked_.erase(link);
  const auto at = asking_.find(link);
  if (at == asking_.end()) return;
  // Without chunks the end of the list is the end of the connection.
  const bool whole = at->second.in_body && !at->second.chunked;
  cx.out.report(Ended{at->second.id, whole ? Ended::Why::complete : Ended::Why::refused,
                      whole ? "" : "the connection broke"});
  asking_.erase(at);
}

void Browsing::expire(Cx& cx) {
  std::vector<LinkId> late;
  for (const auto& [link, one] : asking_)
    if (one.deadline <= cx.now) late.push_back(link);
  for (const LinkId link : late)
    end(link, Ended::Why::timeout, "", cx);
  for (auto& [link, one] : asked_)
    if (one.ask_at <= cx.now) next_page(link, one, cx);
  std::erase_if(asked_, [&](const auto& item) {
    if (item.second.deadline > cx.now) return false;
    cx.out.close(item.first, Reason::timeout);
    return true;
  });
}

Time Browsing::deadline() const {
  Time first = kNever;
  for (const auto& [link, one] : asking_)
    first = std::min(first, one.deadline);
  for (const auto& [link, one] : asked_)
    first = std::min({first, one.deadline, one.ask_at});
  return first;
}

}  // namespace p2p::gnutella
