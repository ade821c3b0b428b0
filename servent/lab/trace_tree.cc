// How a trace is shown.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "servent/lab/digits.h"
#include "servent/lab/trace.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kNamed = 6;  // of the nodes that had it, by number

std::string name_of(const Trace& trace, NodeNumber node) {
  return node < trace.names.size() ? escaped(trace.names[node]) : "node " + std::to_string(node);
}

std::string more(std::size_t count) {
  return "… and " + std::to_string(count) + " more";
}

class Tree {
 public:
  Tree(const Trace& trace, const TraceLook& look) : trace_(trace) {
    depths_[trace.asker] = 0;
    std::vector<const TracedCopy*> fresh;
    for (const TracedCopy& copy : trace.copies) {
      Branch& branch = branches_[copy.from];
      switch (copy.verdict) {
        case TracedCopy::Verdict::fresh: fresh.push_back(&copy); break;
        case TracedCopy::Verdict::duplicate: branch.had_it.push_back(copy.to); break;
        case TracedCopy::Verdict::lost: branch.lost.push_back(copy.to); break;
        case TracedCopy::Verdict::unknown: branch.unknown.push_back(copy.to); break;
      }
    }
    // A node's own copy arrived before it sent any.
    std::ranges::stable_sort(fresh, {}, &TracedCopy::arrived);
    for (const TracedCopy* copy : fresh) {
      const auto above = depths_.find(copy->from);
      if (above == depths_.end()) continue;  // it was one of those left out
      const std::size_t depth = above->second + 1;
      depths_[copy->to] = depth;
      deepest_ = std::max(deepest_, depth);
      const bool is_shown = shown_ < look.most && depth <= look.depth && !hidden(copy->from);
      Branch& branch = branches_[copy->from];
      if (is_shown) {
        ++shown_;
        branch.shown.push_back(copy);
      } else {
        ++branch.left_out;
        branches_[copy->to].is_hidden = true;
      }
    }
  }

  std::string text() {
    out_ = name_of(trace_, trace_.asker) + " asks for \"" + trace_.asked + "\"" +
           answered(trace_.asker) + '\n';
    draw(trace_.asker, "");
    return out_ + summary();
  }

 private:
  struct Branch {
    std::vector<const TracedCopy*> shown;
    std::vector<NodeNumber> had_it;
    std::vector<NodeNumber> lost;
    std::vector<NodeNumber> unknown;
    std::size_t left_out = 0;
    bool is_hidden = false;
  };

  bool hidden(NodeNumber node) { return branches_[node].is_hidden; }

  std::string answered(NodeNumber node) const {
    const auto at = trace_.answers.find(node);
    if (at == trace_.answers.end() || at->second <= 0) return "";
    return at->second == 1 ? "  answers" : "  answers " + std::to_string(at->second) + " times";
  }

  // Each once, with how often it is there.
  std::string list(std::string_view what, const std::vector<NodeNumber>& nodes) const {
    std::vector<std::pair<NodeNumber, std::size_t>> times;
    for (const NodeNumber node : nodes) {
      const auto at = std::ranges::find(times, node, &std::pair<NodeNumber, std::size_t>::first);
      if (at == times.end())
        times.emplace_back(node, 1);
      else
        ++at->second;
    }
    std::string line(what);
    for (std::size_t i = 0; i < std::min(times.size(), kNamed); ++i) {
      const auto& [node, count] = times[i];
      line.append(i == 0 ? " " : ", ")
          .append(trace_.names.empty() ? std::to_string(node) : name_of(trace_, node));
      if (count > 1) line.append(" ×").append(std::to_string(count));
    }
    if (times.size() > kNamed) line.append(" ").append(more(times.size() - kNamed));
    return line;
  }

  void draw(NodeNumber node, const std::string& margin) {
    const Branch& branch = branches_[node];
    std::vector<std::string> ends;
    if (!branch.had_it.empty()) ends.push_back(list("had it:", branch.had_it));
    if (!branch.lost.empty()) ends.push_back(list("did not arrive:", branch.lost));
    if (!branch.unknown.empty()) ends.push_back(list("tell nothing:", branch.unknown));
    if (branch.left_out > 0) ends.push_back(more(branch.left_out));
    const std::size_t lines = branch.shown.size() + ends.size();
    std::size_t line = 0;
    for (const TracedCopy* copy : branch.shown) {
      const bool is_last = ++line == lines;
      out_ += margin + (is_last ? "└─ " : "├─ ") + name_of(trace_, copy->to) + "  " +
              std::to_string(copy->arrived) + " ms" + answered(copy->to) + '\n';
      draw(copy->to, margin + (is_last ? "   " : "│  "));
    }
    for (const std::string& end : ends)
      out_.append(margin).append(++line == lines ? "└─ " : "├─ ").append(end).append(1, '\n');
  }

  std::string summary() const {
    std::size_t duplicates = 0;
    for (const TracedCopy& copy : trace_.copies)
      duplicates += copy.verdict == TracedCopy::Verdict::duplicate ? 1U : 0U;
    std::string text = std::to_string(trace_.copies.size()) + " sent, " +
                       counted(depths_.size() - 1, "node") + " reached in " +
                       counted(deepest_, "hop") + ", " + counted(duplicates, "duplicate") + '\n' +
                       counted(trace_.hits, trace_.counts_messages ? "answer" : "hit");
    if (trace_.first_hit) text += ", the first after " + std::to_string(*trace_.first_hit) + " ms";
    return text + '\n';
  }

  const Trace& trace_;
  std::unordered_map<NodeNumber, Branch> branches_;
  std::unordered_map<NodeNumber, std::size_t> depths_;
  std::size_t shown_ = 0;
  std::size_t deepest_ = 0;
  std::string out_;
};

constexpr std::array kVerdicts{"lost", "fresh", "duplicate", "unknown"};

}  // namespace

std::string to_text(const Trace& trace, const TraceLook& look) {
  return Tree(trace, look).text();
}

std::string to_json(const Trace& trace) {
  nlohmann::json out{{"asker", trace.asker},
                     {"asked", trace.asked},
                     {"copies", nlohmann::json::array()},
                     {"answers", nlohmann::json::array()},
                     {"hits", trace.hits}};
  for (const TracedCopy& copy : trace.copies) {
    nlohmann::json row{{"from", copy.from},
                       {"to", copy.to},
                       {"sent_ms", copy.sent},
                       {"verdict", kVerdicts[static_cast<std::size_t>(copy.verdict)]}};
    const bool has_come = copy.verdict == TracedCopy::Verdict::fresh ||
                          copy.verdict == TracedCopy::Verdict::duplicate;
    if (has_come) row["arrived_ms"] = copy.arrived;
    out["copies"].push_back(std::move(row));
  }
  for (const auto& [node, messages] : trace.answers)
    if (messages > 0) out["answers"].push_back({{"node", node}, {"messages", messages}});
  if (!trace.names.empty()) out["names"] = trace.names;
  if (trace.first_hit) out["first_hit_ms"] = *trace.first_hit;
  return out.dump(2) + '\n';
}

}  // namespace p2p::lab
