#include "tui/node_pane.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tui/format.h"
#include "tui/frame.h"

namespace p2p::tui {

namespace {

constexpr int kNodeLabel = 10;  // cells of a label

class NodeLines {
 public:
  NodeLines(Surface& out, const Rect& in) : out_(out), in_(in), y_(in.y) {}
  bool is_tall() const { return in_.height >= 9; }
  bool has_room() const { return y_ < in_.y + in_.height; }
  void skip() { ++y_; }
  void put(std::string_view label, const std::string& text, Style style = Style::text) {
    if (!has_room()) return;
    out_.put(in_.x, y_, label, Style::dim, in_.width);
    out_.put(in_.x + kNodeLabel, y_++, text, style, in_.width - kNodeLabel);
  }
  // On a second line too, where there are many; nothing for an empty text.
  void put_long(std::string_view label, const std::string& text) {
    if (text.empty()) return;
    const auto room = static_cast<std::size_t>(std::max(width(), 1));
    const std::size_t blank = text.size() > room && is_tall() ? text.rfind(' ', room) : text.npos;
    put(label, text.substr(0, blank));
    if (blank != text.npos) put("", text.substr(blank + 1));
  }
  int width() const { return in_.width - kNodeLabel; }
  bool plain() const { return out_.looks().plain; }

 private:
  Surface& out_;
  Rect in_;
  int y_;
};

std::string reach_text(const api::NetworkRow& network) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
  if (network.users > 0) add(count_short(network.users) + " users");
  if (network.files > 0) add(count_short(network.files) + " files");
  if (network.bytes > 0) add(size_text(network.bytes));
  return text;
}

// "in 12.4/s ▂▃▃▄  out 0.1/s", of a pair of counters; empty when neither ever counted.
std::string both_ways(const api::NetworkRow& network, const Counts& counts, const std::string& in,
                      const std::string& out, bool sparks) {
  if (counter_of(network.counters, in) == 0 && counter_of(network.counters, out) == 0) return "";
  std::string text = "in " + per_second(counts.hundredths(network.mode, in));
  text.resize(std::max<std::size_t>(text.size(), 11), ' ');
  if (sparks) text += spark_text(counts.steps(network.mode, in), Counts::kSteps) + "  ";
  return text + "out " + per_second(counts.hundredths(network.mode, out));
}

// "duplicate 31 %  TTL 0 4 %": of all messages that came, the most first.
std::string dropped_text(const api::NetworkRow& network) {
  constexpr std::string_view kDropped = "dropped: ";
  constexpr std::size_t kShown = 3;
  std::vector<std::pair<std::uint64_t, std::string>> reasons;
  std::uint64_t all = 0;
  for (const auto& [name, count] : network.counters) {
    if (name.starts_with(kDropped)) reasons.emplace_back(count, name.substr(kDropped.size()));
    if (name.ends_with(" in") && name != "bytes in") all += count;
  }
  std::ranges::stable_sort(reasons, std::greater<>(), [](const auto& each) { return each.first; });
  std::string text;
  for (std::size_t i = 0; i < std::min(reasons.size(), kShown); ++i) {
    if (reasons[i].first == 0) continue;
    const std::uint64_t tenths =
        all == 0 ? 0 : std::min<std::uint64_t>(reasons[i].first * 1000 / all, 1000);
    text += (text.empty() ? "" : "  ") + reasons[i].second + ' ';
    if (all == 0)
      text += count_text(reasons[i].first);
    else if (tenths >= 10)
      text += std::to_string(tenths / 10) + " %";
    else
      text += tenths == 0 ? "<0.1 %" : "0." + std::to_string(tenths) + " %";
  }
  return text;
}

// Only a call shows that a node can be reached; that nobody called may be because nobody had to.
std::string reachable_text(const api::NetworkRow& network, const api::Snapshot& snapshot,
                           std::int32_t seconds_east) {
  if (network.called_ms > 0)
    return (network.called_for_file ? "yes, for a file at " : "yes, a peer called at ") +
           clock_text(snapshot.epoch_ms + network.called_ms, seconds_east).substr(0, 5);
  if (network.listen.empty()) return "no, it does not listen";
  const api::Millis minutes = (snapshot.now_ms - network.since_ms) / 60'000;
  return minutes < 1
             ? "not known yet"
             : "not known, no call in " + count_text(static_cast<std::uint64_t>(minutes)) + " min";
}

std::string known_text(const api::NetworkRow& network) {
  for (const auto& [name, what] : {std::pair<const char*, const char*>{"hosts known", "host"},
                                   {"supernodes known", "supernode"}})
    if (const std::uint64_t count = counter_of(network.counters, name); count > 0)
      return plural(count, what);
  return "";
}

// Those that have no line of their own, for modes that have few others: "logins 12".
bool has_own_line(std::string_view name) {
  return name.ends_with(" in") || name.ends_with(" out") || name.starts_with("dropped: ") ||
         name.starts_with("hops ") || name.starts_with("ttl ") || name.starts_with("hit hops ") ||
         name == "hosts known" || name == "supernodes known";
}

// One line of a histogram: "1 ████ 31 %   2 ██████ 42 %"; empty when there is none.
std::string shape_text(const api::NetworkRow& network, std::string_view prefix, int width,
                       bool plain) {
  std::vector<std::pair<std::string, std::uint64_t>> steps;
  std::uint64_t all = 0;
  for (const auto& [name, count] : network.counters) {
    if (!name.starts_with(prefix) || count == 0) continue;
    steps.emplace_back(name.substr(prefix.size()), count);
    all += count;
  }
  if (all == 0) return "";
  const int number = 11;  // cells of a step without its bar
  const int bars = plain ? 0 : std::max(width - number * static_cast<int>(steps.size()), 0);
  std::string text;
  for (const auto& [name, count] : steps) {
    const double part = static_cast<double>(count) / static_cast<double>(all);
    text += name + ' ';
    const int cells = static_cast<int>(part * bars);
    text += bar_text(1, 1, cells) + (cells > 0 ? " " : "");
    text += std::to_string(std::lround(part * 100)) + " %   ";
  }
  return text;
}

}  // namespace

void draw_node(Surface& out, const Rect& box, bool boxes, const api::NetworkRow& network,
               const Counts& counts, const api::Snapshot& snapshot, std::int32_t seconds_east) {
  NodeLines lines(out, draw_box(out, box, {"This node", "", ""}, boxes));
  lines.put("mode", network.mode + ", " + network.role);
  lines.put("state", network.state, network.online ? Style::good : Style::warn);
  const auto known = [&](const char* label, const std::string& text) {
    if (!text.empty()) lines.put(label, text);
  };
  lines.put_long("why", network.why_role);
  known("address", network.listen);
  lines.put("reachable", reachable_text(network, snapshot, seconds_east));
  known("reach", reach_text(network));
  known("known", known_text(network));
  if (lines.is_tall()) lines.skip();
  const bool sparks = !lines.plain() && lines.width() >= 34;
  known("queries", both_ways(network, counts, "query in", "query out", sparks));
  known("hits", both_ways(network, counts, "hit in", "hit out", sparks));
  known("replies", both_ways(network, counts, "reply in", "reply out", sparks));
  known("dropped", dropped_text(network));
  if (network.down_bps + network.up_bps > 0)
    lines.put("overhead", "▼ " + rate_text(network.down_bps) + "  ▲ " + rate_text(network.up_bps));
  for (const auto& [name, count] : network.counters) {
    if (has_own_line(name) || count == 0 || !lines.has_room()) continue;
    const int room = lines.width();
    lines.put("", name + ' ' + count_text(count), room > 0 ? Style::dim : Style::text);
  }
}

void draw_traffic(Surface& out, const Rect& box, bool boxes, const api::NetworkRow& network,
                  const api::Snapshot& snapshot, std::int32_t seconds_east) {
  const std::string hops = shape_text(network, "hops ", box.width - 12, out.looks().plain);
  const std::string ttl = shape_text(network, "ttl ", box.width - 12, out.looks().plain);
  const std::string hits = shape_text(network, "hit hops ", box.width - 12, out.looks().plain);
  const bool shaped = !hops.empty() || !ttl.empty() || !hits.empty() || !network.no_hops.empty();
  const Rect in =
      draw_box(out, box, {shaped ? "Traffic shape" : "Last events", network.mode, ""}, boxes);
  NodeLines lines(out, in);
  int used = 0;
  if (!hops.empty()) lines.put("hops", hops), ++used;
  if (!ttl.empty()) lines.put("ttl left", ttl), ++used;
  if (!hits.empty()) lines.put("hits from", hits), ++used;
  if (!network.no_hops.empty()) lines.put("hops", network.no_hops, Style::dim), ++used;
  if (shaped && in.height > used + 2) {
    lines.skip();
    lines.put("last events", "");
    used += 2;
  }
  // The newest first, as many as there is room for.
  const std::size_t count = snapshot.log.size();
  int y = in.y + used;
  for (std::size_t i = count; i > 0 && y < in.y + in.height; --i) {
    const api::LogRow& row = snapshot.log[i - 1];
    if ((row.room != "net" && row.room != "find") || row.level == api::LogLevel::debug) continue;
    const Style style = row.level >= api::LogLevel::warn ? Style::warn : Style::text;
    out.put(in.x, y, clock_text(row.wall_ms, seconds_east).substr(0, 8), Style::dim, in.width);
    out.put(in.x + kNodeLabel, y++, row.text, style, in.width - kNodeLabel);
  }
}

void draw_counters(Surface& out, const Rect& box, bool boxes, const api::NetworkRow& network,
                   const Counts& counts, const KeyWords& keys) {
  constexpr int kColumn = 44;  // cells of a counter with its rate
  const Rect in =
      draw_box(out, box, {"Traffic table", network.mode, keys("{traffic-table} goes back")}, boxes);
  if (in.empty()) return;
  const int columns = std::max(in.width / kColumn, 1);
  const int width = in.width / columns;
  int number = 0;
  for (const auto& [name, count] : network.counters) {
    const int column = number / in.height;
    const int y = in.y + number % in.height;
    if (column >= columns) return;
    ++number;
    const int x = in.x + column * width;
    out.put(x, y, name, Style::text, std::max(width - 22, 0));
    out.right(x + width - 10, y, count_text(count), Style::text, 12);
    out.right(x + width - 1, y, per_second(counts.hundredths(network.mode, name)), Style::dim, 9);
  }
}

}  // namespace p2p::tui
