// All screens, by their place among the tabs.
#pragma once

#include "tui/downloads_view.h"
#include "tui/help_view.h"
#include "tui/keymap.h"
#include "tui/log_view.h"
#include "tui/network_view.h"
#include "tui/search_view.h"
#include "tui/shares_view.h"
#include "tui/uploads_view.h"

namespace p2p::tui {

struct Views {
  Views(const Keymap& keys, std::int32_t seconds_east_of_utc)
      : search({keys, Screen::search}),
        downloads({keys, Screen::downloads}, seconds_east_of_utc),
        uploads({keys, Screen::uploads}),
        shares({keys, Screen::shares}),
        network({keys, Screen::network}, seconds_east_of_utc),
        log({keys, Screen::log}, seconds_east_of_utc),
        help(keys) {}

  SearchView search;
  DownloadsView downloads;
  UploadsView uploads;
  SharesView shares;
  NetworkView network;
  LogView log;
  HelpView help;

  void wear(const Looks& looks) {
    for (std::size_t i = 0; i < kScreenNames.size(); ++i)
      at(static_cast<Screen>(i)).wear(looks);
  }

  // How rows are ordered and grouped on each screen: lines such as "Search c+folder".
  std::string habits() {
    std::string text;
    for (std::size_t i = 0; i < kScreenNames.size(); ++i)
      if (const std::string habit = at(static_cast<Screen>(i)).habit(); !habit.empty())
        text.append(kScreenNames[i]).append(" ").append(habit).append("\n");
    return text;
  }
  // False: some of it makes no sense; that is as it was then.
  bool take_habits(std::string_view text) {
    bool is_good = true;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      const std::string_view name = line.substr(0, line.find(' '));
      const auto* const screen = std::ranges::find(kScreenNames, name);
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      is_good = screen != kScreenNames.end() && line.size() > name.size() &&
                at(static_cast<Screen>(screen - kScreenNames.begin()))
                    .take_habit(line.substr(name.size() + 1)) &&
                is_good;
    }
    return is_good;
  }

  View& at(Screen screen) {
    switch (screen) {
      case Screen::search: return search;
      case Screen::downloads: return downloads;
      case Screen::uploads: return uploads;
      case Screen::shares: return shares;
      case Screen::network: return network;
      case Screen::log: return log;
      case Screen::help: break;
    }
    return help;
  }
};

}  // namespace p2p::tui
