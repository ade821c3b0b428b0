#include "tui/search_words.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "tui/format.h"
#include "tui/sanitize.h"
#include "tui/view.h"

namespace p2p::tui {
namespace {

constexpr std::array<std::string_view, 9> kNumbers{"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨"};

// The trouble of the first network, when none is online.
std::string no_link(const api::Snapshot& snapshot) {
  for (const api::NetworkRow& network : snapshot.networks)
    if (network.online) return "";
  return snapshot.networks.empty() ? "no network is set up" : snapshot.networks.front().state;
}

constexpr int kChipWords = 16;  // cells of what was searched for

std::string_view number_sign(std::size_t place) {
  return place < kNumbers.size() ? kNumbers[place] : "·";
}

// What is after a search's count: does it still listen?
std::string_view search_sign(const api::SearchRow& search, api::Millis now, const Looks& looks) {
  const bool over = search.state == api::SearchState::finished;
  if (looks.plain) return over ? "done" : "listening";
  if (over) return "✓";
  return spinner_sign(looks.motion ? now : 0);
}

std::string chip(const api::SearchRow& search, std::size_t place, bool is_shown, api::Millis now,
                 const Looks& looks) {
  std::string text(number_sign(place));
  text += ' ' + sanitize(search.text).end_cut(kChipWords).text() + ' ' +
          std::to_string(search.results) + ' ';
  text += search_sign(search, now, looks);
  return is_shown ? "[" + text + "]" : text;
}

std::string wish_chip(const api::WishRow& wish) {
  return "★ " + sanitize(wish.text).end_cut(kChipWords).text() + " +" +
         std::to_string(wish.unseen) + " new";
}

}  // namespace

const api::SearchRow* shown_search(const api::Snapshot& snapshot) {
  const auto at = std::ranges::find(snapshot.searches, snapshot.search, &api::SearchRow::id);
  return at == snapshot.searches.end() ? nullptr : &*at;
}

std::string search_number(const api::Snapshot& snapshot) {
  const api::SearchRow* search = shown_search(snapshot);
  if (search == nullptr) return "";
  return std::string(number_sign(static_cast<std::size_t>(search - snapshot.searches.data())));
}

std::string search_chips(const api::Snapshot& snapshot, int room, const Looks& looks) {
  std::vector<std::string> chips;
  std::size_t begin = 0;
  for (const api::SearchRow& search : snapshot.searches) {
    const bool is_shown = search.id == snapshot.search;
    if (is_shown) begin = chips.size();
    chips.push_back(chip(search, chips.size(), is_shown, snapshot.now_ms, looks));
  }
  for (const api::WishRow& wish : snapshot.wishes)
    if (wish.unseen > 0) chips.push_back(wish_chip(wish));
  if (chips.empty()) return "";
  std::size_t end = begin + 1;
  std::string text = chips[begin];
  const auto fits = [&](const std::string& more) {
    return sanitize(text).width() + 2 + sanitize(more).width() <= room;
  };
  for (bool grew = true; grew;) {
    grew = false;
    if (end < chips.size() && fits(chips[end])) {
      text += "  " + chips[end++];
      grew = true;
    }
    if (begin > 0 && fits(chips[begin - 1])) {
      text.insert(0, chips[--begin] + "  ");
      grew = true;
    }
  }
  return sanitize(text).end_cut(std::max(room, 1)).text();
}

std::string search_age(const api::Snapshot& snapshot) {
  const api::SearchRow* search = shown_search(snapshot);
  if (search == nullptr) return "";
  const bool over = search->state == api::SearchState::finished;
  return std::to_string(
             seconds_between(search->started_ms, over ? search->ended_ms : snapshot.now_ms)) +
         " s, " + plural(search->sources, "answer") + (over ? ", " + search->why : "");
}

std::string why_empty(const api::Snapshot& snapshot, std::size_t results, std::size_t ignored,
                      const KeyWords& keys) {
  if (results > 0 && ignored == results)
    return "Only ignored users have these " + count_text(results) +
           keys(": {show-ignored} shows them");
  if (results > 0) return hides_all(results);
  const api::SearchRow* search = shown_search(snapshot);
  const std::string trouble = no_link(snapshot);
  if (!trouble.empty()) return "No link is up: 5 Network · " + trouble;
  if (search == nullptr)
    return keys("No search yet: {new-search}, then type words and press Enter");
  if (search->state == api::SearchState::finished) {
    if (search->why.starts_with("refused"))
      return "The server " + search->why + keys(" · {repeat} asks again");
    return "Nothing found: " + search->why +
           keys(" · {repeat} asks again, {new-search} other words");
  }
  std::uint64_t links = 0;
  for (const api::NetworkRow& network : snapshot.networks)
    links += network.peer_count;
  return "Nobody answered yet, " + plural(links, "link") + " asked, " +
         std::to_string(seconds_between(search->started_ms, snapshot.now_ms)) + " s";
}

}  // namespace p2p::tui
