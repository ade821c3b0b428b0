// The control socket: other processes of this user ask the running node through it. One JSON
// object a line each way:
//
//   -> {"v":1,"do":"search","words":"sun dogs","wait_ms":10000,"limit":20}
//   <- {"row":{...}}*  ({"progress":{...}}* for get)  {"end":true,"ok":true, ...}
//
// A refusal is {"end":true,"ok":false,"error":"..."}. Requests of a client are answered in their
// order, one at a time. Only the user may connect: the socket is 0600 in a directory of 0700.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "protocols/base/result.h"

#include "servent/api/backend.h"
#include "servent/app/json.h"

namespace boost::asio {
class io_context;
}

namespace p2p::app {

class ControlServer {
 public:
  // Both outlive the server. The Backend is called from the io_context's thread only; while a
  // search or get is open it is polled every 50 ms, and never otherwise.
  // `settings` are what {"do":"config"} tells.
  ControlServer(boost::asio::io_context& io, api::Backend& backend,
                std::vector<Json> settings = {});
  ~ControlServer();  // closes everything and removes the socket file
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // A socket file left by a killed node is replaced, one where somebody answers is not (refused).
  Result<void> listen(const std::filesystem::path& socket);
  void close();

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace p2p::app
