#include "protocols/napster/publisher.h"

#include <algorithm>

#include "protocols/napster/share_line.h"

namespace p2p::napster {

namespace {

// What Line::quoted makes of it, so that a request for it is recognised.
std::string wire_form(std::string_view name) {
  std::string wire = to_wire_name(name);
  std::replace(wire.begin(), wire.end(), '"', '\'');
  return wire;
}

bool is_odd(std::string_view name) {
  return name.find_first_of("\"\\") != std::string_view::npos;
}

}  // namespace

void Publisher::start(ToServer& to) {
  ++run_;
  after_ = 0;
  paging_ = true;
  barrier_ = kNever;
  added_.clear();
  removed_.clear();
  odd_names_.clear();
  published_ = 0;
  left_out_ = 0;
  ask_page(to);
}

void Publisher::stop() {
  paging_ = false;
  barrier_ = kNever;
  published_ = 0;
}

void Publisher::ask_page(ToServer& to) {
  barrier_ = kNever;
  to.report(PageAsked{Ticket{run_, after_, 0, 0}, after_});
}

void Publisher::page(const Page& page, ToServer& to) {
  const bool is_asked = paging_ && barrier_ == kNever;
  if (!is_asked || page.ticket[0] != run_ || page.ticket[1] != after_) return;
  for (const SharedFile& file : page.files)
    if (!added_.contains(file.id) && !removed_.contains(file.name)) publish(file, to);
  if (page.last || page.next <= after_) {
    paging_ = false;
    added_.clear();
    removed_.clear();
    return;
  }
  after_ = page.next;
  barrier_ = to.now() + kBarrierTimeout;
  to.send(Type::stats);
}

void Publisher::barrier_passed(ToServer& to) {
  if (barrier_ != kNever) ask_page(to);
}

void Publisher::expire(ToServer& to) {
  if (barrier_ <= to.now()) ask_page(to);
}

void Publisher::changed(const Shared& shared, ToServer& to) {
  if (paging_) remember(shared);
  if (shared.start_over || added_.size() > kMaxChanges || removed_.size() > kMaxChanges) {
    to.send(Type::unshare_all);
    start(to);
    return;
  }
  for (const std::string& name : shared.removed)
    unpublish(name, to);
  for (const SharedFile& file : shared.added)
    publish(file, to);
}

void Publisher::remember(const Shared& shared) {
  removed_.insert(shared.removed.begin(), shared.removed.end());
  for (const SharedFile& file : shared.added)
    added_.insert(file.id);
}

void Publisher::publish(const SharedFile& file, ToServer& to) {
  const std::string wire = wire_form(file.name);
  const std::string hash = hash_field(file.start_md5);
  Line line;
  append_share(line, ShareLine{wire, hash, file.size_bytes, file.media, {}});
  append_sha1(line, file.sha1);
  if (wire.empty() || line.text().size() > kMaxShareBytes) {
    ++left_out_;
    return;
  }
  if (is_odd(file.name)) {
    if (odd_names_.size() >= kMaxOddNames) {
      ++left_out_;
      return;
    }
    odd_names_[wire] = file.name;
  }
  to.send(Type::share, line.text());
  ++published_;
}

void Publisher::unpublish(const std::string& name, ToServer& to) {
  const std::string wire = wire_form(name);
  odd_names_.erase(wire);
  to.send(Type::unshare, std::string_view(wire).substr(0, kMaxShareBytes));
  if (published_ > 0) --published_;
}

std::string Publisher::our_name(std::string_view wire_name) const {
  const auto odd = odd_names_.find(std::string(wire_name));
  return odd != odd_names_.end() ? odd->second : from_wire_name(wire_name);
}

}  // namespace p2p::napster
