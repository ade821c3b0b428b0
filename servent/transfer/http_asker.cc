#include "servent/transfer/http_asker.h"

#include <utility>

#include "servent/transfer/giver_key.h"

namespace p2p::transfer {
using boost::asio::ip::tcp;
using boost::system::error_code;

std::uint32_t peer_address(const tcp::socket& socket) {
  error_code gone;
  const auto from = socket.remote_endpoint(gone);
  return gone || !from.address().is_v4() ? 0 : from.address().to_v4().to_uint();
}

UploadQueue::Asker asker_of(const std::string& network, DialectKind kind, const tcp::socket& socket,
                            const HttpRequest& request) {
  error_code gone;
  const auto from = socket.remote_endpoint(gone);
  std::string name = gone ? std::string("gone") : from.address().to_string();
  if (request.node.port != 0) name += ':' + std::to_string(request.node.port);
  if (!request.agent.empty()) name += ' ' + request.agent;
  return {network, std::move(name), giver_key(kind, {}, peer_address(socket)), request.agent};
}

}  // namespace p2p::transfer
