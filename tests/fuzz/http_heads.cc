// Requests, answers and GIVs: any cutting of the bytes gives the same, no more data comes than was
// asked for, and a file is asked for in the words that it was.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/transfer/giv.h"
#include "protocols/transfer/http_answer.h"
#include "protocols/transfer/http_fetcher.h"

namespace {
using namespace p2p;
using namespace p2p::transfer;

std::string answers(Bytes bytes, std::size_t piece) {
  HttpFetcher fetcher({"a", 1, {}, 2085, 5, false, "us", {}, {}}, {});
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    out += text_of(fetcher.feed(bytes.subspan(at, std::min(piece, bytes.size() - at))));
  if (out.size() + fetcher.missing() != 2080) std::abort();
  return out + '|' + (fetcher.end() ? fetcher.end()->text : "");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  if (answers(bytes, size + 1) != answers(bytes, 1)) std::abort();
  if (const auto giv = read_giv(text_of(bytes)); giv && *giv && size > kMaxGiv) std::abort();
  HeaderBlockReader reader(kHttpLimits);
  if (!reader.feed(bytes) || !reader.is_complete()) return 0;
  const auto request = read_http_request(reader.take());
  if (!request) return 0;
  if (request->others.alive.size() > kMaxOthers || request->others.dead.size() > kMaxOthers)
    std::abort();
  const SharedFile file{1, "a/b.ogg", 1000, Sha1{}, {}, {}};
  const HttpAnswer answer = answer_to(*request, file);
  if (answer.status < 300 && answer.range.last >= file.size_bytes) std::abort();
  if (!file_head({"us", 0}, *request, file, answer).ends_with("\r\n\r\n")) std::abort();
  return 0;
}
