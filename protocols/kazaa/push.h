// push 0d: getting at a source that cannot be called (fasttrack.md, section 7). It goes from who
// wants the file to its supernode, on to the source's supernode, and there, shorter, to the source,
// which calls back with "GIVE <push id in decimal>\r\n".
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/wire.h"

namespace p2p::kazaa {

// The longest request. A longer one is an error: it would be passed on unchanged, and is 22 bytes
// and a user name.
inline constexpr std::size_t kMaxPushPayload = 512;

// -> u32 push id | address to call | address of the source | of its supernode | user name to the
// end
struct PushRequest {
  std::uint32_t push_id = 0;
  Endpoint caller;     // where the source shall call
  Endpoint source;     // as its result said
  Endpoint supernode;  // of the source, as the reply said
  std::string_view user{};

  friend bool operator==(const PushRequest&, const PushRequest&) = default;
};
// malformed when cut short, too_long above kMaxPushPayload.
Result<PushRequest> decode_push_request(Bytes payload);
void append_push_request(Buffer& out, const PushRequest& push);

// <- u32 push id | address to call
struct PushOrder {
  std::uint32_t push_id = 0;
  Endpoint caller;

  friend bool operator==(const PushOrder&, const PushOrder&) = default;
};
Result<PushOrder> decode_push_order(Bytes payload);
void append_push_order(Buffer& out, const PushOrder& push);

}  // namespace p2p::kazaa
