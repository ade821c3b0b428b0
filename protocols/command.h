// The structs a Mode is told: what the user or the disk says. Command is their variant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/ids.h"
#include "protocols/base/query.h"

namespace p2p {

struct Search {  // find this; answered by Found... and one Ended
  SearchId id{};
  Query query;
};
struct Cancel {  // stop looking: Ended{id, cancelled} follows if the search was alive
  SearchId id{};
};
struct Browse {  // list all that this user offers; answered like a Search
  SearchId id{};
  std::string user;
};
struct Answer {  // to Asked: this is what I share of it
  Ticket ticket{};
  std::vector<SharedFile> files;
  std::optional<bool> free_slot{};  // somebody who asks now is served at once
};
struct Page {  // to PageAsked: the files after that cursor, at most kPageFiles that are whole
  Ticket ticket{};
  std::vector<SharedFile> files;
  std::uint64_t next = 0;  // cursor for the next page
  bool last = false;
};
inline constexpr std::size_t kPageFiles = 500;

struct Shared {  // the catalogue changed
  std::uint64_t revision = 0;
  bool start_over = false;           // too much changed: forget what was published, ask for pages
  std::vector<SharedFile> added;     // at most kPageFiles of each
  std::vector<std::string> removed;  // names
  // All of these are still being fetched: found and given, but not counted. Told only to modes
  // whose transfers are http.
  bool partial = false;
};
struct Reach {  // get me to this source; Reached, Awaited (then a peer calls), Queued or Unreached
  ReachId id{};
  Source source;
};
struct UploadAnswer {  // to UploadAsked
  enum class Verdict : std::uint8_t { accept, queued, not_shared, refused };
  Ticket ticket{};
  Verdict verdict = Verdict::refused;
  std::uint32_t place = 0;  // in the queue, from 1; with `queued`
  std::uint32_t slots = 0;  // how many uploads run at once
};
struct TransferNote {  // an upload or download began or ended
  bool upload = false;
  bool started = false;
};
struct Join {  // enter by this host (in place of the configured one)
  Endpoint endpoint;
};
struct Heard {  // a host near us, by the beacon: it plays this role in this network
  Endpoint endpoint;
  std::string role;
};
struct Leave {};  // close all links and stay away until Join

// To AccountAsked. Passwords are hashed slowly, off the event loop, by the host.
struct AccountAnswer {
  Ticket ticket{};
  bool known = false;      // there is such an account
  bool verified = false;   // and the password was right (for verify), or the change was made
  bool busy = false;       // nothing was looked at: too much is asked already, or the disk is full
  std::uint8_t level = 1;  // 0 leech, 1 user, 2 moderator, 3 admin, 4 elite
  std::string nick;        // as registered
  std::string email;
  std::int64_t last_seen_unix = 0;
};

using Command = std::variant<Search, Cancel, Browse, Answer, Page, Shared, Reach, UploadAnswer,
                             TransferNote, Join, Heard, Leave, AccountAnswer>;

}  // namespace p2p
