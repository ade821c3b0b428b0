// Requests, answers, GIVs and GIVEs: any cutting of the bytes gives the same, no more data comes
// than was asked for, and a file is asked for in the words that it was.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/transfer/giv.h"
#include "protocols/transfer/give.h"
#include "protocols/transfer/http_answer.h"
#include "protocols/transfer/http_fetcher.h"

namespace {
using namespace p2p;
using namespace p2p::transfer;

constexpr UuHash kHash{{std::byte{0x19}, std::byte{0x1e}}};

std::string answers(Bytes bytes, std::size_t piece, DialectKind kind) {
  FetchAsk ask;
  ask.name = "a";
  ask.index = 1;
  ask.total = 2085;
  ask.offset = 5;
  ask.agent = "us";
  ask.uuhash = kHash;
  Dialect us;
  us.kind = kind;
  HttpFetcher fetcher(ask, us);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    out += text_of(fetcher.feed(bytes.subspan(at, std::min(piece, bytes.size() - at))));
  if (!fetcher.take_refused() && out.size() + fetcher.missing() != 2080) std::abort();
  return out + '|' + (fetcher.end() ? fetcher.end()->text : "");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  for (const DialectKind kind : {DialectKind::http, DialectKind::kazaa})
    if (answers(bytes, size + 1, kind) != answers(bytes, 1, kind)) std::abort();
  if (const auto giv = read_giv(text_of(bytes)); giv && *giv && size > kMaxGiv) std::abort();
  if (const auto give = read_give(text_of(bytes)); give && *give && size > kMaxGive) std::abort();
  HeaderBlockReader reader(kHttpLimits);
  if (!reader.feed(bytes) || !reader.is_complete()) return 0;
  const auto request = read_http_request(reader.take());
  if (!request) return 0;
  if (request->others.alive.size() > kMaxOthers || request->others.dead.size() > kMaxOthers)
    std::abort();
  const SharedFile file{1, "a/b.ogg", 1000, Sha1{}, {}, {}, {}, kHash, TigerRoot{}};
  if (const auto* hash = std::get_if<UuHash>(&request->file)) {
    const auto again = uuhash_from_hex(path_of(*hash).substr(7));
    if (!again || *again != *hash) std::abort();
  }
  if (request->target == HttpRequest::Target::hash_tree &&
      !std::holds_alternative<Sha1>(request->file))
    std::abort();
  const HttpAnswer answer = answer_to(*request, file);
  if (answer.status < 300 && answer.range.last >= file.size_bytes) std::abort();
  Extents have;
  have.insert({100, 900});
  const HttpAnswer part = answer_to(*request, file, &have);
  if (part.status == 200) std::abort();
  if (part.status == 206 && !have.contains({part.range.first, part.range.last + 1})) std::abort();
  if (!file_head({"us", 0}, *request, file, part, {}, &have).ends_with("\r\n\r\n")) std::abort();
  const Dialect us;
  if (!file_head({"us", 0}, *request, file, answer).ends_with("\r\n\r\n")) std::abort();
  if (!file_head({"us", 0, &us}, *request, file, answer).ends_with("\r\n\r\n")) std::abort();
  return 0;
}
