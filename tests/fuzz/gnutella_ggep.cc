// An area of extensions: its size bounds what it gives, and its GGEP survives being written again.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/base/digest.h"
#include "protocols/gnutella/extensions.h"

using namespace p2p::gnutella;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Extensions found = read_extensions(std::as_bytes(std::span(data, size)));
  if (const auto sha1 = found.sha1())
    if (p2p::sha1_from_urn(p2p::to_urn(*sha1)) != sha1) std::abort();
  if (const auto root = found.root())
    if (p2p::tiger_root_from_base32(to_base32(*root)) != root) std::abort();
  if (found.ggep.extensions().empty()) return 0;
  std::size_t held = 0;
  for (const bool no_nul : {false, true}) {
    GgepWriter writer(no_nul);
    for (const Ggep::Extension& one : found.ggep.extensions()) {
      writer.add(one.id, one.data);
      held += one.data.size();
    }
    p2p::Buffer block;
    writer.append_to(block);
    std::size_t used = 0;
    const auto again = Ggep::decode(block, used);
    if (!again || used != block.size()) std::abort();
    if (again->extensions() != found.ggep.extensions()) std::abort();
    if (no_nul && p2p::text_of(block).find('\0') != std::string_view::npos) std::abort();
  }
  if (held > 2 * 64 * size) std::abort();
  return 0;
}
