#include "protocols/transfer/http_answer.h"

#include <algorithm>

#include "protocols/base/percent.h"
#include "protocols/header_block.h"
#include "protocols/transfer/http_available.h"
#include "protocols/transfer/http_date.h"
#include "protocols/transfer/http_others.h"
#include "protocols/transfer/http_text.h"
#include "protocols/transfer/http_tree.h"
#include "protocols/transfer/kazaa_http.h"
#include "protocols/transfer/thex.h"

namespace p2p::transfer {

namespace {

// X-Queue: 0.1 has it in place of the lifetime; seconds.
constexpr std::uint32_t kPollMax = 120;

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 416: return "Range Not Satisfiable";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Busy";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
  }
}

HeaderBlockWriter head_of(const Answerer& us, int status, std::string_view words, bool stays_open) {
  HeaderBlockWriter head("HTTP/1.1 " + std::to_string(status) + ' ' + std::string(words));
  head.field("Server", us.agent).field("Date", http_date(us.unix_s));
  head.field("Connection", stays_open ? "Keep-Alive" : "close");
  if (us.kazaa != nullptr) write_kazaa_names(head, *us.kazaa);
  return head;
}

// The digest is the strongest validator there can be.
std::string tag_of(const SharedFile& file) {
  return file.sha1 ? '"' + to_base32(*file.sha1) + '"' : std::string();
}

// Who asked by both digests hears both.
void write_digest(HeaderBlockWriter& head, const Answerer& us, const HttpRequest& request,
                  const SharedFile& file) {
  if (file.sha1) head.field("ETag", tag_of(file));
  if (us.kazaa != nullptr) return write_kazaa_tags(head, file);
  if (!file.sha1) return;
  const bool tells_both = request.root && file.tree_root;
  head.field("X-Gnutella-Content-URN",
             tells_both ? to_urn(Bitprint{*file.sha1, *file.tree_root}) : to_urn(*file.sha1));
  if (file.tree_root) head.field(kTreeField, tree_path_of(*file.sha1, *file.tree_root));
}

void write_others(HeaderBlockWriter& head, std::span<const Endpoint> others) {
  if (others.empty()) return;
  head.field("X-Alt", to_list(others.first(std::min(others.size(), kMaxOthers))));
}

// Also where nothing can be given now: without it the file would pass for a whole one.
void write_available(HeaderBlockWriter& head, const HttpRequest& request, const SharedFile& file,
                     const Extents* have) {
  if (have == nullptr) return;
  const std::uint64_t from = read_range(request.range, file.size_bytes).range.first;
  head.field(kAvailableField, to_available(*have, kAvailableBytes, from));
  head.field(kAvailableCountField, "bytes " + std::to_string(have->bytes()));
}

HttpAnswer cut_to(const Extents& have, const HttpAnswer& answer) {
  if (answer.status != 200 && answer.status != 206) return answer;
  const Extent run = have.run_from(answer.range.first);
  if (run.empty() || run.begin != answer.range.first) return {416, {}};
  return {206, {run.begin, std::min(answer.range.last, run.end - 1)}};
}

// Never a time to come, which only a wrong clock tells (RFC 9110, section 8.8.2.1).
void write_modified(HeaderBlockWriter& head, const Answerer& us, const SharedFile& file) {
  if (!file.modified_unix || *file.modified_unix < 0 || *file.modified_unix > us.unix_s) return;
  head.field(kLastModified, http_date(*file.modified_unix));
}

std::string content_range(const HttpAnswer& answer, std::uint64_t size) {
  return "bytes " + std::to_string(answer.range.first) + '-' + std::to_string(answer.range.last) +
         '/' + std::to_string(size);
}

}  // namespace

HttpAnswer answer_to(const HttpRequest& request, const SharedFile& file, const Extents* have) {
  if (have != nullptr) return cut_to(*have, answer_to(request, file));
  const std::string tag = tag_of(file);
  const HttpAnswer whole{200, {0, file.size_bytes - 1}};
  if (!tag.empty() && request.if_none_match == tag) return {304, {}};
  // If-Range: the range only if the file is still that one. A date does not say so: it may have
  // changed within the same second.
  if (!request.if_range.empty() && request.if_range != tag) return whole;
  const RangeAsked asked = read_range(request.range, file.size_bytes);
  switch (asked.what) {
    case RangeAsked::What::whole: return whole;
    case RangeAsked::What::part: return {206, asked.range};
    case RangeAsked::What::outside: return {416, {}};
  }
  return whole;
}

std::string file_head(const Answerer& us, const HttpRequest& request, const SharedFile& file,
                      const HttpAnswer& answer, std::span<const Endpoint> others,
                      const Extents* have) {
  HeaderBlockWriter head = head_of(us, answer.status, reason(answer.status), request.stays_open);
  if (us.kazaa == nullptr) head.field("X-Features", "queue/1.1");
  const bool has_body = answer.status == 200 || answer.status == 206;
  // mldonkey takes no answer without it.
  if (answer.status == 206 || (has_body && us.kazaa != nullptr))
    head.field("Content-Range", content_range(answer, file.size_bytes));
  if (answer.status == 416)
    head.field("Content-Range", "bytes */" + std::to_string(file.size_bytes));
  if (answer.status != 304)
    head.field("Content-Length", std::to_string(has_body ? answer.range.count() : 0));
  if (has_body) {
    const std::string_view name = base_name(file.name);
    head.field("Accept-Ranges", "bytes");
    head.field("Content-Type", content_type(name));
    head.field("Content-Disposition", "inline; filename*=utf-8''" + percent_encoded(name));
  }
  if (has_body && have == nullptr) write_modified(head, us, file);
  write_digest(head, us, request, file);
  write_available(head, request, file, have);
  write_others(head, others);
  return head.text();
}

std::string tree_head(const Answerer& us, const HttpRequest& request, std::size_t bytes) {
  HeaderBlockWriter head = head_of(us, 200, reason(200), request.stays_open);
  head.field("Content-Length", std::to_string(bytes)).field("Content-Type", kThexType);
  return head.text();
}

std::string refusal_head(const Answerer& us, int status, bool stays_open,
                         std::span<const Endpoint> others) {
  HeaderBlockWriter head = head_of(us, status, reason(status), stays_open);
  head.field("Content-Length", "0");
  if (status == 405) head.field("Allow", "GET, HEAD");
  if (status == 503) head.field("Retry-After", std::to_string(kQueueRetry));
  write_others(head, others);
  return head.text();
}

namespace {

std::uint32_t retry_of(const std::optional<QueuePlace>& place) {
  if (!place || place->wait_s == 0) return kQueueRetry;
  return std::clamp(place->wait_s, kQueueRetryLeast, kQueueRetry);
}

}  // namespace

std::string busy_head(const Answerer& us, const HttpRequest& request, const SharedFile& file,
                      const std::optional<QueuePlace>& place, std::span<const Endpoint> others,
                      const Extents* have) {
  std::string words(reason(503));
  const std::string eta =
      place && place->wait_s > 0 ? "ETA: " + std::to_string(place->wait_s) + 's' : "";
  const std::string retry = std::to_string(retry_of(place));
  if (place && request.waits != HttpRequest::Waits::no)
    words = "Queued (slot " + std::to_string(place->place) + (eta.empty() ? "" : ", " + eta) + ')';
  HeaderBlockWriter head = head_of(us, 503, words, request.stays_open);
  head.field("Content-Length", "0");
  if (us.kazaa == nullptr) head.field("X-Features", "queue/1.1");
  head.field("Retry-After", retry);
  if (place) {
    const std::string at = std::to_string(place->place);
    const std::string of = std::to_string(place->length);
    if (request.waits == HttpRequest::Waits::connected)
      head.field("X-Queue", "position=" + at + ", length=" + of +
                                ", limit=" + std::to_string(place->slots) + ", pollMin=" + retry +
                                ", pollMax=" + std::to_string(kPollMax));
    if (request.waits == HttpRequest::Waits::comes_back) {
      const std::string id = std::to_string(place->id);
      head.field("X-Queued",
                 "ID=" + std::string(32 - id.size(), '0') + id + "; position=" + at +
                     "; lifetime=" + std::to_string(kQueueLifetime) + "; length=" + of +
                     (place->wait_s > 0 ? "; ETA=" + std::to_string(place->wait_s) : ""));
    }
  }
  write_digest(head, us, request, file);
  write_available(head, request, file, have);
  write_others(head, others);
  return head.text();
}

}  // namespace p2p::transfer
