// Sources: whom to ask next for one file, when again, and whom never. Pure: time is handed in.
//
// A source that fails waits longer each time while the others are asked. One that gave wrong
// content is not asked again for this file. Where nobody can tell who lied bytes of two sources are
// not put together (be_careful).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "protocols/transfer/http_others.h"

#include "servent/transfer/resume.h"

namespace p2p::transfer {

class Sources {
 public:
  static constexpr std::size_t kMost = 200;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();  // of a time
  static constexpr std::int64_t kLongestWaitMs = 600'000;
  static constexpr std::int64_t kQueueWaitMs = 60'000;  // a busy source is asked once a minute
  // A source that failed so often in a row is not waited for when another could start over.
  static constexpr unsigned kHopeless = 3;
  // One that is known by hearsay only is asked so often whether it has the file, for ten minutes.
  static constexpr unsigned kMostAbsences = 8;
  // Named by others: no more that are of no use so far, and no more in all, so that who lies about
  // many neither holds a download up for long nor keeps true sources out.
  static constexpr std::size_t kMostUnproven = 20;
  static constexpr std::size_t kMostHeard = kMost / 2;

  struct Entry : KnownSource {
    std::string note;  // for people: "queue 2"
    std::uint64_t got_bytes = 0;
    std::uint32_t place = 0;  // in its queue
    std::string ticket;       // which names that place to it
    unsigned failures = 0;    // in a row
    std::int64_t not_before = 0;
    bool gone = false;     // it said that asking again will not help
    bool differs = false;  // from the bytes that are there
    bool busy = false;     // it is at work, or being reached
    bool accused = false;  // it may have lied: not asked before that is found out
    std::string giver{};   // giver_key() of it, once it gave something
    Endpoint web{};        // where it was asked over HTTP; port 0: it was not
  };
  enum class What : std::uint8_t {
    ask,         // entry `index`
    start_over,  // throw the bytes away, then ask `index`: it has others than those
    wait,        // until `at`
    none,        // nobody is left
    all_wrong,   // nobody is left, and wrong content is the reason
    accused,     // nobody is left but those
  };
  struct Next {
    What what = What::none;
    std::size_t index = 0;
    std::int64_t at = 0;
  };

  explicit Sources(std::int64_t first_wait_ms) : first_wait_ms_(first_wait_ms) {}

  // True when it is new, or one that had gone; of a known one the newest words count. At most kMost
  // are kept, the first ones.
  bool add(const KnownSource& known);
  // One that is known by its address only. True when it is new and there is room.
  bool hear(const std::string& network, const Endpoint& endpoint);
  Next next(std::int64_t now);

  // What became of the one that was asked.
  void failed(std::size_t index, std::string why, std::int64_t now);
  struct Turn {
    std::uint32_t place = 0;   // 0: it did not say
    std::int64_t wait_ms = 0;  // 0: it did not say
    std::string ticket;
  };
  void queued(std::size_t index, const Turn& turn, std::int64_t now);
  void lacks(std::size_t index, std::string why, std::int64_t until);  // nothing for us before then
  void again(std::size_t index);  // it gave what it said it would: it is the next to be asked
  // It closed without a word: it is asked in the other form from now on. True when that form has
  // not failed just before; then it is the next to be asked.
  bool turn_form(std::size_t index);
  void gone(std::size_t index, std::string why);
  void absent(std::size_t index, std::string why, std::int64_t now);  // it knows no such file
  void differs(std::size_t index, std::int64_t now);
  void asked_at(std::size_t index, const Endpoint& web);
  void gave(std::size_t index, std::uint64_t bytes);
  void set_giver(std::size_t index, std::string giver) { entries_[index].giver = std::move(giver); }
  void went_well(std::size_t index);  // enough came to forget earlier failures
  void set_busy(std::size_t index, bool busy) { entries_[index].busy = busy; }

  void ban(std::size_t index, std::string why);  // it gave wrong content
  void pardon(std::size_t index);
  void set_accused(std::size_t index, bool accused) { entries_[index].accused = accused; }
  void be_careful() { careful_ = true; }
  void some_lost();  // some of what is there is thrown away, which may be what others differ from
  void started_over();  // nothing is there any more
  void forgive();       // the user wants all asked now; the blamed stay blamed

  // What is worth telling to the one at `except`, of those that were asked over HTTP: who gave and
  // did not fail since, and who is not worth asking.
  Others others(const Endpoint& except) const;
  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  std::size_t hopeful() const;  // how many may still give something

 private:
  bool is_free(const Entry& entry) const;
  bool fits(const Entry& entry) const;  // with the bytes that are there
  std::int64_t earliest(bool fitting) const;
  std::size_t ready(bool fitting, std::int64_t now) const;  // entries_.size(): none

  std::int64_t first_wait_ms_;
  std::vector<Entry> entries_;
  std::size_t turn_ = 0;
  bool careful_ = false;  // one source's bytes only
};

}  // namespace p2p::transfer
