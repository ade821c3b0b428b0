#include "protocols/napster/watched.h"

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocols/napster/message.h"
#include "protocols/napster/passing.h"

namespace p2p::napster {

namespace {

using What = TrailStep::What;

struct Line {
  Endpoint local;
  Endpoint remote;
  FrameReader reader;
  bool is_broken = false;
};

// What was seen, on all links.
class Seen {
 public:
  explicit Seen(const ModeConfig& config) {
    if (config.counts_traffic) traffic_.emplace(watching().kinds.size());
    if (config.keeps_trail) trail_.emplace();
  }

  void up(LinkId link, const LinkInfo& info) { lines_[link] = {info.local, info.remote, {}}; }
  void down(LinkId link) { lines_.erase(link); }

  void out(std::span<const LinkId> to, Bytes message, Time now) {
    std::uint32_t state = 0;
    for (Bytes rest = message; !rest.empty();) {
      const auto passing = watching().first(rest, state);
      if (!passing) return;  // a greeting between clients is no frame
      for (const LinkId link : to) {
        if (traffic_) traffic_->out(passing->kind, passing->size);
        remember(link, passing->kind, true, now);
      }
      rest = rest.subspan(passing->size);
    }
  }

  // A stream that breaks is the mode's to close; nothing of it counts any more.
  void in(LinkId link, Bytes bytes, Time now) {
    const auto at = lines_.find(link);
    if (at == lines_.end() || at->second.is_broken) return;
    FrameReader& reader = at->second.reader;
    reader.feed(bytes);
    for (;;) {
      const auto frame = reader.next();
      at->second.is_broken = !frame;
      if (!frame || !*frame) return;
      const std::uint8_t kind = kind_of((*frame)->type);
      if (traffic_) traffic_->in(kind, kHeaderBytes + (*frame)->payload.size());
      remember(link, kind, false, now);
    }
  }

  const Traffic* traffic() const { return traffic_ ? &*traffic_ : nullptr; }
  std::vector<TrailStep> trail() const {
    return trail_ ? trail_->steps() : std::vector<TrailStep>{};
  }

 private:
  // Nothing on the wire names a search. That there are no more answers is none.
  void remember(LinkId link, std::uint8_t kind, bool is_out, Time now) {
    if (!trail_ || (kind != kind_of(search) && kind != kind_of(search_result))) return;
    const auto at = lines_.find(link);
    if (at == lines_.end()) return;
    const bool is_query = kind == kind_of(search);
    const What what = is_query ? (is_out ? What::query_out : What::query_in)
                               : (is_out ? What::answer_out : What::answer_in);
    trail_->add({now, {}, at->second.local, at->second.remote, what});
  }

  std::optional<Traffic> traffic_;
  std::optional<Trail> trail_;
  std::unordered_map<LinkId, Line> lines_;
};

class WatchedOut final : public Out {
 public:
  WatchedOut(Out& to, Seen& seen, Time now) : to_(to), seen_(seen), now_(now) {}

  LinkId dial(const Endpoint& to) override { return to_.dial(to); }
  void send(std::span<const LinkId> to, Bytes message, Urgency urgency) override {
    seen_.out(to, message, now_);
    to_.send(to, message, urgency);
  }
  void send_to(const Endpoint& to, Bytes datagram) override { to_.send_to(to, datagram); }
  void close(LinkId link, Reason why) override { to_.close(link, why); }
  void report(Event event) override { to_.report(std::move(event)); }
  std::size_t queued(LinkId link) const override { return to_.queued(link); }

 private:
  Out& to_;
  Seen& seen_;
  const Time now_;
};

class Watched final : public Mode {
 public:
  Watched(std::unique_ptr<Mode> mode, const ModeConfig& config)
      : mode_(std::move(mode)),
        seen_(config) {}

  void link_up(LinkId link, const LinkInfo& info, Cx& cx) override {
    seen_.up(link, info);
    call(cx, [&](Cx& watched) { mode_->link_up(link, info, watched); });
  }
  void receive(LinkId link, Bytes bytes, Cx& cx) override {
    seen_.in(link, bytes, cx.now);
    call(cx, [&](Cx& watched) { mode_->receive(link, bytes, watched); });
  }
  void link_down(LinkId link, Reason why, Cx& cx) override {
    seen_.down(link);
    call(cx, [&](Cx& watched) { mode_->link_down(link, why, watched); });
  }
  void command(const Command& command, Cx& cx) override {
    call(cx, [&](Cx& watched) { mode_->command(command, watched); });
  }
  void wake(Cx& cx) override {
    call(cx, [&](Cx& watched) { mode_->wake(watched); });
  }
  Time deadline() const override { return mode_->deadline(); }
  void describe(Report& report) const override {
    mode_->describe(report);
    if (seen_.traffic() != nullptr) report.traffic = seen_.traffic()->rows();
  }
  std::vector<HostRow> hosts(Time now) const override { return mode_->hosts(now); }
  std::vector<TrailStep> trail() const override { return seen_.trail(); }

 private:
  template <class Verb>
  void call(Cx& cx, Verb verb) {
    WatchedOut out(cx.out, seen_, cx.now);
    Cx watched{cx.now, cx.rng, out};
    verb(watched);
  }

  std::unique_ptr<Mode> mode_;
  Seen seen_;
};

}  // namespace

std::unique_ptr<Mode> watched(std::unique_ptr<Mode> mode, const ModeConfig& config) {
  if (!config.counts_traffic && !config.keeps_trail) return mode;
  return std::make_unique<Watched>(std::move(mode), config);
}

}  // namespace p2p::napster
