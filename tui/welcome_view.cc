#include "tui/welcome_view.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "tui/frame.h"

namespace p2p::tui {

namespace {

struct Label {
  std::string_view wide, narrow;
};
constexpr std::array<Label, 3> kLabels{{{"1  Share a folder", "Share"},
                                        {"2  Save downloads in", "Save in"},
                                        {"3  Network", "Network"}}};
constexpr int kWide = 60;  // cells from which there is room for the wide ones
constexpr std::string_view kWelcomeKeys =
    "Enter start    Tab next    Ctrl-C leave without writing anything";

}  // namespace

WelcomeView::WelcomeView(const std::string& downloads, std::vector<Network> networks,
                         std::size_t chosen, const Looks& looks)
    : networks_(std::move(networks)),
      chosen_(chosen),
      looks_(looks) {
  paths_[1].set(downloads);
}

WelcomeView::Answer WelcomeView::key(const Key& key) {
  constexpr std::size_t kQuestions = kLabels.size();
  trouble_.clear();
  if (key.is_ctrl("c")) return Answer::leave;
  switch (key.name) {
    case KeyName::enter: return Answer::start;
    case KeyName::tab:
    case KeyName::down: here_ = (here_ + 1) % kQuestions; break;
    case KeyName::back_tab:
    case KeyName::up: here_ = (here_ + kQuestions - 1) % kQuestions; break;
    default:
      if (here_ == kNetwork)
        network_key(key);
      else
        paths_[here_].key(key);
  }
  return Answer::none;
}

void WelcomeView::network_key(const Key& key) {
  const std::size_t count = networks_.size();
  if (key.is("i")) explains_ = !explains_;
  if (key.name == KeyName::right || key.is(" ")) chosen_ = (chosen_ + 1) % count;
  if (key.name == KeyName::left) chosen_ = (chosen_ + count - 1) % count;
}

const Surface& WelcomeView::show(int width, int height) {
  constexpr int kBoxed = 12;  // rows from which there is room for a frame and explanations
  surface_ = Surface(width, height, looks_);
  const bool boxes =
      width >= 60 && height >= kBoxed && looks_.border != Border::none && !looks_.plain;
  Rect in = draw_box(surface_, {0, 0, width, std::min(height, 15)}, {"Welcome to servent", "", ""},
                     boxes);
  if (boxes) in = {in.x + 2, in.y, in.width - 4, in.height};
  draw_questions(in);
  return surface_;
}

void WelcomeView::draw_questions(Rect in) {
  const bool roomy = in.height >= 10;
  int y = in.y;
  const auto line = [&](std::string_view text, Style style) {
    if (y < in.y + in.height) surface_.put(in.x, y, text, style, in.width);
    ++y;
  };
  if (roomy) {
    ++y;
    line("Nothing is shared and no network joined yet. Three choices; all can be changed later.",
         Style::text);
    ++y;
  }
  for (std::size_t question = 0; question < kLabels.size(); ++question, ++y) {
    if (y >= in.y + in.height) return;
    const bool is_here = question == here_;
    const bool wide = in.width >= kWide;
    const int label = wide ? 24 : 8;
    surface_.put(in.x, y, wide ? kLabels[question].wide : kLabels[question].narrow,
                 is_here ? Style::accent : Style::text, std::min(label - 1, in.width));
    const Rect row{in.x + label, y, std::max(in.width - label, 0), 1};
    if (question == kNetwork)
      draw_networks(row);
    else
      draw_path(row, question);
  }
  if (roomy) ++y;
  if (!trouble_.empty()) {
    line(trouble_, Style::warn);
  } else if (explains_) {
    line(networks_[chosen_].about, Style::text);
  } else if (roomy) {
    line("Files in a shared folder can be seen and fetched by anyone on the network.", Style::dim);
    line("Hidden files, and anything outside the folders named here, are never shared.",
         Style::dim);
  }
  if (roomy) ++y;
  line(kWelcomeKeys, Style::dim);
}

void WelcomeView::draw_path(const Rect& row, std::size_t question) {
  const Prompt& path = paths_[question];
  const bool is_here = question == here_;
  int x = row.x;
  const int end = row.x + row.width;
  const std::size_t caret = is_here ? path.caret() : path.text().size();
  const Shown before = surface_.shown(path.text().substr(0, caret)).last(row.width - 2);
  x += surface_.put(x, row.y, before, Style::text, end - x);
  const std::string rest = path.text().substr(caret);
  if (is_here) surface_.set_cursor(x, row.y);
  if (is_here && rest.empty()) {
    x += surface_.put(x, row.y, surface_.is_ascii() ? "_" : "█", Style::accent, end - x);
  } else if (is_here) {
    const Shown behind = surface_.shown(rest);
    surface_.put(x, row.y, behind, Style::text, end - x);
    surface_.style_row({x, row.y, std::max(behind.clusters().front().width, 1), 1},
                       Style::selection);
  }
  if (question == 0 && path.text().empty())
    surface_.put(x + 1, row.y, "(empty = share nothing)", Style::dim, end - x - 1);
}

void WelcomeView::draw_networks(const Rect& row) {
  int x = row.x;
  const int end = row.x + row.width;
  if (row.width < kWide / 2) {
    surface_.put(x, row.y, networks_[chosen_].name, Style::accent, row.width);
    return;
  }
  for (std::size_t i = 0; i < networks_.size(); ++i) {
    const bool is_chosen = i == chosen_;
    x += surface_.put(x, row.y, (is_chosen ? "(•) " : "( ) ") + networks_[i].name + "   ",
                      is_chosen ? Style::accent : Style::text, end - x);
  }
  surface_.put(x, row.y, here_ == kNetwork ? "i what is this?" : "", Style::dim, end - x);
}

}  // namespace p2p::tui
