#include "tui/view.h"

#include "tui/format.h"
#include "tui/frame.h"

namespace p2p::tui {

void View::learn(const api::Snapshot& /*snapshot*/, Desk& /*desk*/) {}

std::optional<api::Request> View::command(std::string_view /*command*/, Desk& /*desk*/) {
  return std::nullopt;
}

int View::details_height(int /*height*/) const {
  return 0;
}

bool View::moves(const api::Snapshot& /*snapshot*/) const {
  return false;
}

std::string View::look() {
  return filter().text() + '\0' + order_.column + (order_.reverse ? '-' : '+');
}

ListView View::list(const api::Snapshot& /*snapshot*/, int /*width*/) {
  return {};
}

void View::draw_details(Surface& /*out*/, const Rect& /*box*/, bool /*boxes*/,
                        const api::Snapshot& /*snapshot*/) {}

void View::told(const api::Request& /*asked*/, const api::Outcome& /*outcome*/, Desk& /*desk*/) {}

void View::draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) {
  const int width = at.boxes ? at.body.width - 2 : at.body.width;
  draw_list(out, at.body, at.title, at.boxes, list(snapshot, width), table(), filter().text());
  if (!at.details.empty()) draw_details(out, at.details, at.boxes, snapshot);
}

std::string View::place_text() {
  if (table().empty()) return "";
  return count_text(table().selected() + 1) + " of " + count_text(table().count());
}

std::string_view View::orders() const {
  return {};
}

std::string View::habit() const {
  if (orders().empty()) return {};
  return {order_.column, order_.reverse ? '-' : '+'};
}

bool View::take_habit(std::string_view word) {
  if (word.size() != 2 || orders().find(word[0]) == std::string_view::npos) return false;
  if (word[1] != '+' && word[1] != '-') return false;
  order_ = {word[0], word[1] == '-'};
  return true;
}

void View::choose_order(Desk& desk, const std::string& words) {
  desk.choose({"sort by: " + words, std::string(orders()), [this](char column) {
                 order_ = {column, order_.column == column && !order_.reverse};
                 return std::nullopt;
               }});
}

void draw_list(Surface& out, const Rect& box, const Rect& title, bool boxes, const ListView& list,
               Table& rows, const std::string& filter, bool has_focus) {
  const Rect inside = boxes ? Rect{box.x + 1, box.y + 1, box.width - 2, box.height - 2} : box;
  const bool has_room = boxes || (out.width() >= 60 && out.height() >= 16);
  rows.draw(out, inside, list.columns, list.keys, list.row, has_room && inside.height >= 4,
            list.follows, has_focus);
  std::string foot;
  if (!rows.empty() && rows.shown() < rows.count())
    foot = "rows " + std::to_string(rows.first() + 1) + "-" +
           std::to_string(rows.first() + rows.shown()) + " of " + count_text(rows.count());
  if (!filter.empty()) foot += (foot.empty() ? "/" : " · /") + filter;
  if (!list.foot.empty()) foot += (foot.empty() ? "" : " · ") + list.foot;
  draw_box(out, box, {list.title, list.right, foot}, boxes);
  if (rows.empty() && !inside.empty())
    out.put(inside.x, inside.y + (inside.height >= 4 ? 1 : 0), list.empty, Style::dim,
            inside.width);
  if (title.empty()) return;
  int end = title.width;
  if (!filter.empty()) end -= 1 + out.right(end, title.y, "/" + filter, Style::accent, end / 2);
  out.put(0, title.y, list.brief, Style::header, end);
}

std::string hides_all(std::size_t rows) {
  return "Filter hides all " + count_text(rows) + ": Esc shows them";
}

}  // namespace p2p::tui
