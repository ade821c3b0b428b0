// Fetcher: the asking side of one data connection, whatever its dialect (third walk of
// architecture.md). Bytes come in, bytes of the file and words for the peer go out; it neither
// waits nor writes. make_fetcher() is the only place that knows which dialect has which.
//
//   take_output  (feed take_output)*  until nothing is missing: go_on(); or end(), or closed()
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/ids.h"
#include "protocols/base/uuhash.h"
#include "protocols/event.h"
#include "protocols/transfer/extents.h"
#include "protocols/transfer/http_others.h"
#include "protocols/transfer/http_tree.h"

namespace p2p::transfer {

// A fetcher is told to begin so many bytes before the resume point, so that the host can compare
// them with what it has: old Napster programs acknowledge an offset and send from byte 0.
inline constexpr std::uint64_t kOverlap = 4096;

// What the asking side has of the file itself; told with each request where that can be said.
struct Owned {
  std::uint64_t bytes = 0;
  bool is_shared = false;  // parts of it can be had here
};

// What is wanted of one source: the bytes from `offset` up to `end`.
struct FetchAsk {
  std::string name;          // as that source says it
  std::uint32_t index = 0;   // the file's number there, where the network has such
  std::optional<Sha1> sha1;  // if the content is known
  std::uint64_t total = 0;   // bytes of the whole file
  std::uint64_t offset = 0;  // where the data shall begin; at most `total`
  // Where it shall end; 0: with the file. Napster knows no end: the rest of the file comes too.
  std::uint64_t end = 0;
  bool called = false;       // the source called us, and its greeting has been heard
  std::string agent;         // our program and version
  Endpoint host{};           // the other end of the connection
  std::string queue_ticket;  // what it gave us when we had to wait (FetchEnd), told again
  Others others{};           // what we found out about others, told once where that can be said
  UuHash uuhash{};           // by which FastTrack asks
  bool absolute = false;     // ask for http://host/path: the path alone was not heard
  Owned owned{};
  bool is_probe = false;  // nothing is wanted but to know what the source has (Fetcher::probe)
};

// Why nothing more will come on this connection.
struct FetchEnd {
  enum class Why : std::uint8_t {
    failed,   // ask again after a while
    ended,    // in good order, and there is more: ask again now
    queued,   // it is busy
    gone,     // it does not have this file any more: asking again will not help
    absent,   // it knows no such file
    lacks,    // it does not have this part of it yet
    unheard,  // not a word came: the other form of the same request may be understood (`absolute`)
  };
  Why why = Why::failed;
  std::string text{};  // for people; a peer's words in it are escaped
  // With queued.
  std::uint32_t place = 0;              // 0: it did not say
  std::chrono::seconds retry_after{0};  // not earlier; 0: it did not say
  std::string ticket{};
};

class Fetcher {
 public:
  Fetcher() = default;
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  Fetcher(Fetcher&&) = delete;
  Fetcher& operator=(Fetcher&&) = delete;
  virtual ~Fetcher() = default;

  // What came. Returns what of it is file data (a view into `bytes` or into this, valid until the
  // next call), in order, never more than was asked for in all, and never longer than `bytes` and
  // kHeldBack.
  virtual Bytes feed(Bytes bytes) = 0;
  static constexpr std::size_t kHeldBack = 64;

  // What to send now; empty when there is nothing.
  virtual std::string take_output() = 0;
  // Set when the connection is of no more use, and what is missing will not come on it.
  virtual const std::optional<FetchEnd>& end() const = 0;
  // The peer closed: what that means. Only before end().
  virtual FetchEnd closed() const = 0;
  virtual std::uint64_t missing() const = 0;  // bytes still to come of what was asked for
  // Asks for the bytes from `begin` up to `end` too, on this connection, when nothing is missing.
  // False, and nothing changes, when that is not possible here.
  virtual bool go_on(std::uint64_t begin, std::uint64_t end, const Owned& owned) = 0;
  // Asks what the source has now, when nothing is missing: take_available() tells. False as above.
  virtual bool probe() { return false; }
  // The digest of the whole file as the peer tells it; before any byte of the data it is about.
  virtual const std::optional<Sha1>& sha1() const = 0;
  // When the peer's file was last changed, as it says; seconds since 1970. Hearsay, and it may lie
  // in the future. Nothing of a file that it is still fetching itself.
  virtual std::optional<std::int64_t> modified_unix() const { return {}; }
  // What the peer told of others since the last call; at most ToldOnce::kMost of each in all.
  virtual Others take_others() { return {}; }
  // Which bytes the peer has of a file that it is still fetching itself, if it told since the last
  // call; all of them once it has the file. Hearsay.
  virtual std::optional<Extents> take_available() { return {}; }
  // Did it say since the last call that it does not have the part that was asked for? Then nothing
  // is missing, and it may be asked for another one.
  virtual bool take_refused() { return false; }
  // Where the peer has the tree of the content that was asked for, as it said last.
  virtual std::optional<TreeLink> tree() const { return {}; }
};

std::unique_ptr<Fetcher> make_fetcher(const Dialect& dialect, FetchAsk ask);

}  // namespace p2p::transfer
