// The accounts of an index server, and what its mode asked to keep (bans): salted, slowly hashed
// passwords in one small file that is replaced whole at each change (mode 0600).
//
// Hashing takes some 50 ms on purpose, so all work runs on a thread of its own; answers come back
// on the event loop. The hash is scrypt (RFC 7914) with N=2^14, r=8, p=1 and a 16-byte salt.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "protocols/command.h"
#include "protocols/event.h"

namespace p2p::app {

class Accounts {
 public:
  using Reply = std::function<void(AccountAnswer)>;

  // `admins`: nicks that have level 3 from the moment they are registered.
  Accounts(boost::asio::io_context& io, std::filesystem::path file,
           const std::vector<std::string>& admins);
  ~Accounts();  // finishes what was asked
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  Accounts(Accounts&&) = delete;
  Accounts& operator=(Accounts&&) = delete;

  // Reads the file; call before anything else. An unreadable one is set aside (.bad) and said so.
  std::string load();
  // At most kWaiting wait; one more is answered at once as known and not verified: refused.
  void ask(AccountAsked question, Reply reply);
  void keep(Keep what);
  std::vector<std::pair<std::string, std::string>> kept() const;  // as loaded

  static constexpr std::size_t kWaiting = 1000;  // 50 s of work: a login waits no longer than that

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace p2p::app
