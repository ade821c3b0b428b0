// Names for things, as types that cannot be mixed up.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2p {

enum class LinkId : std::uint64_t {};    // one stream to one neighbour; never reused by a host
enum class SearchId : std::uint32_t {};  // one search of this node's user
enum class ReachId : std::uint32_t {};   // one attempt to get at a source

// What a mode wants back with an answer that comes later (GUID, link, hops): the host echoes it
// untouched and never looks inside.
using Ticket = std::array<std::uint64_t, 4>;

// A name of 16 bytes that its maker drew at random: a Gnutella message's, or a servent's.
struct Guid {
  std::array<std::byte, 16> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 of a comparison for a pointer
  friend auto operator<=>(const Guid&, const Guid&) = default;
};
std::string to_hex(const Guid& guid);  // 32 lower-case digits
std::optional<Guid> guid_from_hex(std::string_view text);

// Where someone listens. IPv4 only: none of the three networks' base protocols carries more.
struct Endpoint {
  std::uint32_t address = 0;  // 127.0.0.1 is 0x7f000001
  std::uint16_t port = 0;     // 0: cannot accept connections (firewalled) or unknown

  // NOLINTNEXTLINE(modernize-use-nullptr): as above
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

std::string to_text(const Endpoint& endpoint);       // "127.0.0.1:8888"
std::string address_to_text(std::uint32_t address);  // "127.0.0.1"
std::optional<std::uint32_t> parse_address(std::string_view text);
// "1.2.3.4:80"; with `default_port` != 0 the port may be left out.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port = 0);

// Loopback (127/8), private (10/8, 172.16/12, 192.168/16), link-local (169.254/16): what a node
// talks to unless the user said --public. 0.0.0.0, multicast and broadcast are never routable.
bool is_private(std::uint32_t address);
bool is_routable(std::uint32_t address);

}  // namespace p2p
