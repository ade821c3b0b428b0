// A Backend for a node that lives in another process: its screen here is as its screen there.
//
// It watches the node over the control socket and puts together what that tells. Requests go over
// a second connection and are waited for, two seconds at most, since the socket is local: after
// that the outcome is an error, though the node may still do what was asked.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "protocols/base/result.h"

#include "servent/api/backend.h"

namespace boost::asio {
class io_context;
}

namespace p2p::app {

class RemoteBackend final : public api::Backend {
 public:
  // `io` outlives it. Nothing is connected before open().
  RemoteBackend(boost::asio::io_context& io, std::filesystem::path socket);
  ~RemoteBackend() override;
  RemoteBackend(const RemoteBackend&) = delete;
  RemoteBackend& operator=(const RemoteBackend&) = delete;
  RemoteBackend(RemoteBackend&&) = delete;
  RemoteBackend& operator=(RemoteBackend&&) = delete;

  // Waits for the first moment, so that there is something to show. Refused when no node answers.
  Result<void> open();
  // Called on the event loop, once, when the node has gone; `asked`: it was told to quit from here.
  void on_gone(std::function<void(bool asked)> gone);

  std::uint64_t revision() const override;
  std::shared_ptr<void> on_change(std::function<void()> ring) override;
  api::Snapshot snapshot(std::uint32_t search) override;
  api::Outcome submit(const api::Request& request) override;
  void share(const std::string& path, bool wanted, std::function<void(api::Outcome)> done) override;
  void look_into(const std::string& folder, std::function<void(api::Listing)> done) override;
  void look_at_hosts(std::function<void(api::HostList)> done) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace p2p::app
