#include "protocols/kazaa/links.h"

#include <algorithm>
#include <string>
#include <utility>

namespace p2p::kazaa {

std::string_view to_text(Link::Kind kind) {
  switch (kind) {
    case Link::Kind::newcomer: return "newcomer";
    case Link::Kind::child: return "ordinary";
    case Link::Kind::parent:
    case Link::Kind::supernode: return "supernode";
  }
  return "";
}

Link* Links::find(LinkId link) {
  const auto at = all_.find(link);
  return at == all_.end() || at->second.state != Link::State::open ? nullptr : &at->second;
}

std::size_t Links::count(Link::Kind kind) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(open_, [kind](const Link* one) { return one->kind == kind; }));
}

void Links::become(Link& link, Link::Kind kind) {
  link.kind = kind;
  ++changes_;
}

void Links::drop(Link& of, Drop reason) {
  of.tally.drop(reason);
  total_.drop(reason);
}

// ---- the beginning --------------------------------------------------------------------------

LinkId Links::dial(const Endpoint& to, Cx& cx) {
  const LinkId id = cx.out.dial(to);
  ++changes_;
  Link& link = all_[id];
  link.id = id;
  link.remote = to;
  link.since = cx.now;
  link.deadline = cx.now + kDialPatience;
  watch(link.deadline);
  return id;
}

void Links::up(LinkId id, const LinkInfo& info, Cx& cx) {
  if (!all_.contains(id)) {
    if (greeting() >= kMostGreeting) {
      cx.out.close(id, Reason::policy);
      return;
    }
    all_[id].inbound = info.inbound;
  }
  ++changes_;
  Link& link = all_[id];
  link.id = id;
  link.remote = info.remote;
  link.local = info.local;
  link.state = Link::State::greeting;
  link.since = link.heard = cx.now;
  link.deadline = cx.now + kGreetingPatience;
  watch(link.deadline);
  if (!info.greeted) link.session = link.inbound ? Session::supernode() : Session::child();
  touch(link);
  if (info.greeted) read(link, {}, cx);
}

void Links::touch(Link& link) {
  if (!std::exchange(link.dirty, true)) dirty_.push_back(&link);
}

// ---- messages -------------------------------------------------------------------------------

void Links::receive(LinkId link, Bytes bytes, Cx& cx) {
  const auto at = all_.find(link);
  if (at != all_.end()) read(at->second, bytes, cx);
}

void Links::read(Link& link, Bytes bytes, Cx& cx) {
  const LinkId id = link.id;
  Link* from = &link;
  if (from->state == Link::State::dialling) return;
  from->heard = cx.now;
  from->pinged = false;
  from->session.feed(bytes);
  if (from->state == Link::State::greeting && from->session.state() == Session::State::open) {
    from->state = Link::State::open;
    from->since = cx.now;
    ++changes_;
    open_.push_back(from);
    watch(due(*from));
    user_.opened(*from, cx);
    from = find(id);
  }
  while (from != nullptr) {
    const auto next = from->session.next();
    if (!next) {
      cx.out.report(Notice{Notice::Level::info, "kazaa: link to " + to_text(from->remote) +
                                                    " ends: " + next.error().detail});
      end(*from, Reason::protocol, cx);
      return;
    }
    if (!*next) break;
    const Frame& frame = **next;
    const std::uint64_t forgotten = forgotten_;
    if (frame.kind == Frame::Kind::message) {
      from->tally.in(frame.type);
      total_.in(frame.type);
      if (traffic_) traffic_->in(kind_of(frame.type), kFrameHeaderBytes + frame.payload.size());
      if (trail_) add_to_trail(*from, frame.type, frame.payload, false, cx.now);
      user_.message(*from, frame.type, frame.payload, cx);
    } else if (frame.kind == Frame::Kind::pong) {
      if (traffic_) traffic_->in(kPongKind, 1);
      user_.answered(*from, cx);
    } else if (traffic_) {  // a ping, and its answer
      traffic_->in(kPingKind, 1);
      traffic_->out(kPongKind, 1);
    }
    if (forgotten_ != forgotten) from = find(id);  // it may be gone
  }
  if (from != nullptr && !from->session.output().empty()) touch(*from);  // greeted, or a pong
}

// Those between supernodes name their query first, those of a child name none.
void Links::add_to_trail(const Link& link, Type type, Bytes payload, bool is_out, Time now) {
  using enum TrailStep::What;
  const bool is_relayed = type == Type::relayed_query || type == Type::relayed_reply;
  const bool is_query = type == Type::query || type == Type::relayed_query;
  if (!is_relayed && !is_query && type != Type::reply) return;
  TrailStep step{now, {}, link.local, link.remote, {}};
  step.what = is_query ? (is_out ? query_out : query_in) : (is_out ? answer_out : answer_in);
  if (is_relayed && payload.size() >= step.query.bytes.size())
    std::copy_n(payload.begin(), step.query.bytes.size(), step.query.bytes.begin());
  trail_->add(step);
}

bool Links::send(Link& to, Type type, Bytes payload, Urgency urgency, Cx& cx) {
  if (to.state != Link::State::open || payload.size() > kMaxPayload) return false;
  const std::size_t limit = urgency == Urgency::bulk     ? kQueueHigh
                            : urgency == Urgency::normal ? kQueueFull
                                                         : kQueueMost;
  // What is enciphered cannot be dropped any more, so it is decided here.
  if (cx.out.queued(to.id) + to.gathered + payload.size() > limit) {
    drop(to, Drop::flow);
    if (urgency == Urgency::control) overloaded_.push_back(to.id);
    return false;
  }
  to.session.send(type, payload);
  to.gathered += payload.size() + kFrameHeaderBytes;
  to.tally.out(type);
  total_.out(type);
  if (traffic_) traffic_->out(kind_of(type), kFrameHeaderBytes + payload.size());
  if (trail_) add_to_trail(to, type, payload, true, cx.now);
  touch(to);
  return true;
}

void Links::ping(Link& to) {
  if (to.state != Link::State::open) return;
  to.session.ping();
  if (traffic_) traffic_->out(kPingKind, 1);
  touch(to);
}

void Links::end_overloaded(Cx& cx) {
  for (const LinkId id : std::exchange(overloaded_, {}))
    if (Link* const link = find(id)) end(*link, Reason::overload, cx);
}

void Links::flush(Cx& cx) {
  for (Link* const link : dirty_) {
    link->dirty = false;
    link->gathered = 0;
    const Bytes output = link->session.output();
    if (!output.empty()) cx.out.send(link->id, output, Urgency::control);
    link->session.drop_output();
  }
  dirty_.clear();
}

// ---- the end --------------------------------------------------------------------------------

void Links::down(LinkId id, Reason why, Cx& cx) {
  const auto at = all_.find(id);
  if (at == all_.end()) return;
  const bool was_open = at->second.state == Link::State::open;
  Link gone = std::move(at->second);
  forget(id);
  gone.dirty = true;  // nothing of it goes out any more
  if (was_open)
    user_.lost(gone, why, cx);
  else
    user_.not_opened(gone, cx);
}

void Links::end(Link& link, Reason why, Cx& cx) {
  const LinkId id = link.id;
  const Buffer output = link.session.take_output();
  if (!output.empty() && link.state != Link::State::dialling)
    cx.out.send(id, output, Urgency::control);
  cx.out.close(id, why);
  down(id, why, cx);
}

void Links::abandon(LinkId id, Cx& cx) {
  cx.out.close(id, Reason::done);
  forget(id);
}

void Links::forget(LinkId id) {
  const auto at = all_.find(id);
  if (at == all_.end()) return;
  ++forgotten_;
  ++changes_;
  if (at->second.dirty) std::erase(dirty_, &at->second);
  const auto place = std::ranges::find(open_, &at->second);
  if (place != open_.end()) {
    *place = open_.back();
    open_.pop_back();
  }
  all_.erase(at);
}

Time Links::due(const Link& link) {
  if (link.state != Link::State::open) return link.deadline;
  return link.heard + kSilent + (link.pinged ? kPongPatience : Duration{});
}

void Links::expire(Cx& cx) {
  if (deadline_ > cx.now) return;
  std::vector<LinkId> late;
  for (auto& [id, link] : all_)
    if (due(link) <= cx.now) late.push_back(id);
  for (const LinkId id : late) {
    const auto at = all_.find(id);
    if (at == all_.end()) continue;
    Link& link = at->second;
    if (link.state != Link::State::open || link.pinged) {
      end(link, Reason::timeout, cx);
    } else {
      link.pinged = true;
      ping(link);
    }
  }
  deadline_ = kNever;
  for (const auto& [id, link] : all_)
    watch(due(link));
}

}  // namespace p2p::kazaa
