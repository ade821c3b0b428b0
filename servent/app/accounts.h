// The accounts of an index server, and what its mode asked to keep (bans): salted, slowly hashed
// passwords in one small file that is replaced whole at each change (mode 0600).
//
// Hashing takes some 50 ms on purpose, so it runs on a thread of its own; answers come back on the
// event loop. The hash is scrypt (RFC 7914) with N=2^14, r=8, p=1 and a 16-byte salt.
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
  ~Accounts();  // what waits for a hash is dropped, what was changed or kept is written
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  Accounts(Accounts&&) = delete;
  Accounts& operator=(Accounts&&) = delete;

  // Reads the file; call before anything else. An unreadable one is set aside (.bad) and said so.
  std::string load();
  // Answered from memory at once unless a hash or a change is needed: those wait, each address
  // (question.from) has its turn. At most kWaiting wait, and kWaitingOfOne of one address; one more
  // is answered busy, and so is a change that cannot be written to the disk.
  void ask(AccountAsked question, Reply reply);
  void keep(Keep what);
  std::vector<std::pair<std::string, std::string>> kept() const;  // as loaded

  static constexpr std::size_t kWaiting = 1000;      // 50 s of work: no login waits longer
  static constexpr std::size_t kWaitingOfOne = 200;  // a household that comes back after a restart

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace p2p::app
