// What a node is started with: defaults, then the TOML file, then the command line, each over the
// one before.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace p2p::app {

// How the screen looks and what it may ask of the terminal.
struct ScreenSettings {
  std::string theme = "terminal";  // of tui/theme.h, which `t` changes
  std::string colour = "auto";     // "never", "16", "256", "full"
  std::string border = "rounded";  // "none", "ascii", "light"
  std::string kind = "full";       // "plain": for screen readers
  bool motion = true;              // a spinner turns, what is told goes by itself
  bool mouse = true;
  bool paste = true;    // a paste is told from typing
  bool frames = true;   // whole frames (private mode 2026), where the terminal announces it
  bool copy = true;     // to the clipboard (OSC 52)
  bool notices = true;  // on the desktop (OSC 9 and 777), where the terminal is known for it
  bool bell = false;
  std::string notify;  // a program, run with the news as its argument; empty: none
};

struct Settings {
  std::vector<std::string> modes{"napster"};
  // In the order of the modes; one alone belongs to the modes that have it. Where none is given:
  // the mode's first ("client").
  std::vector<std::string> roles;
  std::filesystem::path home;  // empty: the XDG places
  // "ADDR:PORT", in the order of the modes; where none is given: where the mode does by custom.
  std::vector<std::string> listens;
  std::vector<std::string> connect;  // "HOST:PORT" is for the first mode, "MODE=HOST:PORT" for that
  std::vector<std::filesystem::path> shares;
  std::filesystem::path downloads;  // empty: <home>/downloads, or ~/Downloads without --home
  std::string nick;                 // empty: made from the login name
  std::string password;             // in the network; empty: made once and kept in the home
  std::filesystem::path config;     // empty: servent.toml in the config place
  bool allow_public = false;
  bool beacon = true;  // nodes of the same mode near us are found by multicast
  std::string beacon_at = "239.255.63.46:63460";
  bool firewalled = false;  // do not accept connections: data port 0
  std::string log_level = "info";
  bool headless = false;
  ScreenSettings screen;
  std::string first_search;  // typed into the screen at start (the demo)

  std::uint32_t link_speed = 0;  // Napster's scale 0..10
  std::uint32_t upload_slots = 4;
  std::uint32_t uploads_per_user = 1;
  std::uint32_t upload_queue = 50;  // places
  std::uint32_t downloads_at_once = 20;
  std::uint64_t limit_up = 0;  // bytes a second of all; 0: none
  std::uint64_t limit_down = 0;
  std::vector<std::string> limits;           // lines of transfer/limits.h, which go over these two
  std::string flat_method = "flood";         // Gnutella, plain: a word of search_method.h
  std::uint32_t flat_ttl = 7;                // Gnutella, plain
  std::uint32_t walkers = 32;                // Gnutella, plain
  std::uint32_t check_every = 4;             // Gnutella, plain: steps
  std::uint32_t enough_hits = 0;             // Gnutella, plain; 0: as the search says
  std::uint32_t radius = 0;                  // Gnutella, plain: hops
  std::uint32_t ping_s = 0;                  // Gnutella, plain
  std::uint32_t ring_wait_ms = 6000;         // Gnutella, plain
  std::uint32_t supernode_links = 5;         // KaZaA: to other supernodes
  std::uint32_t supernode_max_links = 10;    // KaZaA
  std::uint32_t max_children = 150;          // KaZaA: of a supernode
  std::uint32_t query_ttl = 4;               // KaZaA: between supernodes
  std::uint32_t promote_after_s = 600;       // KaZaA: uptime before a node promotes itself
  std::uint32_t max_users = 20000;           // server
  std::uint32_t links_per_address = 100;     // server
  std::uint32_t links_per_loopback = 12000;  // server
  std::uint32_t max_results = 100;           // server
  bool registered_only = false;              // server
  bool auto_register = false;                // server
  bool floods_pings = false;                 // Gnutella, plain
  bool lab_trace = false;                    // remembers which queries passed: search --trace
  std::string server_name = "servent.local";
  std::vector<std::string> motd;    // server
  std::vector<std::string> admins;  // server: nicks that are Admin when they are registered

  // A node of the laboratory (servent/lab/real): no user sets these, and no list has them.
  std::string lab_link;       // net::LinkShape::parse; empty: as they are
  std::uint32_t lab_ttl = 0;  // of queries in flat Gnutella; 0: as ever
  bool lab_node = false;      // calls whom it is told to and nobody else, and counts its traffic
  bool lab_seeks = false;     // of such a node: looks for neighbours, as any node does
};

// What of these is for this mode; empty: nothing is said.
std::string role_for(const Settings& settings, std::string_view mode);
std::string listen_for(const Settings& settings, std::string_view mode);
std::vector<std::string> hosts_for(const Settings& settings, std::string_view mode);

// Where the node's things lie. With a home all is below it; without, in the XDG places.
struct Places {
  std::filesystem::path config;  // servent.toml
  std::filesystem::path data;    // catalogue, accounts
  std::filesystem::path state;   // log, resume records
  std::filesystem::path socket;  // control socket, mode 0600
  std::filesystem::path lock;    // held while a node runs
  std::filesystem::path downloads;
};
Places places_of(const Settings& settings);

}  // namespace p2p::app
