#include "protocols/registry.h"

#include <array>

#include "protocols/napster/client.h"
#include "protocols/napster/server.h"

namespace p2p {

namespace {

// The listener of a Napster client speaks first: the byte '1' (napster.md, section 7).
constexpr std::array kModes{
    ModeRow{"napster", "client", "searches a central index server, shares and downloads", "1", 6699,
            false, [](const ModeConfig& config) { return napster::make_client(config); }},
    ModeRow{"napster", "server", "central index server for OpenNap clients", "", 8888, true,
            [](const ModeConfig& config) { return napster::make_server(config); }},
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
