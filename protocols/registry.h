// One row a mode and role: its name, what it is, how to make it. The only place that knows them
// all; adding a network is a folder here and a row there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/mode.h"
#include "protocols/passing.h"
#include "protocols/search_method.h"

namespace p2p {

// A host that was good to enter by in an earlier run (Learned).
struct KnownHost {
  Endpoint endpoint;
  std::string role;
};

// A supernode of KaZaA mode: each is an axis of an experiment (fasttrack.md, section 10).
struct SupernodeOptions {
  std::uint32_t wanted_links = 5;  // to other supernodes: dials until it has so many
  std::uint32_t max_links = 10;
  std::uint32_t max_children = 150;
  std::uint8_t ttl = 4;            // supernodes that a child's query goes through behind its own
  Duration proven_uptime = 10min;  // before a node promotes itself where supernodes are
};

// A query's way through the flat network of Gnutella mode.
struct FlatOptions {
  std::uint8_t ttl = 7;  // of own queries; above 15 only between nodes that are told the same
  SearchMethod method = SearchMethod::flood;  // of own queries
  std::uint8_t walkers = 32;                  // 1 and more: walk
  std::uint8_t check_every = 4;  // steps, 1 to 16: walk; between two questions whether to go on
  std::uint8_t radius = 0;       // hops that a local index covers; 0: none. The same at all nodes
  bool floods_pings = false;     // ping_flood.h; the same at all nodes
  std::uint32_t enough = 0;      // hits: ring and walk; 0: as many as the user wants
  Duration ping_every{};         // asks who is there so often; 0: while neighbours are wanted only
  Duration ring_wait = 6s;       // ring: between two floods (Yang and Garcia-Molina 2002)

  friend bool operator==(const FlatOptions&, const FlatOptions&) = default;
};

// What a mode is made from. A mode takes what concerns it.
struct ModeConfig {
  std::string nick;  // user's name in the network
  std::string password;
  std::string agent = "servent";  // program/version told to peers; starts with "servent"
  std::vector<Endpoint> connect;  // hosts to enter by, in this order
  Endpoint listen;                // where peers can reach us; port 0 is firewalled
  std::uint32_t link_speed = 0;   // Napster's scale 0..10
  bool allow_public = false;      // else only private addresses are dialled or told on
  std::string server_name = "servent.local";
  std::vector<std::string> motd;  // lines of the day, for servers
  std::uint32_t max_users = 20000;
  std::uint32_t links_per_address = 100;     // server: at once
  std::uint32_t links_per_loopback = 12000;  // server: the same from 127.0.0.0/8, each address
  std::uint32_t max_files_per_user = 50000;
  std::uint32_t max_results = 100;
  bool registered_only = false;  // server: refuse unknown nicks
  bool auto_register = false;    // server: the first login makes the account
  std::vector<std::pair<std::string, std::string>> kept;  // what Keep asked to remember
  std::vector<KnownHost> known_hosts;                     // the best first, at most kMaxKnownHosts
  bool only_connect = false;  // calls the hosts of `connect` and no others: a graph that was drawn
  bool compresses = true;     // offers and takes deflate on its links, where the network has it
  bool changes_role = false;  // may ask to play another role (Become)
  bool counts_traffic = false;  // says by kind what it sends and receives (Report::traffic)
  bool keeps_trail = false;     // remembers which queries passed it (Mode::trail)
  // Laboratory (Gnutella). Where a million nodes do nothing but search: no pings and no word on
  // what is supported to neighbours. Where nobody asks for a Report: messages and drops are not
  // counted.
  bool upkeep = true;
  bool tallies = true;
  SupernodeOptions supernode{};
  FlatOptions flat{};
  // The node's own name in networks where nodes have one, the same in every run; empty: draw one.
  std::optional<Guid> identity{};
  std::uint64_t started_unix = 0;  // time of day at the start, seconds; 0: a mode knows none
};

inline constexpr std::size_t kMaxKnownHosts = 500;

// Whose a connection is that came in. Asked with no bytes when it is accepted, and again whenever
// more of its first bytes are there, until it says other than `more`.
enum class Arrival : std::uint8_t {
  link,      // a neighbour: link_up, then these bytes by receive
  transfer,  // somebody who wants a file or brings one
  more,      // cannot be said yet
  stranger,  // closed without a word, as is who still says `more` after kArrivalBytes
};
inline constexpr std::size_t kArrivalBytes = 16;  // enough for "GNUTELLA CONNECT"

struct ModeRow {
  std::string_view mode;                         // "napster"
  std::string_view role;                         // "client"
  std::string_view summary;                      // of the role: one line for --help
  std::uint16_t default_port = 0;                // where it listens by custom
  std::uint16_t connect_port = 0;                // of a host to enter by that was named without one
  Arrival (*arrival)(Bytes) = nullptr;           // its first bytes, at most kArrivalBytes
  std::string_view greeting{};                   // sent at once to whom `arrival` calls a transfer
  DialectKind transfers = DialectKind::napster;  // what is spoken then
  bool keeps_accounts = false;  // the host keeps accounts and what Keep says (AccountAsked)
  bool everywhere = false;      // listens on all addresses by custom, else on 127.0.0.1
  bool beacon = false;          // nodes of this mode near each other meet by the beacon (Heard)
  bool datagrams = false;       // UDP on the listener's port number (Mode::datagram, Out::send_to)
  bool changes_role = false;    // may ask for another role of its mode (Become)
  const Watching& (*watching)() = nullptr;  // what passes by on its links
  std::unique_ptr<Mode> (*make)(const ModeConfig&) = nullptr;
};

std::span<const ModeRow> modes();
// The row of a mode and role; with an empty role the mode's first row. Null when there is none.
const ModeRow* find_mode(std::string_view mode, std::string_view role = {});
// Each mode once, in the order of the rows; and what a network of it is, for who asks: one
// sentence.
std::vector<std::string_view> mode_names();
std::string_view about_mode(std::string_view mode);

}  // namespace p2p
