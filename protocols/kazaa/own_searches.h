// OwnSearches: what this node's user looks for. A search lives on when the supernode that was asked
// is lost: the next one is asked, and nothing is shown twice.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocols/kazaa/question.h"
#include "protocols/kazaa/reply.h"
#include "protocols/mode.h"

namespace p2p::kazaa {

inline constexpr std::size_t kMostSearches = 32;    // at once; a further one is refused
inline constexpr std::uint32_t kMostResults = 200;  // of one search (section 4.2: 1f said so)
inline constexpr Duration kSearchTime = 15s;        // for an answer; a supernode takes 10
inline constexpr Duration kParentPatience = 20s;    // to find a supernode to ask

class OwnSearches {
 public:
  struct One {
    SearchId id{};
    std::uint16_t wire_id = 0;  // as our supernode knows it
    Query query;
    Question question;
    std::uint32_t hits = 0;
    bool is_asked = false;  // somebody will end it
    Time ends{};            // at the latest
    Told told;
  };

  explicit OwnSearches(bool allow_public) : allow_public_(allow_public) {}

  // Null: refused, and said so.
  One* start(const Search& search, Cx& cx);
  One* find(std::uint16_t wire_id);
  One* find(SearchId id);
  std::vector<One*> all();
  // Its query; the payload is the same whoever is asked.
  static Buffer payload(const One& one);
  void asked(One& one, Time now);
  void nobody_asked(Time now);  // who was asked is gone

  // Tells what of it was asked for and is new. True when it has enough now and ended.
  bool take(One& one, const Reply& reply, Cx& cx);
  std::uint64_t unwanted() const { return unwanted_; }  // results that did not answer, so far
  bool cancel(SearchId id, Cx& cx);
  void end(One& one, Ended::Why why, std::string text, Cx& cx);
  void end_all(Ended::Why why, Cx& cx);
  void expire(Cx& cx);
  Time deadline() const;
  std::uint64_t started() const { return started_; }
  std::uint64_t found() const { return found_; }

 private:
  bool is_wanted(const One& one, const ReplyFile& result) const;

  bool allow_public_;
  std::map<std::uint16_t, One> all_;  // by wire_id
  std::uint16_t last_wire_id_ = 0;
  std::uint64_t started_ = 0;
  std::uint64_t found_ = 0;
  std::uint64_t unwanted_ = 0;
};

}  // namespace p2p::kazaa
