#include "servent/lab/trail_trace.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "protocols/base/bytes.h"

namespace p2p::lab {

namespace {

using What = TrailStep::What;
constexpr Guid kNameless{};
constexpr NodeNumber kAsker = 0;

bool is_query(const TrailStep& step) {
  return step.what == What::query_in || step.what == What::query_out;
}

class Assembly {
 public:
  explicit Assembly(const std::vector<NodeTrail>& nodes) : nodes_(nodes) {
    for (NodeNumber node = 0; node < nodes.size(); ++node) {
      trace_.names.push_back(nodes[node].name);
      for (const TrailStep& step : nodes[node].steps)
        ends_.try_emplace({step.local, step.remote}, node);
    }
    tellers_ = trace_.names.size();
  }

  Trace made(const std::string& words) {
    trace_.asker = kAsker;
    trace_.asked = escaped(words);
    trace_.counts_messages = true;
    begin();
    for (NodeNumber node = 0; node < tellers_; ++node)
      for (const TrailStep& step : nodes_[node].steps)
        take(node, step);
    settle_arrivals();
    set_in_order();
    return std::move(trace_);
  }

 private:
  using Ends = std::pair<Endpoint, Endpoint>;
  // One name of the query on one link, in one direction.
  using Lane = std::tuple<NodeNumber, NodeNumber, Guid, Ends>;

  NodeNumber across(const TrailStep& step) {
    const auto known = ends_.find({step.remote, step.local});
    if (known != ends_.end()) return known->second;
    const auto number = static_cast<NodeNumber>(trace_.names.size());
    const auto [at, is_new] = strangers_.try_emplace(step.remote, number);
    if (is_new) trace_.names.push_back(to_text(step.remote));
    return at->second;
  }

  // The names of the query: those that the asker sent and nobody had sent him, and the first that
  // one gave it whom he asked without a name (a supernode its child's).
  void begin() {
    std::set<Guid> others;
    for (const TrailStep& step : nodes_.front().steps) {
      if (step.what == What::query_in) others.insert(step.query);
      if (step.what != What::query_out || others.contains(step.query)) continue;
      if (!began_) began_ = step.at;
      if (step.query != kNameless) names_.insert(step.query);
    }
    for (NodeNumber node = 1; node < tellers_; ++node)
      name_for_asker(node);
  }

  void name_for_asker(NodeNumber node) {
    std::set<Guid> others;
    bool is_ours = false;  // the last that was asked here without a name
    for (const TrailStep& step : nodes_[node].steps) {
      if (step.what == What::query_in && step.query == kNameless)
        is_ours = across(step) == kAsker;
      else if (step.what == What::query_in)
        others.insert(step.query);
      if (step.what == What::query_out && is_ours && step.query != kNameless &&
          others.insert(step.query).second)
        names_.insert(step.query);
    }
  }

  World::Ms since(Time at) const {
    return at <= *began_ ? 0 : static_cast<World::Ms>((at - *began_).count());
  }

  void take(NodeNumber node, const TrailStep& step) {
    if (!began_) return;
    const NodeNumber other = across(step);
    const bool is_between = node == kAsker || other == kAsker;
    if (step.query == kNameless ? !is_between : !names_.contains(step.query)) return;
    if (!is_query(step)) return take_answer(node, step);
    if (trace_.copies.size() >= kMostCopies) return;
    if (step.what == What::query_out) {
      sent_[{node, other, step.query, {step.local, step.remote}}].push_back(trace_.copies.size());
      trace_.copies.push_back({node, other, since(step.at), 0, verdict_of(other)});
    } else {
      came_[node].emplace_back(Lane{other, node, step.query, {step.remote, step.local}}, step.at);
    }
  }

  // Of one who tells nothing it is not known what became of it.
  TracedCopy::Verdict verdict_of(NodeNumber to) const {
    return to < tellers_ ? TracedCopy::Verdict::lost : TracedCopy::Verdict::unknown;
  }

  void take_answer(NodeNumber node, const TrailStep& step) {
    trace_.answers[node] += step.what == What::answer_out ? 1 : -1;
    if (node != kAsker || step.what != What::answer_in) return;
    ++trace_.hits;
    if (!trace_.first_hit) trace_.first_hit = since(step.at);
  }

  // What one end sent first the other got first, as a link keeps the order.
  void settle_arrivals() {
    for (const auto& [node, arrivals] : came_) {
      bool has_it = node == kAsker;
      for (const auto& [lane, at] : arrivals) {
        auto& waiting = sent_[lane];
        if (waiting.empty()) {  // by one who tells nothing
          waiting.push_back(trace_.copies.size());
          trace_.copies.push_back({std::get<0>(lane), node, since(at), 0, {}});
        }
        TracedCopy& copy = trace_.copies[waiting.front()];
        waiting.pop_front();
        copy.arrived = since(at);
        copy.verdict = std::exchange(has_it, true) ? TracedCopy::Verdict::duplicate
                                                   : TracedCopy::Verdict::fresh;
      }
    }
  }

  // By time; of what happened in one millisecond that which others follow from comes first.
  void set_in_order() {
    std::map<NodeNumber, std::vector<TracedCopy>> by_sender;
    for (const TracedCopy& copy : trace_.copies)
      by_sender[copy.from].push_back(copy);
    trace_.copies.clear();
    std::deque<NodeNumber> next{kAsker};
    const auto move_all = [&](const std::vector<TracedCopy>& copies) {
      for (const TracedCopy& copy : copies) {
        trace_.copies.push_back(copy);
        if (copy.verdict == TracedCopy::Verdict::fresh) next.push_back(copy.to);
      }
    };
    for (; !next.empty(); next.pop_front())
      if (const auto at = by_sender.find(next.front()); at != by_sender.end()) {
        const auto copies = std::move(at->second);
        by_sender.erase(at);
        move_all(copies);
      }
    for (const auto& [node, copies] : by_sender)  // how it came there nobody tells
      trace_.copies.insert(trace_.copies.end(), copies.begin(), copies.end());
    std::ranges::stable_sort(trace_.copies, {}, &TracedCopy::sent);
  }

  const std::vector<NodeTrail>& nodes_;
  Trace trace_;
  std::size_t tellers_ = 0;  // nodes; those behind them are strangers
  std::map<Ends, NodeNumber> ends_;
  std::map<Endpoint, NodeNumber> strangers_;
  std::optional<Time> began_;
  std::set<Guid> names_;
  std::map<Lane, std::deque<std::size_t>> sent_;
  std::map<NodeNumber, std::vector<std::pair<Lane, Time>>> came_;
};

}  // namespace

Trace trace_of(const std::vector<NodeTrail>& nodes, const std::string& words) {
  return nodes.empty() ? Trace{} : Assembly(nodes).made(words);
}

}  // namespace p2p::lab
