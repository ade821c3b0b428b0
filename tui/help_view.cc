#include "tui/help_view.h"

#include <algorithm>
#include <vector>

#include "servent/filter/filter.h"

#include "tui/frame.h"

namespace p2p::tui {
namespace {

struct HelpLine {
  std::string keys, words;  // without keys: a heading
};

constexpr std::array<Binding, 8> kLegend{{
    {"", "✓ ▼ !", "", "", "have it, on its way, odd name"},
    {"", "▸ ▾", "", "", "closed, open: {open} and {close}"},
    {"", "● +", "", "", "of a result: marked, new"},
    {"", "● ○", "", "", "linked, no link"},
    {"", "▼ ‖ ↻", "", "", "running, waiting or paused, trying again"},
    {"", "✗ ✓", "", "", "failed, complete"},
    {"", "≈", "", "", "sources without a digest: same name and size"},
    {"", "▲ ▼", "", "", "the column that sorts, and its direction"},
}};

constexpr std::array<Binding, 5> kSearchExamples{{
    {"", "word -live", "", "", "in the name, and not; pre*: begins so"},
    {"", "type:audio", "", "", "video, image, ...; ext:flac"},
    {"", "size>1M", "", "", "bitrate, freq, duration; < <= = >= >"},
    {"", "artist:name", "", "", "title:\"blue train\", album, genre; KaZaA"},
    {"", "year>=1957", "", "", "width, resolution:1024x768; KaZaA"},
}};

template <class Bindings>
std::vector<HelpLine> lines_of(const std::string& heading, const Bindings& bindings,
                               std::string_view where, const Filter& filter, const KeyWords& keys) {
  std::vector<HelpLine> lines;
  for (const Binding& key : bindings) {
    if (key.where != where) continue;
    std::string words = keys(key.words);
    if (!filter.passes(std::string(key.keys) + ' ' + words)) continue;
    if (lines.empty()) lines.push_back({"", heading});
    lines.push_back({std::string(key.keys), std::move(words)});
  }
  if (!lines.empty()) lines.push_back({});
  return lines;
}

constexpr int kKeyCells = 14;  // cells for the keys

// Words that do not fit go on in the next line.
std::vector<HelpLine> wrapped(const std::vector<HelpLine>& lines, int width) {
  const auto room = static_cast<std::size_t>(std::max(width - std::min(kKeyCells, width / 3), 1));
  std::vector<HelpLine> out;
  for (HelpLine line : lines) {
    while (!line.keys.empty() && line.words.size() > room) {
      const std::size_t space = line.words.rfind(' ', room);
      const std::size_t end = space == std::string::npos || space == 0 ? room : space;
      out.push_back({line.keys, line.words.substr(0, end)});
      line = {" ", line.words.substr(line.words[end] == ' ' ? end + 1 : end)};
    }
    out.push_back(std::move(line));
  }
  return out;
}

void draw_lines(Surface& out, const Rect& in, const std::vector<HelpLine>& lines, int scroll) {
  const int keys = std::min(kKeyCells, in.width / 3);
  const int count = static_cast<int>(lines.size());
  for (int row = 0; row < in.height && row + scroll < count; ++row) {
    const int at = row + scroll;
    const HelpLine& line = lines[static_cast<std::size_t>(at)];
    if (line.keys.empty()) {
      out.put(in.x, in.y + row, line.words, Style::header, in.width);
      continue;
    }
    out.put(in.x, in.y + row, line.keys, Style::hot, keys - 1);
    out.put(in.x + keys, in.y + row, line.words, Style::text, in.width - keys);
  }
}

}  // namespace

void HelpView::open(Screen from) {
  from_ = from;
  scroll_ = 0;
  filter().set("");
}

bool HelpView::scroll(std::string_view command) {
  constexpr int kPage = 10;
  if (command == "down")
    ++scroll_;
  else if (command == "up")
    --scroll_;
  else if (command == "page-down")
    scroll_ += kPage;
  else if (command == "page-up")
    scroll_ -= kPage;
  else
    return false;
  return true;
}

void HelpView::draw(Surface& out, const Layout& at, const api::Snapshot& /*snapshot*/) {
  if (!at.title.empty()) out.put(0, at.title.y, "Help", Style::header);
  const Rect in = draw_box(out, at.body, {"Help", "", ""}, at.boxes);
  const Filter words(filter().text());
  const KeyWords keys(keymap_, from_);
  std::vector<HelpLine> left = lines_of("Here: " + std::string(name_of(from_)), keymap_.bindings(),
                                        name_of(from_), words, keys);
  std::vector<HelpLine> right = lines_of("Everywhere", keymap_.bindings(), "all", words, keys);
  std::vector<HelpLine> signs = lines_of("Signs", kLegend, "", words, keys);
  const std::vector<HelpLine> questions =
      lines_of("What to type in a search", kSearchExamples, "", words, keys);
  signs.insert(signs.end(), questions.begin(), questions.end());
  const bool two = in.width >= 88;
  auto& under_signs = two ? left : right;
  under_signs.insert(under_signs.end(), signs.begin(), signs.end());
  if (!two) left.insert(left.end(), right.begin(), right.end());
  if (!two) right.clear();
  if (left.empty() && right.empty())
    out.put(in.x, in.y, "No key does \"" + filter().text() + "\": Esc shows all", Style::dim,
            in.width);
  const int half = two ? in.width / 2 : in.width;
  left = wrapped(left, half - (two ? 2 : 0));
  right = wrapped(right, in.width - half);
  const int longest = static_cast<int>(std::max(left.size(), right.size()));
  scroll_ = std::clamp(scroll_, 0, std::max(longest - in.height, 0));
  draw_lines(out, {in.x, in.y, half - (two ? 2 : 0), in.height}, left, scroll_);
  if (two) draw_lines(out, {in.x + half, in.y, in.width - half, in.height}, right, scroll_);
}

}  // namespace p2p::tui
