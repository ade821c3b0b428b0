// Any bytes: folding twice changes nothing, a word is the only word of itself.
#include "protocols/base/keywords.h"

#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/base/bytes.h"
#include "protocols/base/query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(p2p::text_of(std::as_bytes(std::span(data, size))));
  const std::string folded = p2p::fold(text);
  if (p2p::fold(folded) != folded) std::abort();
  for (const std::string& word : p2p::words_of(text)) {
    if (word.empty() || word.size() > p2p::kMaxWordBytes) std::abort();
    if (p2p::words_of(word) != std::vector<std::string>{word}) std::abort();
  }
  const p2p::Query query = p2p::parse_query(text);
  (void)p2p::matches(query, text, size, {});
  return 0;
}
