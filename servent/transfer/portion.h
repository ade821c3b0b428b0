// Portion: how much of what is asked for over HTTP one answer gives, and how fast it goes out.
// Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/event.h"
#include "protocols/transfer/http_answer.h"

#include "servent/transfer/file_sender.h"

namespace p2p::transfer {

// Another program of FastTrack, to which more than it reads must not be sent at once.
bool is_delicate(DialectKind kind, std::string_view agent);

struct Asking {
  bool others_wait = false;
  std::uint64_t rate_bps = 0;  // of what it took before; 0: not known
  bool is_delicate = false;
};
// A part may be answered with its beginning. What is no part stays as it is.
HttpAnswer portion_of(HttpAnswer what, const Asking& by);

FileSender::Pace pace_of(bool is_delicate);

}  // namespace p2p::transfer
