// Every setting that servent.toml may hold: its name there, the option of the command line that
// goes over it, where its value lies, and a line about it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "servent/app/settings.h"

namespace p2p::app {

struct Setting {
  // What it is follows from its type: 32 bits a number, 64 bits a rate in bytes a second.
  using Member =
      std::variant<std::string Settings::*, std::vector<std::string> Settings::*,
                   std::filesystem::path Settings::*,
                   std::vector<std::filesystem::path> Settings::*, std::uint32_t Settings::*,
                   std::uint64_t Settings::*, bool Settings::*, std::string ScreenSettings::*,
                   bool ScreenSettings::*>;

  std::string_view key;       // in the file; before a dot stands its table
  std::string_view option;    // the long option that goes over it; empty: none
  std::uint32_t least, most;  // of numbers
  std::string_view standard;  // as the file would say it
  std::string_view about;
  Member member;
};

std::span<const Setting> all_settings();
// Of the laboratory, which writes them into its nodes' files: told to nobody.
std::span<const Setting> lab_settings();

}  // namespace p2p::app
