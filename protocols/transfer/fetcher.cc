#include "protocols/transfer/fetcher.h"

#include <utility>

#include "protocols/transfer/http_fetcher.h"
#include "protocols/transfer/napster_fetcher.h"
#include "protocols/transfer/napster_receiver.h"

namespace p2p::transfer {

std::unique_ptr<Fetcher> make_fetcher(const Dialect& dialect, FetchAsk ask) {
  switch (dialect.kind) {
    case DialectKind::napster:
      if (ask.called) return std::make_unique<NapsterReceiver>(ask.total, ask.offset);
      return std::make_unique<NapsterFetcher>(dialect.nick, std::move(ask.name), ask.total,
                                              ask.offset, dialect.ours);
    case DialectKind::http:
    case DialectKind::kazaa: return std::make_unique<HttpFetcher>(std::move(ask), dialect);
  }
  return nullptr;
}

}  // namespace p2p::transfer
