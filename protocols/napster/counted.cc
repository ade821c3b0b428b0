#include "protocols/napster/counted.h"

#include <unordered_map>
#include <utility>

#include "protocols/napster/message.h"
#include "protocols/napster/passing.h"

namespace p2p::napster {

namespace {

class CountedOut final : public Out {
 public:
  CountedOut(Out& to, Traffic& traffic) : to_(to), traffic_(traffic) {}

  LinkId dial(const Endpoint& to) override { return to_.dial(to); }
  void send(std::span<const LinkId> to, Bytes message, Urgency urgency) override {
    std::uint32_t state = 0;
    for (Bytes rest = message; !rest.empty();) {
      const auto passing = watching().first(rest, state);
      if (!passing) break;  // a greeting between clients is no frame
      for (std::size_t i = 0; i < to.size(); ++i)
        traffic_.out(passing->kind, passing->size);
      rest = rest.subspan(passing->size);
    }
    to_.send(to, message, urgency);
  }
  void send_to(const Endpoint& to, Bytes datagram) override { to_.send_to(to, datagram); }
  void close(LinkId link, Reason why) override { to_.close(link, why); }
  void report(Event event) override { to_.report(std::move(event)); }
  std::size_t queued(LinkId link) const override { return to_.queued(link); }

 private:
  Out& to_;
  Traffic& traffic_;
};

class Counted final : public Mode {
 public:
  explicit Counted(std::unique_ptr<Mode> mode)
      : mode_(std::move(mode)),
        traffic_(watching().kinds.size()) {}

  void link_up(LinkId link, const LinkInfo& info, Cx& cx) override {
    readers_[link];
    call(cx, [&](Cx& counted) { mode_->link_up(link, info, counted); });
  }
  void receive(LinkId link, Bytes bytes, Cx& cx) override {
    count(link, bytes);
    call(cx, [&](Cx& counted) { mode_->receive(link, bytes, counted); });
  }
  void link_down(LinkId link, Reason why, Cx& cx) override {
    readers_.erase(link);
    call(cx, [&](Cx& counted) { mode_->link_down(link, why, counted); });
  }
  void command(const Command& command, Cx& cx) override {
    call(cx, [&](Cx& counted) { mode_->command(command, counted); });
  }
  void wake(Cx& cx) override {
    call(cx, [&](Cx& counted) { mode_->wake(counted); });
  }
  Time deadline() const override { return mode_->deadline(); }
  void describe(Report& report) const override {
    mode_->describe(report);
    report.traffic = traffic_.rows();
  }
  std::vector<HostRow> hosts(Time now) const override { return mode_->hosts(now); }

 private:
  template <class Verb>
  void call(Cx& cx, Verb verb) {
    CountedOut out(cx.out, traffic_);
    Cx counted{cx.now, cx.rng, out};
    verb(counted);
  }

  // A stream that breaks is the mode's to close; nothing of it counts any more.
  void count(LinkId link, Bytes bytes) {
    const auto at = readers_.find(link);
    if (at == readers_.end()) return;
    at->second.feed(bytes);
    for (;;) {
      const auto frame = at->second.next();
      if (!frame) readers_.erase(at);
      if (!frame || !*frame) return;
      traffic_.in(kind_of((*frame)->type), kHeaderBytes + (*frame)->payload.size());
    }
  }

  std::unique_ptr<Mode> mode_;
  Traffic traffic_;
  std::unordered_map<LinkId, FrameReader> readers_;
};

}  // namespace

std::unique_ptr<Mode> counted(std::unique_ptr<Mode> mode) {
  return std::make_unique<Counted>(std::move(mode));
}

}  // namespace p2p::napster
