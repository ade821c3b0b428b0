// The verb "watch" of the control socket: a client is told the node's Snapshot, and from then on
// what changes in it, until it hangs up or asks something else:
//
//   -> {"v":1,"do":"watch","search":3,"parts":["results","log"]}     both may be missing
//   <- {"moment":{...}}*                                             servent/app/snapshot_json.h
//   -> {"v":1,"search":4}                                            other results from now on
//   -> {"v":1,"do":"status"}                                         the watch ends,
//   <- {"end":true,"ok":true}                                        and this is answered
//
// The Backend rings, nobody looks in between: at most four moments a second, and none while the
// last one has not been taken, so that a client that does not read costs one moment's memory.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "servent/api/backend.h"
#include "servent/app/json.h"

namespace p2p::app {

// How the coroutines of the control socket wait: what fails is a value, not an exception.
inline constexpr auto kAnswer = boost::asio::as_tuple(boost::asio::use_awaitable);

// Ends with the other question still in `read`, or with the connection.
boost::asio::awaitable<void> watch(
    std::shared_ptr<boost::asio::local::stream_protocol::socket> socket,
    std::shared_ptr<std::string> read, api::Backend& backend, Json request);

}  // namespace p2p::app
