// Setup: all that one run is made from, and the table of its fields, by which scenario files are
// read, varied and explained (`servent lab show`). Adding a field is a member and a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/latency.h"
#include "protocols/search_method.h"

namespace p2p::lab {

using Value = std::variant<double, std::string>;
std::string to_text(const Value& value);  // 7, 0.82, gnutella: as in a table

struct Setup {
  // [network]
  std::string mode = "gnutella";  // napster, gnutella, kazaa
  std::string shape = "flat";  // flat, or two-tier: ultrapeers (supernodes) and leaves (children)

  std::uint32_t ping_s = 0;      // gnutella, flat: all ask who is there so often; 0: nobody does
  std::string pongs = "cached";  // flooded: pings go to all, and all answer
  double settle_s = 60;          // it lives so long before anybody looks

  // [overlay]
  std::string overlay = "random";  // random, power-law, grid, complete, file
  std::size_t nodes = 1'000;       // 1 .. 1,000,000; with a file its own
  std::size_t calls = 2;           // links each node makes to others
  std::string graph;               // a file of edges
  std::size_t cluster = 10;        // two-tier: nodes a cluster, the super-peer with them
  std::size_t parents = 1;         // two-tier: super-peers a leaf is linked to
  std::string repair = "none";     // none: links are as drawn; self: nodes look for neighbours

  // [latency]
  Latency latency;

  // [link], of real nodes only
  std::uint64_t bandwidth = 0;  // bytes a second; 0: as much as there is
  double loss = 0;              // share of what is sent

  // [real]
  std::uint32_t upkeep_s = 20;

  // [files]
  std::size_t distinct = 1'000;  // files there are
  double popularity = 0.82;      // exponent of Zipf's law, of what is stored
  double copies = 0;             // of each file, as a share of the nodes; 0: by `popularity`
  double mean_files = 10;        // a sharing node
  double free_riders = 0;        // share of the nodes that share nothing
  double polluted = 0;           // share of the copies of the most popular hundredth
  std::string check = "digest";  // none: who fetches a copy keeps it, whatever it is

  // [query]
  std::size_t count = 100;
  std::uint8_t ttl = 7;
  std::uint32_t gap_ms = 4'000;               // between the beginnings of two queries
  std::uint32_t wait_ms = 20'000;             // a query is counted for so long
  double asked = 0.82;                        // exponent of what is asked for, over the same ranks
  SearchMethod method = SearchMethod::flood;  // Gnutella, flat: how a node asks
  std::uint8_t walkers = 32;
  std::uint8_t check_every = 4;        // steps of a walker
  std::uint32_t enough = 1;            // hits after which walkers and rings stop; 0: as many as fit
  std::uint32_t ring_wait_ms = 6'000;  // between two rings
  std::uint8_t radius = 0;             // hops that every node answers for; 0: for itself

  // [transfer]: many fetch one file from each other; without queries no network is built for it
  std::size_t fetchers = 0;  // 0: nobody does
  std::size_t sources = 1;   // that have it from the start
  double size_bytes = 16'000'000;
  double over_s = 60;              // they come within this time
  double up_rate = 32'000;         // bytes a second, of each
  double down_rate = 500'000;      // the same
  std::string parts = "shared";    // whole: only who has all of it gives
  std::string order = "rarest";    // linear: from the beginning
  double give_copies = 0;          // each source leaves when it gave so many; 0: never
  std::string when_done = "stay";  // leave: fetchers go when they have it

  // [churn]: of the nodes that share and ask, never of a central server
  double session_s = 0;  // median of a session; 0: nobody comes or goes
  double session_shape = 0.5;
  double absence_s = 3'600;           // mean
  std::string who = "all";            // all, upper, lower: of two tiers
  std::string trace;                  // a file of moves instead (presence.h)
  std::string departure = "closing";  // silent: links stay until the others find out

  // [faults]: a share of all nodes dies at once
  std::string kill = "none";  // none, random, best: those with the most links, a server too
  double share = 0.01;        // of all nodes, at least one
  double at_s = 60;           // after the first query
  double back_s = 0;          // so much later they are started again; 0: never
};

// Number fields tell their bounds; word fields their words, empty: any text.
struct Field {
  std::string_view name;   // "overlay.nodes"
  std::string_view about;  // one line
  double least = 0;
  double most = 0;
  std::string_view words;  // "flat two-tier"
  bool is_text = false;
  bool is_whole = true;
  Value (*get)(const Setup&) = nullptr;
  void (*set)(Setup&, const Value&) = nullptr;  // of a value that fits
};
std::span<const Field> fields();
const Field* find_field(std::string_view name);
std::vector<std::string_view> words_of(const Field& field);
// What a value must be: `a whole number from 1 to 255`.
std::string wanted(const Field& field);
// Why the value does not fit the field, as a sentence that names it; empty when it does.
std::string misfit(const Field& field, const Value& value);

// Fields that fit each alone and not together, who is most to blame first, and why. Empty for a
// setup that makes sense.
struct Conflict {
  std::vector<std::string_view> fields;
  std::string why;
};
Conflict conflict(const Setup& setup);

}  // namespace p2p::lab
