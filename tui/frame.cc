#include "tui/frame.h"

#include <algorithm>
#include <array>
#include <vector>

#include "tui/format.h"

namespace p2p::tui {
namespace {

constexpr int kHintGap = 2;

std::string first_key(const Binding& binding) {
  return std::string(binding.keys.substr(0, binding.keys.find(' ')));
}

struct BorderLine {
  std::string_view across, down;
  std::array<std::string_view, 4> corners;
};
constexpr BorderLine kAsciiLine{"-", "|", {"+", "+", "+", "+"}};
constexpr BorderLine kLightLine{"─", "│", {"┌", "┐", "└", "┘"}};
constexpr BorderLine kRoundedLine{"─", "│", {"╭", "╮", "╰", "╯"}};

const BorderLine& line_of(Border border) {
  if (border == Border::ascii) return kAsciiLine;
  return border == Border::light ? kLightLine : kRoundedLine;
}

using Labels = std::array<std::string, 7>;

// From the fullest to the shortest; the first that fits is drawn.
enum class Wording : std::uint8_t { wide, names, here, numbers };

Labels labels(Wording wording, Screen here, const TabCounts& counts) {
  Labels out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool is_here = i == static_cast<std::size_t>(here);
    std::string count;
    if (i == static_cast<std::size_t>(Screen::downloads) && counts.downloads > 0)
      count = std::to_string(counts.downloads);
    if (i == static_cast<std::size_t>(Screen::uploads) && counts.uploads > 0)
      count = std::to_string(counts.uploads);
    if (i == static_cast<std::size_t>(Screen::log) && counts.errors > 0)
      count = "!" + std::to_string(counts.errors);
    std::string text = std::to_string(i + 1);
    const bool named = wording == Wording::wide || wording == Wording::names ||
                       (wording == Wording::here && is_here);
    if (named) text += ' ' + std::string(kScreenNames[i]);
    if (!count.empty() && wording != Wording::numbers) text += (named ? " " : ":") + count;
    out[i] = is_here ? "[" + text + "]" : " " + text + " ";
    if (wording == Wording::wide && i + 1 < out.size()) out[i] += ' ';
    if (wording == Wording::numbers && !is_here) out[i] = text + ' ';
  }
  return out;
}

int total_width(const Labels& all) {
  std::size_t width = 0;
  for (const std::string& label : all)
    width += label.size();
  return static_cast<int>(width);
}

std::string links_text(const api::Snapshot& snapshot) {
  std::uint64_t links = 0;
  std::uint64_t users = 0;
  for (const api::NetworkRow& network : snapshot.networks) {
    links += network.peer_count;
    users += network.users;
  }
  std::string text = "● " + plural(links, "link");
  if (users > 0) text += " · " + count_short(users) + (users == 1 ? " user" : " users");
  return text;
}

std::string trouble_text(const api::Snapshot& snapshot) {
  return "○ offline: " + (snapshot.networks.empty() ? std::string("no network is set up")
                                                    : snapshot.networks.front().state);
}

std::size_t waiting_uploads(const api::Snapshot& snapshot) {
  return static_cast<std::size_t>(std::ranges::count_if(
      snapshot.uploads, [](const api::UploadRow& row) { return row.place > 0; }));
}

// What stands in the corner, the wordiest first: the network, or those of several that are online.
std::vector<std::string> badges_of(const api::Snapshot& snapshot) {
  std::string names;
  std::size_t online = 0;
  for (const api::NetworkRow& network : snapshot.networks) {
    if (!network.online) continue;
    if (snapshot.networks.size() == 1) return {network.mode + "·" + network.role, network.mode};
    names += (online++ == 0 ? "" : "·") + network.mode;
  }
  if (online == 0) return {"offline"};
  return {names, std::to_string(online) + '/' + std::to_string(snapshot.networks.size())};
}

}  // namespace

bool is_online(const api::Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.networks,
                             [](const api::NetworkRow& network) { return network.online; });
}

void draw_tabs(Surface& out, const Rect& in, Screen here, const TabCounts& counts,
               const api::Snapshot& snapshot) {
  if (in.empty()) return;
  const bool online = is_online(snapshot);
  const std::vector<std::string> badges = badges_of(snapshot);
  // Names are worth more than the role in the badge.
  for (const Wording wording : {Wording::wide, Wording::names, Wording::here, Wording::numbers}) {
    const Labels all = labels(wording, here, counts);
    const auto badge = std::ranges::find_if(badges, [&](const std::string& text) {
      return total_width(all) + 1 + sanitize(text).width() <= in.width;
    });
    if (badge == badges.end() && wording != Wording::numbers) continue;
    int x = in.x;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool is_here = i == static_cast<std::size_t>(here);
      const bool alarms = i == static_cast<std::size_t>(Screen::log) && counts.errors > 0;
      out.add({{x, in.y, static_cast<int>(all[i].size()), 1}, "screen", i});
      x += out.put(x, in.y, all[i],
                   is_here  ? Style::accent
                   : alarms ? Style::warn
                            : Style::dim,
                   in.x + in.width - x);
    }
    if (badge != badges.end())
      out.right(in.x + in.width, in.y, *badge, online ? Style::good : Style::warn, in.width);
    return;
  }
}

Rect draw_box(Surface& out, const Rect& rect, const BoxTexts& texts, bool boxes) {
  if (!boxes || rect.height < 3 || rect.width < 8) return rect;
  const BorderLine& line = line_of(out.looks().border);
  const int bottom = rect.y + rect.height - 1;
  const int edge = rect.x + rect.width - 1;
  for (const int y : {rect.y, bottom})
    out.fill({rect.x + 1, y, rect.width - 2, 1}, line.across, Style::border);
  for (const int x : {rect.x, edge})
    out.fill({x, rect.y + 1, 1, rect.height - 2}, line.down, Style::border);
  out.put(rect.x, rect.y, line.corners[0], Style::border, 1);
  out.put(edge, rect.y, line.corners[1], Style::border, 1);
  out.put(rect.x, bottom, line.corners[2], Style::border, 1);
  out.put(edge, bottom, line.corners[3], Style::border, 1);
  const int room = rect.width - 4;
  int used = 0;
  if (!texts.title.empty())
    used = out.put(rect.x + 2, rect.y, " " + texts.title + " ", Style::header, room);
  if (!texts.right.empty() && sanitize(texts.right).width() + 4 <= room - used)
    out.right(rect.x + rect.width - 2, rect.y, " " + texts.right + " ", Style::dim, room);
  if (!texts.foot.empty()) out.put(rect.x + 2, bottom, " " + texts.foot + " ", Style::dim, room);
  return {rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2};
}

void draw_status(Surface& out, const Rect& in, const api::Snapshot& snapshot,
                 const std::string& place) {
  if (in.empty()) return;
  constexpr int kSparks = 90;  // cells of width from which sparklines are drawn
  constexpr int kWords = 60;   // and words instead of letters
  const bool online = is_online(snapshot);
  const bool wide = in.width >= kWords;
  int end = in.x + in.width;
  if (!place.empty()) end -= out.right(end, in.y, place, Style::dim, in.width) + 1;

  // Parts in their order; each is drawn whole or not at all.
  int x = in.x;
  const auto part = [&](const std::string& text, Style style, bool cut = false) {
    const int gap = x == in.x ? (wide ? 1 : 0) : (wide ? 2 : 1);
    if (!cut && out.shown(text).width() > end - x - gap) return;
    if (end - x - gap < 1) return;
    x += gap + out.put(x + gap, in.y, text, style, end - x - gap);
  };
  const auto rate = [&](const char* arrow, std::uint64_t bps,
                        const std::vector<std::uint64_t>& history) {
    if (!wide) {
      if (bps > 0) part(arrow + size_short(bps), Style::text);
      return;
    }
    std::string text = std::string(arrow) + ' ' + rate_text(bps);
    if (in.width >= kSparks && !history.empty() && !out.looks().plain)
      text += ' ' + spark_text(history, 8);
    part(text, bps > 0 ? Style::text : Style::dim);
  };
  if (!online) {
    // The trouble is what the user looks for; it leaves room for the rates while something moves.
    const int kept = end;
    if (snapshot.down_bps + snapshot.up_bps > 0) end -= in.width / 3;
    part(trouble_text(snapshot), Style::warn, true);
    end = kept;
  } else {
    std::uint64_t links = 0;
    for (const api::NetworkRow& network : snapshot.networks)
      links += network.peer_count;
    part(wide ? links_text(snapshot) : "● " + std::to_string(links), Style::good);
  }
  rate("▼", snapshot.down_bps, snapshot.down_history);
  rate("▲", snapshot.up_bps, snapshot.up_history);
  if (const std::size_t queue = waiting_uploads(snapshot); queue > 0)
    part((wide ? "queue " : "q") + std::to_string(queue), Style::text);
  if (wide) part("sharing " + plural(snapshot.library.files, "file"), Style::dim);
}

std::vector<Hint> hints_of(const Keymap& keys, Screen here, int width) {
  const KeyWords in(keys, here);
  std::vector<Hint> hints;
  Hint last;
  for (const Binding& key : keys.bindings())
    if (key.command == "help") last = {first_key(key), in(key.hint), key.command};
  const auto width_of = [](const Hint& hint) {
    return static_cast<int>(hint.keys.size() + 1 + hint.words.size());
  };
  const auto is_own = [&](const Binding& key) {
    return std::ranges::any_of(keys.bindings(), [&](const Binding& other) {
      return other.where == name_of(here) && other.command == key.command;
    });
  };
  int used = width_of(last);
  for (const Binding& key : keys.bindings()) {
    if (key.hint.empty() || key.command == "help") continue;
    if (key.where != name_of(here) && (key.where != "all" || is_own(key))) continue;
    Hint hint{first_key(key), in(key.hint), key.command};
    const int room = width_of(hint) + kHintGap;
    if (hint.keys.empty() || used + room > width) continue;
    used += room;
    hints.push_back(std::move(hint));
  }
  hints.push_back(std::move(last));
  return hints;
}

void draw_hints(Surface& out, const Rect& in, const std::vector<Hint>& hints) {
  int x = in.x;
  const int end = in.x + in.width;
  for (const Hint& hint : hints) {
    const int from = x;
    x += out.put(x, in.y, hint.keys, Style::accent, end - x) + 1;
    x += out.put(x, in.y, hint.words, Style::dim, end - x);
    if (!hint.command.empty()) out.add({{from, in.y, x - from, 1}, hint.command});
    x += kHintGap;
  }
}

}  // namespace p2p::tui
