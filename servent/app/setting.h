// One row of the table of settings: a key of servent.toml, what it takes, and where it goes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/app/settings.h"

namespace p2p::app {

enum class Kind : std::uint8_t { text, texts, number, rate, yes_no };

struct Value {  // the one that the kind says
  std::string text;
  std::vector<std::string> texts;
  std::uint32_t number = 0;
  std::uint64_t rate = 0;  // bytes a second
  bool yes = false;
};

struct Setting {
  std::string_view key;     // in the file; before a dot stands its table
  std::string_view option;  // the long option that goes over it; empty: none
  Kind kind;
  std::uint32_t least, most;  // of numbers
  std::string_view standard;  // as the file would say it
  std::string_view about;
  void (*put)(Settings& out, Value&& value);
};

// Those of the screen, and whether their words are known.
std::span<const Setting> screen_settings();
Result<void> check_screen_settings(const ScreenSettings& screen);

}  // namespace p2p::app
