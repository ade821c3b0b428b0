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

#include "servent/api/request.h"
#include "servent/api/snapshot.h"
#include "servent/filter/filter.h"
#include "servent/transfer/engine.h"

namespace p2p::app {

class Wishes {
 public:
  static constexpr std::size_t kMost = 50;
  static constexpr std::size_t kMostSeen = 2000;  // of one wish; the oldest are forgotten
  static constexpr api::Millis kBetween = 30LL * 60 * 1000;

  static constexpr std::size_t kMostFilter = 512;  // bytes, as much as a prompt takes

  // With `download` the first file that has a SHA-1 and two sources is fetched, once. The id; 0:
  // there are too many, or it is there just so. Of a filter `have:` asks nothing here that is
  // known: to a wish no file is here yet. A group that is none is left out.
  std::uint32_t add(const api::AddWish& wanted);
  bool drop(std::uint32_t id);
  bool see(std::uint32_t id);  // what it found is no news any more
  const std::string* text(std::uint32_t id) const;

  // The searches to ask now, with their texts; they are not due again for kBetween.
  std::vector<std::pair<SearchId, std::string>> due(api::Millis now);
  // When due() will have something; nothing when there is no wish.
  std::optional<api::Millis> next() const;

  struct News {
    std::size_t fresh = 0;  // files not seen before, that pass its filter
    bool is_first = false;  // nothing was found since it asked
    std::optional<transfer::Wanted> fetch;
    std::string text;  // of the wish
  };
  // Nothing: the search is none of ours.
  std::optional<News> take(SearchId id, const std::vector<Hit>& hits);
  static bool is_ours(SearchId id);

  std::vector<api::WishRow> rows() const;  // in the order of their making

  // As kept on disk, a line each: `wish FLAGS UNSEEN TEXT [FILTER GROUP]` and, below it, `seen KEY`
  // for every file seen; texts and keys with %XX. A line that makes no sense is passed over.
  std::string saved() const;
  void load(std::string_view text);  // below what is there already

 private:
  struct Candidate {  // what was found of a file that does not pass, or not yet
    ResultFacts facts;
    std::set<std::string> users;
  };
  struct One {
    api::WishRow row;
    Filter filter{""};
    SearchId search{};
    bool ran = false;
    bool found = false;                           // something new, in this search
    std::map<std::string, Candidate> candidates;  // of this search, by key
    std::set<std::string> seen;
    std::deque<std::string> order;         // of `seen`, oldest first
    std::map<Sha1, transfer::Wanted> met;  // in this search, where one is to be fetched
  };
  static bool meet(One& wish, std::string key);  // false: it was seen before
  static bool passes(One& wish, const std::string& key, const Hit& hit);
  static void gather(One& wish, const Hit& hit, bool passes, News& news);
  One* find(SearchId id);
  One* find(const std::string& text, const std::string& filter);

  std::map<std::uint32_t, One> wishes_;
  std::uint32_t last_ = 0;
  std::uint32_t searches_ = 0;
};

}  // namespace p2p::app
