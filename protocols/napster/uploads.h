// Uploads: the sharer's half of the signalling (napster.md section 6).
//
//   607 asked -> UploadAsked .. UploadAnswer -> 608 accepted | 619 queued | 609 refused
//   501, for a file accepted from us a short while ago -> PushWanted
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/command.h"
#include "protocols/napster/to_server.h"

namespace p2p::napster {

inline constexpr std::size_t kMaxUploadsAsked = 256;  // of asked and of accepted; oldest go first
inline constexpr Duration kPushWindow = 60s;          // an order to push comes right after our 608

class Uploads {
 public:
  // A ticket for the host to answer with.
  Ticket asked(std::string_view user, std::string_view wire_name);
  void answer(const UploadAnswer& answer, ToServer& to);
  // Whether this push was agreed to; it counts once.
  bool take_accepted(std::string_view user, std::string_view wire_name, Time now);
  void clear();

 private:
  struct Wanted {
    std::uint64_t serial = 0;
    std::string user;
    std::string name;  // as on the wire
    Time accepted{};
  };

  std::uint64_t serial_ = 0;
  std::deque<Wanted> asked_;
  std::deque<Wanted> accepted_;
};

}  // namespace p2p::napster
