#include "protocols/kazaa/push.h"

#include <string>

namespace p2p::kazaa {

Result<PushRequest> decode_push_request(Bytes payload) {
  if (payload.size() > kMaxPushPayload)
    return fail(Errc::too_long, "push of " + std::to_string(payload.size()) + " bytes");
  Reader reader(payload);
  PushRequest push;
  push.push_id = reader.u32be();
  push.caller = read_endpoint(reader);
  push.source = read_endpoint(reader);
  push.supernode = read_endpoint(reader);
  if (reader.failed()) return fail(Errc::malformed, "push cut short");
  push.user = as_user_name(text_of(reader.rest()));
  return push;
}

void append_push_request(Buffer& out, const PushRequest& push) {
  Writer(out).u32be(push.push_id);
  append_endpoint(out, push.caller);
  append_endpoint(out, push.source);
  append_endpoint(out, push.supernode);
  Writer(out).text(as_user_name(push.user));
}

Result<PushOrder> decode_push_order(Bytes payload) {
  Reader reader(payload);
  PushOrder push;
  push.push_id = reader.u32be();
  push.caller = read_endpoint(reader);
  if (reader.failed()) return fail(Errc::malformed, "push cut short");
  return push;
}

void append_push_order(Buffer& out, const PushOrder& push) {
  Writer(out).u32be(push.push_id);
  append_endpoint(out, push.caller);
}

}  // namespace p2p::kazaa
