#include "tui/readmit.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tui/sanitize.h"

namespace p2p::tui {

namespace {

constexpr std::size_t kNamed = 3;  // of those there are, the newest
constexpr int kNameCells = 24;

// As it is typed, too.
std::string shown(const api::UnwantedRow& row) {
  return sanitize(row.who).text();
}

// The newest one is the first.
std::string label_of(const std::string& word, const std::vector<api::UnwantedRow>& rows) {
  std::string names;
  for (std::size_t i = 0; i < std::min(rows.size(), kNamed); ++i)
    names += (names.empty() ? "" : ", ") + sanitize(rows[i].who).end_cut(kNameCells).text();
  if (rows.size() > kNamed) names += " and " + std::to_string(rows.size() - kNamed) + " more";
  return word + ": " + names + ". Take back: ";
}

}  // namespace

std::vector<api::UnwantedRow> unwanted_of(const api::Snapshot& snapshot, api::Unwanted what) {
  std::vector<api::UnwantedRow> rows;
  std::ranges::copy_if(snapshot.unwanted, std::back_inserter(rows),
                       [what](const api::UnwantedRow& row) { return row.what == what; });
  return rows;
}

void type_readmission(Desk& desk, const std::string& word, std::vector<api::UnwantedRow> rows) {
  if (rows.empty()) return desk.say(word + ": nobody");
  std::ranges::reverse(rows);
  const std::string label = label_of(word, rows);
  const std::string newest = shown(rows.front());
  desk.type(
      {label, newest,
       [&desk, rows = std::move(rows)](const std::string& text) -> std::optional<api::Request> {
         const auto at = std::ranges::find(rows, text, shown);
         if (at == rows.end()) {
           desk.say("There is nobody of this name among them: " + text);
           return std::nullopt;
         }
         desk.say("Taken back: " + text);
         return api::DropUnwanted{at->id};
       }});
}

}  // namespace p2p::tui
