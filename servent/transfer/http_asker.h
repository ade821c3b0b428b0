// HttpAsker: who asks us for a file over HTTP, as the queue and the screen know him.
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "protocols/event.h"
#include "protocols/transfer/http_request.h"

#include "servent/transfer/upload_queue.h"

namespace p2p::transfer {

// The IPv4 address of the other end; 0: it is gone.
std::uint32_t peer_address(const boost::asio::ip::tcp::socket& socket);

// By his address, which is sure, and what tells apart several behind one address.
UploadQueue::Asker asker_of(const std::string& network, DialectKind kind,
                            const boost::asio::ip::tcp::socket& socket, const HttpRequest& request);

}  // namespace p2p::transfer
