#include "protocols/gnutella/arrival.h"

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

}  // namespace

Arrival arrival(Bytes first) {
  const std::string_view text = text_of(first);
  for (const Beginning& one : kBeginnings) {
    if (text.starts_with(one.words)) return one.what;
    if (one.words.starts_with(text)) return Arrival::more;
  }
  return Arrival::stranger;
}

}  // namespace p2p::gnutella
