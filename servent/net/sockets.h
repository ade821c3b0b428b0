// What all TCP connections of a node have in common: addresses in two spellings, signs of life, and
// a polite end.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include "protocols/base/ids.h"

namespace p2p::net {

using SocketPtr = std::shared_ptr<boost::asio::ip::tcp::socket>;

Endpoint to_endpoint(const boost::asio::ip::tcp::endpoint& from);  // zeros for IPv6
Endpoint to_endpoint(const boost::asio::ip::udp::endpoint& from);
boost::asio::ip::tcp::endpoint to_tcp(const Endpoint& to);
boost::asio::ip::udp::endpoint to_udp(const Endpoint& to);

// TCP finds out who is not there any more: a peer whose machine died without a word, and one that
// takes nothing of what we sent for two minutes, and would hold its queue for ever.
void keep_alive(int socket);

// Everything is with the system: ends our side, and closes once the peer has closed too or a second
// has gone.
void close_gently(const SocketPtr& socket);
// Closes it then, whatever it does by then.
void close_after(const SocketPtr& socket, std::chrono::milliseconds wait);

}  // namespace p2p::net
