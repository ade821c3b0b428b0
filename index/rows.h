// A row of the catalogue's table `file` as columns and as values, for whoever asks and whoever
// scans.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "index/catalog.h"
#include "index/db.h"

namespace p2p::index {

inline constexpr std::size_t kNameWords = 64;  // of one name that are indexed

// "SELECT " all columns of `file f`, then `rest`: file_of() and entry_of() read such rows.
std::string select(std::string_view rest);
SharedFile file_of(const Statement& row);
Entry entry_of(const Statement& row);

// Words as the full-text tables take them: with blanks between.
std::string terms_of(const std::vector<std::string>& words);

}  // namespace p2p::index
