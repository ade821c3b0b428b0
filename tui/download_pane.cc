#include "tui/download_pane.h"

#include <algorithm>
#include <array>

#include "tui/bar.h"
#include "tui/format.h"
#include "tui/source_name.h"

namespace p2p::tui {

namespace {

using api::DownloadRow;
using api::DownloadState;
using api::SourceRow;
using api::Standing;

constexpr int kWideLine = 88;      // cells of width from which lines have sparklines
constexpr int kDownloadLabel = 8;  // cells of a label: "blocks  "

std::string ordinal(std::uint64_t number) {
  const std::uint64_t last = number / 10 % 10 == 1 ? 0 : number % 10;
  return count_text(number) + (last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

// In whole words: what became of it, and what is next.
std::string sentence(const DownloadRow& row, api::Millis now, const KeyWords& keys) {
  const std::string why = row.reason.empty() ? "" : row.reason + ": ";
  switch (row.state) {
    case DownloadState::running: return plural(row.sources_active, "source") + " sending";
    case DownloadState::done:
      return row.verified ? "verified: the whole file has the SHA-1 that was asked for"
                          : "unverified: nobody told its SHA-1, so it may be another file";
    case DownloadState::paused: return why + keys("paused, {pause} goes on");
    case DownloadState::checking: return "checking its SHA-1";
    case DownloadState::retrying:
      return why + "tries again in " + time_text(seconds_between(now, row.retry_ms)) +
             keys(", {retry} at once");
    case DownloadState::no_source:
      return (row.reason.empty() ? "no source" : row.reason) + ": looks for others in " +
             time_text(seconds_between(now, row.retry_ms)) + keys(", {find-sources} now");
    case DownloadState::failed: return why + keys("given up, {retry} tries again");
    case DownloadState::waiting: break;
  }
  if (row.place > 0 && row.retry_ms > now)
    return row.reason + ", asked again in " + time_text(seconds_between(now, row.retry_ms));
  return row.reason.empty() ? "waiting" : row.reason;
}

// Whose line comes first: who gives, in the order of the letters, then who may, then the others.
int source_rank(const SourceRow& source) {
  switch (source.standing) {
    case Standing::gives: return 0;
    case Standing::asked: return 1;
    case Standing::queued: return source.giver > 0 ? 2 : 3;
    case Standing::spare: return source.giver > 0 ? 2 : 4;
    case Standing::fails: return source.giver > 0 ? 2 : 5;
    case Standing::gone: return source.giver > 0 ? 2 : 6;
  }
  return 7;
}

std::vector<SourceRow> in_order(const std::vector<SourceRow>& sources) {
  std::vector<SourceRow> out = sources;
  std::ranges::stable_sort(out, [](const SourceRow& a, const SourceRow& b) {
    return source_rank(a) != source_rank(b) ? source_rank(a) < source_rank(b) : a.giver < b.giver;
  });
  return out;
}

std::string standing_text(const SourceRow& source) {
  switch (source.standing) {
    case Standing::gives: return "slot";
    case Standing::asked: return source.state.empty() ? "asked" : source.state;
    case Standing::queued: return "queue " + std::to_string(source.place);
    case Standing::spare: return source.state.empty() ? "spare" : source.state;
    case Standing::fails:
    case Standing::gone: break;
  }
  return source.state;
}

// Lines of text from the top of a rectangle down.
class DownloadLines {
 public:
  DownloadLines(Surface& out, const Rect& in) : out_(out), in_(in), y_(in.y) {}

  int left() const { return in_.y + in_.height - y_; }
  void skip() { ++y_; }
  void text(const std::string& text, Style style) {
    if (left() > 0) out_.put(in_.x, y_++, text, style, in_.width);
  }
  void labelled(const char* label, const std::string& text, Style style) {
    if (left() <= 0) return;
    out_.put(in_.x, y_, label, Style::dim, in_.width);
    out_.put(in_.x + kDownloadLabel, y_++, text, style, in_.width - kDownloadLabel);
  }
  // A path in the midst, cut where there is no room for all.
  void path(const std::string& before, const std::string& path, const std::string& after) {
    if (left() <= 0) return;
    int x = in_.x + out_.put(in_.x, y_, before, Style::dim, in_.width);
    const int end = in_.x + in_.width - out_.shown(after).width();
    if (!path.empty()) x += out_.put_name(x, y_, path, Style::dim, std::max(end - x, 0));
    out_.put(x, y_++, after, Style::dim, in_.x + in_.width - x);
  }
  void source(const SourceRow& source);

 private:
  Surface& out_;
  Rect in_;
  int y_;
};

// "a marge    1.1 MiB/s  ▃▅▇██▇▇█  0-98 MiB    got 91.2 MiB  kazaa  slot"
void DownloadLines::source(const SourceRow& source) {
  if (left() <= 0) return;
  const bool gives = source.standing == Standing::gives;
  const Style style = gives ? Style::text : Style::dim;
  const int end = in_.x + in_.width;
  const int who = std::clamp(in_.width / 6, 4, 20);
  int x = in_.x;
  out_.put(x, y_, std::string(1, letter_of(source.giver)), Style::header, 1);
  style_segments(out_, {in_.x, y_, 1, 1});
  out_.put(x + 2, y_, source_name(source), style, std::min(who, end - x - 2));
  x += 2 + who + 1;
  const auto field = [&](const std::string& text, int width, Style seen) {
    if (x + width <= end) out_.put(x, y_, text, seen, width);
    x += width + 2;
  };
  if (x + 11 <= end) out_.right(x + 11, y_, rate_text(source.rate_bps), style, 11);
  x += 13;
  if (in_.width >= kWideLine && !out_.looks().plain)
    field(spark_text(source.history, 8), 8, Style::spark);
  const bool owes = source.asked_end > source.asked_begin;
  if (in_.width >= 60)
    field(owes ? range_text(source.asked_begin, source.asked_end) : "", 14, style);
  field(source.got_bytes > 0 ? "got " + size_text(source.got_bytes) : "", 13, style);
  if (in_.width >= 70) field(source.network, 8, style);
  out_.put(x, y_++, standing_text(source), style, end - x);
}

// What was set for it by hand.
std::string wishes_text(const DownloadRow& row) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : " · ") + more; };
  if (row.priority == api::Priority::high) add("high priority");
  if (row.priority == api::Priority::low) add("low priority");
  if (row.in_order) add("in order");
  if (row.limit_bps > 0) add("at most " + rate_text(row.limit_bps));
  return text;
}

// "sha1 4F1CA93B…D210": enough of it to know it again.
std::string abridged_digest(const std::string& urn) {
  constexpr std::size_t kHead = 8;
  constexpr std::size_t kTail = 4;
  const std::size_t colon = urn.rfind(':');
  std::string digest = urn.substr(colon == std::string::npos ? 0 : colon + 1);
  if (digest.size() <= kHead + kTail) return digest;
  return digest.substr(0, kHead) + "…" + digest.substr(digest.size() - kTail);
}

void draw_amounts(DownloadLines& lines, const DownloadRow& row, int width, bool plain) {
  const std::string amount = size_text(row.have_bytes) + " of " + size_text(row.size_bytes);
  const int cells = std::clamp(width - kDownloadLabel - static_cast<int>(amount.size()) - 2, 0, 60);
  if (row.blocks.empty()) {
    lines.labelled("got", bar_text(row.have_bytes, row.size_bytes, cells) + "  " + amount,
                   Style::text);
  } else {
    lines.labelled("blocks", blocks_text(row.blocks, cells) + "  " + amount, Style::text);
    lines.labelled("", "█ verified  ▓ arrived, not checked yet  ▒ on the way  · missing",
                   Style::dim);
  }
  if (row.history.empty()) return;
  const std::uint64_t top = *std::ranges::max_element(row.history);
  const int sparks = plain ? 0 : std::clamp(width - kDownloadLabel - 26, 0, 60);
  lines.labelled(
      "rate",
      spark_text(row.history, static_cast<std::size_t>(sparks)) + "  60 s, top " + rate_text(top),
      Style::spark);
}

}  // namespace

std::string state_text(const DownloadRow& row, api::Millis now) {
  switch (row.state) {
    case DownloadState::running: return rate_text(row.rate_bps);
    case DownloadState::waiting:
      return row.place > 0 ? "queue " + std::to_string(row.place) : "waiting";
    case DownloadState::paused: return "paused";
    case DownloadState::retrying: return "retry " + time_text(seconds_between(now, row.retry_ms));
    case DownloadState::no_source: return "no source";
    case DownloadState::checking: return "checking";
    case DownloadState::done: return row.verified ? "verified" : "unverified";
    case DownloadState::failed: return "failed";
  }
  return "";
}

Style style_of(const DownloadRow& row) {
  switch (row.state) {
    case DownloadState::failed: return Style::bad;
    case DownloadState::no_source: return Style::warn;
    case DownloadState::done: return row.verified ? Style::good : Style::warn;
    default: return Style::text;
  }
}

std::string others_text(const std::vector<SourceRow>& sources, std::size_t first) {
  constexpr std::size_t kPlaces = 3;  // that are told
  std::array<std::size_t, 6> counts{};
  std::vector<std::uint32_t> places;
  for (std::size_t i = first; i < sources.size(); ++i) {
    ++counts[static_cast<std::size_t>(sources[i].standing)];
    if (sources[i].place > 0) places.push_back(sources[i].place);
  }
  std::ranges::sort(places);
  std::string list;
  for (std::size_t i = 0; i < std::min(places.size(), kPlaces); ++i)
    list += (i == 0 ? " (" : ", ") + ordinal(places[i]);
  if (!list.empty()) list += places.size() > kPlaces ? ", …)" : ")";

  std::string text = plural(sources.size() - std::min(first, sources.size()), "other") + ":";
  const auto add = [&](Standing standing, const std::string& words) {
    const std::size_t count = counts[static_cast<std::size_t>(standing)];
    if (count > 0) text += (text.back() == ':' ? " " : ", ") + count_text(count) + ' ' + words;
  };
  add(Standing::gives, "giving");
  add(Standing::asked, "asked");
  add(Standing::queued, "queued" + list);
  add(Standing::spare, "spare");
  add(Standing::fails, "failing");
  add(Standing::gone, "gone");
  return text;
}

void draw_download(Surface& out, const Rect& in, const DownloadRow& row, api::Millis now,
                   std::int64_t clock_ms, const KeyWords& keys) {
  DownloadLines lines(out, in);
  const std::string wishes = wishes_text(row);
  // What stands below the sources: blocks with their key, rate, wishes, digest.
  const int below =
      (row.blocks.empty() ? 1 : 2) + (row.history.empty() ? 0 : 1) + (wishes.empty() ? 0 : 1) + 1;
  if (row.state != DownloadState::running || row.sources.empty())
    lines.text(sentence(row, now, keys), style_of(row));

  const std::vector<SourceRow> sources = in_order(row.sources);
  const auto room = static_cast<std::size_t>(std::clamp(lines.left() - below, 1, 24));
  const std::size_t named = sources.size() <= room ? sources.size() : room - 1;
  for (std::size_t i = 0; i < named; ++i)
    lines.source(sources[i]);
  if (named < sources.size()) lines.text("  " + others_text(sources, named), Style::dim);
  if (lines.left() > below) lines.skip();

  draw_amounts(lines, row, in.width, out.looks().plain);
  if (!wishes.empty()) lines.labelled("set", wishes, Style::dim);
  std::string about = row.digest.empty() ? "no digest" : "sha1    " + abridged_digest(row.digest);
  if (!row.path.empty())
    about += row.state == DownloadState::done ? " · saved as " : " · comes to ";
  std::string began;
  if (row.started_ms > 0 && clock_ms > 0)
    began = " · started " + clock_text(clock_ms + row.started_ms, 0).substr(0, 5);
  lines.path(about, row.path, began);
}

}  // namespace p2p::tui
