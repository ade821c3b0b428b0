#include "protocols/napster/uploads.h"

#include <algorithm>

#include "protocols/napster/nick.h"

namespace p2p::napster {

Ticket Uploads::asked(std::string_view user, std::string_view wire_name) {
  if (asked_.size() >= kMaxUploadsAsked) asked_.pop_front();
  asked_.push_back({++serial_, std::string(user), std::string(wire_name), {}});
  return Ticket{serial_, 0, 0, 0};
}

void Uploads::answer(const UploadAnswer& answer, ToServer& to) {
  const auto at = std::find_if(asked_.begin(), asked_.end(),
                               [&](const Wanted& one) { return one.serial == answer.ticket[0]; });
  if (at == asked_.end()) return;
  Wanted wanted = std::move(*at);
  asked_.erase(at);
  Line line;
  line.word(wanted.user).quoted(wanted.name);
  switch (answer.verdict) {
    case UploadAnswer::Verdict::accept:
      to.send(Type::upload_accept, line.text());
      if (accepted_.size() >= kMaxUploadsAsked) accepted_.pop_front();
      wanted.accepted = to.now();
      accepted_.push_back(std::move(wanted));
      return;
    case UploadAnswer::Verdict::queued:
      to.send(Type::queue_limit, line.number(answer.slots).number(answer.place).text());
      return;
    case UploadAnswer::Verdict::not_shared:
    case UploadAnswer::Verdict::refused: to.send(Type::upload_refuse, line.text()); return;
  }
}

bool Uploads::take_accepted(std::string_view user, std::string_view wire_name, Time now) {
  while (!accepted_.empty() && accepted_.front().accepted + kPushWindow < now)
    accepted_.pop_front();
  const auto at = std::find_if(accepted_.begin(), accepted_.end(), [&](const Wanted& one) {
    return one.name == wire_name && same_nick(one.user, user);
  });
  if (at == accepted_.end()) return false;
  accepted_.erase(at);
  return true;
}

void Uploads::clear() {
  asked_.clear();
  accepted_.clear();
}

}  // namespace p2p::napster
