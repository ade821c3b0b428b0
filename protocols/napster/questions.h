// Questions: the searches and browses of the client's user, in two lines of which only the front is
// on the wire, for Napster's results carry no id (napster.md sections 4 and 5).
//
//   search:  200  201*  202          refused: 404 202, or only 404
//   browse:  211  212*  213          absent:  210 213
//
// Every question ends in exactly one Ended. A front that was cancelled stays, silent, until the
// server is done with it, so that its results are not taken for the next one's. After a time-out
// late results may still come: matches() keeps the wrong ones out.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/command.h"
#include "protocols/event.h"
#include "protocols/napster/to_server.h"

namespace p2p::napster {

inline constexpr std::size_t kMaxWaiting = 16;         // a further question is refused
inline constexpr std::size_t kMaxSearchHits = 1000;    // later hits are dropped
inline constexpr std::size_t kMaxBrowseHits = 10'000;  // later files are dropped
inline constexpr Duration kQuestionTimeout = 30s;
inline constexpr Duration kRefusalWait = 5s;  // for the 202 that should follow a 404

class Questions {
 public:
  explicit Questions(bool allow_public) : allow_public_(allow_public) {}

  void search(const Search& search, ToServer& to);
  void browse(const Browse& browse, ToServer& to);
  void cancel(SearchId id, ToServer& to);

  // What the server says; payloads as received.
  void server_says(std::string_view line);  // 621
  void search_result(std::string_view payload);
  void search_end(ToServer& to);
  void browse_result(std::string_view payload);
  void browse_end(std::string_view payload, ToServer& to);
  void signed_off(std::string_view payload, ToServer& to);  // 210
  void refused(std::string_view text, ToServer& to);        // 404: perhaps to us

  void flush(ToServer& to);  // reports what was found since: call at the end of a receive
  void expire(ToServer& to);
  void link_lost(Out& out);  // all end, no_link
  Time deadline() const;
  std::uint64_t hits() const { return all_hits_; }

 private:
  struct Question {
    SearchId id{};
    Query query;             // of a search
    std::string user;        // of a browse; else empty
    bool standard = false;   // asked with standard clauses only
    bool cancelled = false;  // Ended was reported
    std::size_t seen = 0;    // answers that came
    std::size_t hits = 0;    // of them, passed on
    std::string refusal;     // what the server said against it
    Time deadline = kNever;
    Time refused_at = kNever;
    std::vector<Hit> found;  // not yet reported
  };
  using Waiting = std::deque<Question>;

  static bool awaits(const Waiting& line) { return !line.empty() && line.front().seen == 0; }
  void put(Waiting& line, Question question, ToServer& to);
  void ask_front(Waiting& line, ToServer& to);
  void finish(Waiting& line, Ended::Why why, ToServer& to);
  bool ask_again(ToServer& to);
  void expire(Waiting& line, ToServer& to);
  bool cancel(Waiting& line, SearchId id, ToServer& to);
  void keep(Question& question, Hit hit, std::size_t most);

  bool allow_public_;
  bool standard_server_ = false;  // it did not understand our clauses once
  bool our_server_ = false;       // a servent: it knows all our clauses
  Waiting searches_;
  Waiting browses_;
  std::uint64_t all_hits_ = 0;
};

}  // namespace p2p::napster
