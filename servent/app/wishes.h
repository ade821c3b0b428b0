// Wishes: saved searches that ask again by themselves, every half hour and when a network comes up,
// and count what they had not seen before. Pure: time is handed in, the App carries the searches to
// the networks, their hits back, and the text to the disk.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/ids.h"

#include "servent/api/snapshot.h"
#include "servent/transfer/engine.h"

namespace p2p::app {

class Wishes {
 public:
  static constexpr std::size_t kMost = 50;
  static constexpr std::size_t kMostSeen = 2000;  // of one wish; the oldest are forgotten
  static constexpr api::Millis kBetween = 30LL * 60 * 1000;

  // With `download` the first file that has a SHA-1 and two sources is fetched, once. The id of the
  // new one; 0: there are too many, or one has that text.
  std::uint32_t add(const std::string& text, bool download);
  bool drop(std::uint32_t id);
  bool see(std::uint32_t id);  // what it found is no news any more
  const std::string* text(std::uint32_t id) const;

  // The searches to ask now, with their texts; they are not due again for kBetween.
  std::vector<std::pair<SearchId, std::string>> due(api::Millis now);
  // When due() will have something; nothing when there is no wish.
  std::optional<api::Millis> next() const;

  struct News {
    std::size_t fresh = 0;  // files not seen before
    std::optional<transfer::Wanted> fetch;
    std::string text;  // of the wish
  };
  // Nothing: the search is none of ours.
  std::optional<News> take(SearchId id, const std::vector<Hit>& hits);
  static bool is_ours(SearchId id);

  std::vector<api::WishRow> rows() const;  // in the order of their making

  // As kept on disk, a line each: `wish FLAGS UNSEEN TEXT` and, below it, `seen KEY` for every file
  // seen; texts and keys with %XX. A line that makes no sense is passed over.
  std::string saved() const;
  void load(std::string_view text);  // below what is there already

 private:
  struct One {
    api::WishRow row;
    SearchId search{};
    bool ran = false;
    std::set<std::string> seen;
    std::deque<std::string> order;         // of `seen`, oldest first
    std::map<Sha1, transfer::Wanted> met;  // in this search, where one is to be fetched
  };
  static bool meet(One& wish, std::string key);  // false: it was seen before
  static void gather(One& wish, const Hit& hit, News& news);
  One* find(SearchId id);

  std::map<std::uint32_t, One> wishes_;
  std::uint32_t last_ = 0;
  std::uint32_t searches_ = 0;
};

}  // namespace p2p::app
