#include "protocols/registry.h"

#include <array>

#include "protocols/napster/client.h"
#include "protocols/napster/server.h"

namespace p2p {

namespace {

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
            .make = [](const ModeConfig& config) { return napster::make_client(config); }},
    ModeRow{.mode = "napster",
            .role = "server",
            .summary = "central index server for OpenNap clients",
            .default_port = 8888,
            .connect_port = 8888,
            .arrival = [](Bytes) { return Arrival::link; },
            .keeps_accounts = true,
            .make = [](const ModeConfig& config) { return napster::make_server(config); }},
};

}  // namespace

std::span<const ModeRow> modes() {
  return kModes;
}

const ModeRow* find_mode(std::string_view mode, std::string_view role) {
  for (const ModeRow& row : kModes)
    if (row.mode == mode && (role.empty() || row.role == role)) return &row;
  return nullptr;
}

}  // namespace p2p
