#include "protocols/mode.h"

namespace p2p {

std::string_view to_text(Reason reason) {
  switch (reason) {
    case Reason::closed: return "closed by the peer";
    case Reason::refused: return "could not connect";
    case Reason::timeout: return "no answer";
    case Reason::protocol: return "protocol error";
    case Reason::overload: return "peer does not read";
    case Reason::policy: return "not wanted here";
    case Reason::done: return "done";
    case Reason::shutdown: return "shutting down";
  }
  return "";
}

}  // namespace p2p
