#include "protocols/kazaa/registration.h"

#include <algorithm>
#include <utility>

#include "protocols/base/file.h"

namespace p2p::kazaa {

void Registration::start(Cx& cx) {
  ++run_;
  after_ = 0;
  running_ = paging_ = true;
  told_.clear();
  copies_.clear();
  removed_.clear();
  ask_page(cx);
}

void Registration::stop() {
  running_ = paging_ = false;
  barrier_ = kNever;
  told_.clear();
  copies_.clear();
  removed_.clear();
}

void Registration::ask_page(Cx& cx) {
  barrier_ = kNever;
  cx.out.report(PageAsked{Ticket{run_, after_, 0, 0}, after_});
}

void Registration::page(const Page& page, ShareSink& to, Cx& cx) {
  const bool is_asked = paging_ && barrier_ == kNever;
  if (!is_asked || page.ticket[0] != run_ || page.ticket[1] != after_) return;
  for (const SharedFile& file : page.files)
    if (!told_.contains(file.name) && !removed_.contains(file.name)) tell(file, to, cx);
  if (page.last || page.next <= after_) {
    paging_ = false;
    removed_.clear();
    return;
  }
  after_ = page.next;
  if (to.page_told(cx))
    ask_page(cx);
  else
    barrier_ = cx.now + kBarrierTimeout;
}

void Registration::barrier_passed(Cx& cx) {
  if (barrier_ != kNever) ask_page(cx);
}

void Registration::expire(Cx& cx) {
  if (barrier_ <= cx.now) ask_page(cx);
}

void Registration::changed(const Shared& shared, ShareSink& to, Cx& cx) {
  if (!running_) return;
  if (shared.start_over) {
    for (const auto& [name, hash] : told_)
      to.unshare(hash, name, cx);
    start(cx);
    return;
  }
  for (const std::string& name : shared.removed) {
    if (paging_) removed_.insert(name);
    const auto at = told_.find(name);
    if (at == told_.end()) continue;
    const UuHash hash = at->second;
    told_.erase(at);
    untell(hash, name, to, cx);
  }
  for (const SharedFile& file : shared.added) {
    removed_.erase(file.name);
    tell(file, to, cx);
  }
}

// A file that is not hashed yet comes again when it is.
void Registration::tell(const SharedFile& file, ShareSink& to, Cx& cx) {
  if (!file.uuhash) return;
  const auto [at, is_new] = told_.try_emplace(file.name, *file.uuhash);
  if (!is_new) {
    if (at->second == *file.uuhash) return;
    const UuHash old = std::exchange(at->second, *file.uuhash);
    untell(old, file.name, to, cx);
  }
  ++copies_[*file.uuhash];
  to.share(file, cx);
}

// One content under one name in two folders is one file to who listens: it goes with the last.
void Registration::untell(const UuHash& hash, std::string_view name, ShareSink& to, Cx& cx) {
  const auto copies = copies_.find(hash);
  if (copies != copies_.end() && --copies->second > 0) {
    const auto is_same = [&](const auto& item) {
      return item.second == hash && base_name(item.first) == base_name(name);
    };
    if (std::ranges::any_of(told_, is_same)) return;
  } else if (copies != copies_.end()) {
    copies_.erase(copies);
  }
  to.unshare(hash, name, cx);
}

}  // namespace p2p::kazaa
