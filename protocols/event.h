// The structs a Mode tells: Event is their variant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/ids.h"
#include "protocols/base/query.h"

namespace p2p {

struct Found {  // someone offers these
  SearchId id{};
  std::vector<Hit> hits;
};
struct Ended {  // no more will come; exactly once for each Search and Browse
  enum class Why : std::uint8_t { complete, limit, cancelled, refused, timeout, no_link };
  SearchId id{};
  Why why = Why::complete;
  std::string text;  // for people; a peer's words come as sent
};
struct Asked {  // a neighbour asks; the host looks it up and commands Answer
  Ticket ticket{};
  Query query;
};
struct PageAsked {  // the mode wants to publish: all after this cursor, 0 is the start
  Ticket ticket{};
  std::uint64_t after = 0;
  bool partial = false;  // on the last page, those too that are still being fetched
};
struct Learned {  // a host that can be entered by; kept across runs
  Endpoint endpoint;
  std::string role;  // "ultrapeer", ...
};

// How to talk on a transfer connection. The engine asks a factory for the fetcher; it does not
// know networks.
enum class DialectKind : std::uint8_t { napster, http, kazaa };  // kazaa: HTTP by UuHash
struct Dialect {
  DialectKind kind = DialectKind::napster;
  std::string nick;      // ours, as the peer must hear it
  bool ours = false;     // the peer is a servent and understands our additions (docs/napster.md)
  Endpoint node{};       // where we listen, told to an HTTP peer (X-Node); port 0 is not told
  Endpoint supernode{};  // our parent, told to a FastTrack peer; port 0 is not told
};
struct Reached {  // connect there and ask
  ReachId id{};
  Endpoint endpoint;
  Dialect dialect;
};
struct Awaited {  // the source is firewalled and was asked to call us; it will name user and file
  ReachId id{};
  Dialect dialect;
  std::string token{};  // what it will say when it calls, where that is not its user name
};
struct Queued {  // the source is busy: ask again later
  ReachId id{};
  std::uint32_t place = 0;  // 0: it did not say
};
struct Unreached {
  ReachId id{};
  std::string why;         // for people: "alice is not online"
  bool permanent = false;  // asking again will not help (not shared any more, both firewalled)
};
struct UploadAsked {  // somebody wants a file of ours; command UploadAnswer
  Ticket ticket{};
  std::string network;
  std::string user;  // who asks
  std::string name;  // which file, as we published it
};
struct PushWanted {  // we are firewalled: call them there and give the file
  Endpoint endpoint;
  Dialect dialect;
  std::string user;
  std::string name;
  std::string opening{};  // said first on the connection; empty where the dialect has its own
};
struct ListWanted {  // somebody who cannot call us asks for our whole list: call him and tell it
  Endpoint endpoint;
  Dialect dialect;
  std::string user;
};
struct Linked {  // a neighbour is usable
  LinkId link{};
  std::string role;
};
struct Become {  // make the other role of this mode and start it in my place
  std::string role;
};
struct Refused {  // this command has no meaning in this network
  std::string command;
};
struct Notice {  // for the log
  enum class Level : std::uint8_t { debug, info, warn, error };
  Level level = Level::info;
  std::string text;  // a peer's words in it are already escaped()
};

// A server asks for its accounts (kept by the host: salted, slow-hashed).
struct AccountAsked {
  enum class Kind : std::uint8_t {
    find,    // is there one?
    verify,  // does this password fit? also notes the time of the visit
    create,  // make it with this password, email, level
    set_password,
    set_email,
    set_level,
    remove,
  };
  Ticket ticket{};
  Kind kind = Kind::find;
  std::uint32_t from = 0;  // address of who wants it: one must not hold up the others
  std::string nick;
  std::string password;
  std::string email;
  std::uint8_t level = 1;
};
struct Keep {         // remember this over restarts (bans); an empty value forgets the key
  std::string key;    // at most 128 bytes
  std::string value;  // at most 1024 bytes
};

using Event = std::variant<Found, Ended, Asked, PageAsked, Learned, Reached, Awaited, Queued,
                           Unreached, UploadAsked, PushWanted, ListWanted, Linked, Become, Refused,
                           Notice, AccountAsked, Keep>;

}  // namespace p2p
