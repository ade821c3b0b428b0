#include "tui/result_details.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tui/format.h"
#include "tui/source_name.h"

namespace p2p::tui {
namespace {

std::string tags_text(const api::TagsRow& tags) {
  std::string out;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) out += (out.empty() ? "" : " · ") + text;
  };
  add(tags.artist);
  add(tags.title);
  add(tags.album);
  if (tags.year > 0) add(std::to_string(tags.year));
  add(tags.genre);
  return out;
}

std::string who_text(const api::ResultRow& row) {
  constexpr std::size_t kMost = 20;  // no line is longer
  std::string who = plural(row.sources.size(), "source") + ":";
  for (std::size_t i = 0; i < std::min(row.sources.size(), kMost); ++i) {
    const api::SourceRow& source = row.sources[i];
    who += (i == 0 ? " " : " · ") + source_name(source);
    if (!source.state.empty()) who += ", " + source.state;
    if (source.hops > 0) who += ", " + plural(source.hops, "hop") + " away";
    if (source.rate_bps > 0)
      who += ", " +
             (source.claims ? "says " + claimed_text(source.rate_bps) : rate_text(source.rate_bps));
  }
  return who;
}

// Where it lies at the source that is selected; else its folder, and how others call it.
std::string place_text(const api::ResultRow& row, const api::SourceRow* selected) {
  if (selected != nullptr) return "on " + selected->user + ": " + selected->name;
  std::string text = row.folder.empty() ? "" : "in " + row.folder;
  std::vector<std::string_view> names{row.name};
  for (const api::SourceRow& source : row.sources) {
    constexpr std::size_t kMost = 4;
    const std::string_view path = source.name;
    const std::string_view name = path.substr(path.find_last_of("/\\") + 1);
    if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
    text += (names.size() > 1 ? " · " : text.empty() ? "also as " : " · also as ");
    text += name;
    names.push_back(name);
    if (names.size() > kMost) break;
  }
  return text;
}

}  // namespace

void draw_result(Surface& out, const Rect& in, const api::ResultRow& row,
                 const api::SourceRow* source, api::Millis now) {
  const auto line = [&](int number, const std::string& text, Style style) {
    if (number < in.height) out.put(in.x, in.y + number, text, style, in.width);
  };
  const std::string digest = row.digest.empty()
                                 ? "no digest: grouped by name and size"
                                 : row.digest.substr(std::min(row.digest.size(), std::size_t{4}));
  const int used =
      in.height > 0 ? out.right(in.x + in.width, in.y, digest, Style::dim, in.width / 2) : 0;
  if (in.height > 0) out.put_name(in.x, in.y, row.name, Style::header, in.width - used - 2);

  line(1, who_text(row), Style::text);

  std::string about = size_text(row.size_bytes) + " (" + count_text(row.size_bytes) + " bytes)";
  if (row.media.bitrate_kbps > 0)
    about += " · " + std::to_string(row.media.bitrate_kbps) + " kbit/s";
  if (row.media.sample_rate_hz > 0) {
    const std::uint32_t tenths = row.media.sample_rate_hz / 100;
    about += " · " + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " kHz";
  }
  if (row.media.duration_s > 0) about += " · " + time_text(row.media.duration_s);
  if (row.tags.width > 0 && row.tags.height > 0)
    about += " · " + std::to_string(row.tags.width) + 'x' + std::to_string(row.tags.height);
  if (row.seen_ms > 0 && now > row.seen_ms)
    about += " · seen " + time_text(static_cast<std::uint64_t>(now - row.seen_ms) / 1000) + " ago";
  line(2, about, Style::text);
  const std::string tags = tags_text(row.tags);
  const std::string folder = place_text(row, source);
  if (in.height > 3 && !tags.empty()) {
    const int half = out.right(in.x + in.width, in.y + 3, folder, Style::dim, in.width / 2);
    out.put(in.x, in.y + 3, tags, Style::text, in.width - half - 2);
  } else {
    line(3, folder, Style::dim);
  }
}

void draw_head(Surface& out, const Rect& in, const ResultHead& head) {
  if (in.height < 2) return;
  const std::string name = head.name.empty() ? "(no folder)" : head.name;
  out.put_name(in.x, in.y, name, Style::header, in.width);
  std::string about = plural(head.files, "file") + " · " + size_text(head.bytes);
  if (!head.network.empty()) about += " · " + head.network;
  out.put(in.x, in.y + 1, about, Style::text, in.width);
}

}  // namespace p2p::tui
