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
