#include "protocols/kazaa/type.h"

namespace p2p::kazaa {

std::string_view to_text(Type type) {
  switch (type) {
    case Type::nodes: return "nodes";
    case Type::neighbours: return "neighbours";
    case Type::node_info: return "node_info";
    case Type::register_now: return "register_now";
    case Type::unshare: return "unshare";
    case Type::query: return "query";
    case Type::reply: return "reply";
    case Type::end: return "end";
    case Type::statistics: return "statistics";
    case Type::push: return "push";
    case Type::send_udp: return "send_udp";
    case Type::network_name: return "network_name";
    case Type::share: return "share";
    case Type::shared_statistics: return "shared statistics";
    case Type::version: return "version";
    case Type::your_address: return "your_address";
    case Type::hello: return "hello";
    case Type::relayed_query: return "relayed_query";
    case Type::relayed_reply: return "relayed_reply";
    case Type::relayed_end: return "relayed_end";
    case Type::supernodes: return "supernodes";
    case Type::relayed_push: return "relayed_push";
  }
  return "unknown";
}

}  // namespace p2p::kazaa
