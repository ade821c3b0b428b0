#include "protocols/gnutella/arrival.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace p2p::gnutella {

namespace {

struct Beginning {
  std::string_view words;
  Arrival what;
};
// In this order: "GET / " before "GET ".
constexpr std::array kBeginnings{
    Beginning{"GNUTELLA", Arrival::link},        Beginning{"GET / ", Arrival::link},
    Beginning{"GET /gnutella/", Arrival::link},  Beginning{"GET /gnet/", Arrival::link},
    Beginning{"HEAD /gnutella/", Arrival::link}, Beginning{"HEAD /gnet/", Arrival::link},
    Beginning{"GET ", Arrival::transfer},        Beginning{"HEAD ", Arrival::transfer},
    Beginning{"GIV ", Arrival::transfer},
};

constexpr std::string_view kCapitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t kLongestMethod = 9;  // PROPPATCH

// Another method of HTTP: it is answered that it may not be used here, as a web server does.
Arrival other_method(std::string_view text) {
  constexpr std::string_view kTarget = " /";
  const std::size_t size = std::min(text.find_first_not_of(kCapitals), text.size());
  if (size == 0 || size > kLongestMethod) return Arrival::stranger;
  const std::string_view rest = text.substr(size);
  if (rest.starts_with(kTarget)) return Arrival::transfer;
  return kTarget.starts_with(rest) ? Arrival::more : Arrival::stranger;
}

}  // namespace

Arrival arrival(Bytes first) {
  const std::string_view text = text_of(first);
  for (const Beginning& one : kBeginnings) {
    if (text.starts_with(one.words)) return one.what;
    if (one.words.starts_with(text)) return Arrival::more;
  }
  return other_method(text);
}

}  // namespace p2p::gnutella
