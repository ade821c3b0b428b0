// HttpAnswer: what we answer to an HttpRequest, and the head that says so (gnutella.md, section 9;
// fasttrack.md, section 8; RFC 9110). Observed of gtk-gnutella:
// vectors/gnutella/http_*_response*.hex, http_503_queued.hex.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocols/base/file.h"
#include "protocols/base/ids.h"
#include "protocols/event.h"
#include "protocols/transfer/extents.h"
#include "protocols/transfer/http_range.h"
#include "protocols/transfer/http_request.h"

namespace p2p::transfer {

struct HttpAnswer {
  int status = 200;
  ByteRange range{};  // of the file, with 200 and 206
};
// What a request for this file, which is there and not empty, is answered if it need not wait: 200,
// 206, 304 or 416. `have`, here and below: the bytes of it that are there; null: all.
//
// Of a file that is not whole a part ends with the run that it begins in, also where all was asked
// for, and is 416 when its first byte is missing: so gtk-gnutella does it (source).
HttpAnswer answer_to(const HttpRequest& request, const SharedFile& file,
                     const Extents* have = nullptr);

// Where somebody stands who has to wait.
struct QueuePlace {
  std::uint32_t place = 0;   // from 1
  std::uint32_t length = 0;  // how many wait
  std::uint32_t slots = 0;   // how many are served at once
  std::uint32_t id = 0;      // of the entry
  std::uint32_t wait_s = 0;  // until his turn, as far as is known; 0: unknown
};
// We keep a place for kQueueLifetime after each request for it. The next one we want when the turn
// is expected, no earlier than kQueueRetryLeast and no later than kQueueRetry after the one before,
// as who comes late leaves his slot empty. Seconds.
inline constexpr std::uint32_t kQueueLifetime = 180;
inline constexpr std::uint32_t kQueueRetryLeast = 10;
inline constexpr std::uint32_t kQueueRetry = 60;

struct Answerer {
  std::string_view agent;   // program and version
  std::int64_t unix_s = 0;  // the time of day
  // What we are in FastTrack, when one of its peers asks; it outlives this. Null: another network.
  const Dialect* kazaa = nullptr;
};

// `others` are further sources of the same content (X-Alt); at most kMaxOthers are told.
//
// Of 200, 206, 304 and 416.
std::string file_head(const Answerer& us, const HttpRequest& request, const SharedFile& file,
                      const HttpAnswer& answer, std::span<const Endpoint> others = {},
                      const Extents* have = nullptr);
// 200 with a tree of hashes, of so many bytes (thex.h).
std::string tree_head(const Answerer& us, const HttpRequest& request, std::size_t bytes);
// 400, 404, 405, 431, 503, 505: without a body.
std::string refusal_head(const Answerer& us, int status, bool stays_open,
                         std::span<const Endpoint> others = {});
// 503: with his place if he knows how to wait, else the time to come back. No place: the queue is
// full.
std::string busy_head(const Answerer& us, const HttpRequest& request, const SharedFile& file,
                      const std::optional<QueuePlace>& place, std::span<const Endpoint> others = {},
                      const Extents* have = nullptr);

}  // namespace p2p::transfer
