// A host in memory for one mode, for what a mode costs without sockets: it copies what is sent for
// a link, as the program's queues do, says that no account is known, and moves the clock when it is
// told to.
#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/mode.h"
#include "protocols/registry.h"

namespace p2p::bench {

class ModeHost final : public Out {
 public:
  ModeHost(std::string_view mode, std::string_view role, ModeConfig config) {
    config.listen = {kAddress, 1214};
    config.nick = "bench";
    mode_ = find_mode(mode, role)->make(config);
    call([](Mode& m, Cx& cx) { m.wake(cx); });
  }

  // Somebody calls from this address.
  LinkId accept(std::uint32_t address) {
    const LinkId link{++last_};
    call([&](Mode& m, Cx& cx) {
      m.link_up(link, {{address, 40'000}, true, false, {kAddress, 1214}}, cx);
    });
    return link;
  }
  void receive(LinkId link, Bytes bytes) {
    call([&](Mode& m, Cx& cx) { m.receive(link, bytes, cx); });
  }
  void pass(Duration time) {
    now_ += time;
    if (deadline_ <= now_) call([](Mode& m, Cx& cx) { m.wake(cx); });
  }
  // All that was sent to a link, once.
  Buffer sent(LinkId link) { return std::exchange(sent_[link], {}); }

  std::uint64_t counter(std::string_view name) const {
    Report report;
    mode_->describe(report);
    for (const auto& [key, value] : report.counters)
      if (key == name) return value;
    return 0;
  }

  // ---- Out
  using Out::send;
  LinkId dial(const Endpoint&) override { return LinkId{kDialled + ++dials_}; }
  void send(std::span<const LinkId> to, Bytes message, Urgency) override {
    for (const LinkId link : to) {
      Buffer& queue = sent_[link];
      queue.insert(queue.end(), message.begin(), message.end());
    }
  }
  void send_to(const Endpoint&, Bytes) override {}
  void close(LinkId, Reason) override { throw std::runtime_error("the mode closed a link"); }
  void report(Event event) override {
    if (const auto* asked = std::get_if<AccountAsked>(&event)) asked_.push_back(asked->ticket);
  }

 private:
  static constexpr std::uint32_t kAddress = 0x0a000001;
  static constexpr std::uint64_t kDialled = std::uint64_t{1} << 32U;

  // As the program does: what is asked is answered later, and it looks when to wake the mode.
  template <class Verb>
  void call(Verb verb) {
    Cx cx{now_, rng_, *this};
    verb(*mode_, cx);
    while (!asked_.empty()) {
      AccountAnswer answer;
      answer.ticket = asked_.back();
      asked_.pop_back();
      mode_->command(answer, cx);
    }
    deadline_ = mode_->deadline();
  }

  Rng rng_{1};
  Time now_{1'000'000ms};
  Time deadline_{};
  std::uint64_t last_ = 0;
  std::uint64_t dials_ = 0;
  std::unordered_map<LinkId, Buffer> sent_;
  std::vector<Ticket> asked_;
  std::unique_ptr<Mode> mode_;
};

}  // namespace p2p::bench
