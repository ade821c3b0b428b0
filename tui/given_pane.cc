#include "tui/given_pane.h"

#include <algorithm>
#include <string>

#include "tui/format.h"
#include "tui/frame.h"

namespace p2p::tui {

namespace {

std::string span_text(const api::GivenSpan& span) {
  if (span.users == 0) return "nothing yet";
  return size_text(span.bytes) + " to " + plural(span.users, "user") + ", " +
         plural(span.files, "file");
}

}  // namespace

void draw_given(Surface& out, const Rect& box, const api::GivenRow& given, bool boxes) {
  constexpr int kAir = 7;       // rows from which there are empty ones between
  constexpr int kMinutes = 60;  // cells of the line of the last hour
  const Rect in = draw_box(out, box, {"Given", "", ""}, boxes);
  const bool has_air = in.height >= kAir;
  const int end = in.y + in.height;
  int y = in.y;
  const auto line = [&](const std::string& text, Style style) {
    if (y < end) out.put(in.x, y++, text, style, in.width);
  };
  // What does not fit on one line goes on the next.
  std::string first = "today  " + span_text(given.today);
  const std::string session = "session  " + span_text(given.session);
  std::string refused;
  if (given.refused > 0)
    refused = "refused " + count_text(given.refused) +
              (given.refused_why.empty() ? "" : ", " + given.refused_why);
  for (const std::string& part : {session, refused}) {
    if (part.empty()) continue;
    if (out.shown(first).width() + 4 + out.shown(part).width() <= in.width) {
      first += "    " + part;
    } else {
      line(first, Style::text);
      first = part;
    }
  }
  line(first, Style::text);
  if (has_air) ++y;
  if (!given.last_hour.empty() && !out.looks().plain) {
    const std::uint64_t top = *std::ranges::max_element(given.last_hour) / 60;
    const int cells = std::clamp(in.width - 34, 0, kMinutes);
    line("last hour  " + spark_text(given.last_hour, static_cast<std::size_t>(cells)) + "   top " +
             rate_text(top),
         Style::spark);
    if (has_air) ++y;
  }
  const char* label = "most asked for";
  for (const api::AskedRow& row : given.most_asked) {
    if (y >= end) return;
    out.put(in.x, y, label, Style::dim, in.width);
    out.right(in.x + 21, y, count_text(row.times), Style::text, 6);
    out.put_name(in.x + 22, y++, row.name, Style::text, in.width - 22);
    label = "";
  }
}

}  // namespace p2p::tui
