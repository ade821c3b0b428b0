#include "protocols/kazaa/arrival.h"

#include <array>
#include <string_view>

namespace p2p::kazaa {

namespace {

constexpr std::array<std::string_view, 3> kTransfers{"GET ", "HEAD ", "GIVE "};

}  // namespace

Arrival arrival(Bytes first) {
  const std::string_view text = text_of(first);
  for (const std::string_view word : kTransfers) {
    if (text.starts_with(word)) return Arrival::transfer;
    if (word.starts_with(text)) return Arrival::more;
  }
  return Arrival::link;
}

}  // namespace p2p::kazaa
