#include "protocols/registry.h"

#include <array>

#include "protocols/gnutella/arrival.h"
#include "protocols/gnutella/leaf.h"
#include "protocols/gnutella/passing.h"
#include "protocols/gnutella/plain.h"
#include "protocols/gnutella/ultrapeer.h"
#include "protocols/kazaa/arrival.h"
#include "protocols/kazaa/ordinary.h"
#include "protocols/kazaa/passing.h"
#include "protocols/kazaa/supernode.h"
#include "protocols/napster/client.h"
#include "protocols/napster/passing.h"
#include "protocols/napster/server.h"

namespace p2p {

namespace {

using Make = std::unique_ptr<Mode> (*)(const ModeConfig&);

// 6346 by custom. A leaf is called too, by who wants a file.
constexpr ModeRow gnutella_row(std::string_view role, std::string_view summary, Make make) {
  return {.mode = "gnutella",
          .role = role,
          .summary = summary,
          .default_port = 6346,
          .connect_port = 6346,
          .arrival = gnutella::arrival,
          .transfers = DialectKind::http,
          .everywhere = true,
          .beacon = true,
          .datagrams = role == "plain",  // checks of walkers
          .changes_role = role == "auto",
          .watching = gnutella::watching,
          .make = make};
}

// 1214 by custom, TCP and UDP. Every node is called by who wants a file.
constexpr ModeRow kazaa_row(std::string_view role, std::string_view summary, Make make) {
  return {.mode = "kazaa",
          .role = role,
          .summary = summary,
          .default_port = 1214,
          .connect_port = 1214,
          .arrival = kazaa::arrival,
          .transfers = DialectKind::kazaa,
          .everywhere = true,
          .beacon = true,
          .datagrams = true,
          .changes_role = role == "auto",
          .watching = kazaa::watching,
          .make = make};
}

// Who calls a client wants a file or brings one, and is greeted by the byte '1' (napster.md,
// section 7); who calls a server logs in.
constexpr std::array kModes{
    ModeRow{.mode = "napster",
            .role = "client",
            .summary = "searches a central index server, shares and downloads",
            .default_port = 6699,
            .connect_port = 8888,
            .arrival = [](Bytes) { return Arrival::transfer; },
            .greeting = "1",
            .transfers = DialectKind::napster,
            .watching = napster::watching,
            .make = [](const ModeConfig& config) { return napster::make_client(config); }},
    ModeRow{.mode = "napster",
            .role = "server",
            .summary = "central index server for OpenNap clients",
            .default_port = 8888,
            .connect_port = 8888,
            .arrival = [](Bytes) { return Arrival::link; },
            .keeps_accounts = true,
            .watching = napster::watching,
            .make = [](const ModeConfig& config) { return napster::make_server(config); }},
    gnutella_row("auto", "a leaf that becomes an ultrapeer when the network needs one",
                 gnutella::make_leaf),
    gnutella_row("leaf", "hangs on a few ultrapeers and is spared what does not concern it",
                 gnutella::make_leaf),
    gnutella_row("ultrapeer", "relays queries and answers for its leaves",
                 gnutella::make_ultrapeer),
    gnutella_row("plain", "the flat network of 2000: every query floods with its TTL",
                 gnutella::make_plain),
    kazaa_row("auto", "an ordinary node that becomes a supernode when the network needs one",
              kazaa::make_ordinary),
    kazaa_row("ordinary", "hangs on a supernode that knows what it shares", kazaa::make_ordinary),
    kazaa_row("supernode", "indexes its children's files, answers for them, floods to the others",
              kazaa::make_supernode),
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kAbout{{
    {"napster", "A central server knows who has what; files come from the others directly."},
    {"gnutella", "No centre: questions go from neighbour to neighbour. Near ones are found."},
    {"kazaa", "Fast nodes, supernodes, answer for the others and ask each other."},
}};

}  // namespace

std::vector<std::string_view> mode_names() {
  std::vector<std::string_view> names;
  for (const ModeRow& row : kModes)
    if (names.empty() || names.back() != row.mode) names.push_back(row.mode);
  return names;
}

std::string_view about_mode(std::string_view mode) {
  for (const auto& [name, about] : kAbout)
    if (name == mode) return about;
  return {};
}

std::span<const ModeRow> modes() {
  return kModes;
}

const ModeRow* find_mode(std::string_view mode, std::string_view role) {
  for (const ModeRow& row : kModes)
    if (row.mode == mode && (role.empty() || row.role == role)) return &row;
  return nullptr;
}

}  // namespace p2p
