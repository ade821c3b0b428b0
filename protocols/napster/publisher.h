// Publisher: tells the server what we share (napster.md section 3; second walk of architecture.md).
//
//   start  (PageAsked  Page  100* 214 -- 214)*  then 100 and 102 as the catalogue changes
//
// The 214 behind a page is a barrier: its answer says that the server has read the page, and only
// then the next one is asked for, so no more than a page ever waits in the output queue.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "protocols/command.h"
#include "protocols/event.h"
#include "protocols/napster/to_server.h"

namespace p2p::napster {

// opennap-ng closes the link above 2048 bytes; a file whose line is longer is not published.
inline constexpr std::size_t kMaxShareBytes = 2000;
// Changes during publishing that are remembered; above, publishing starts over.
inline constexpr std::size_t kMaxChanges = 5000;
// Files whose name the wire cannot say; further ones are not published.
inline constexpr std::size_t kMaxOddNames = 10'000;
inline constexpr Duration kBarrierTimeout = 30s;  // a server that does not answer 214

class Publisher {
 public:
  void start(ToServer& to);  // the server knows nothing of us yet
  void page(const Page& page, ToServer& to);
  void changed(const Shared& shared, ToServer& to);
  void barrier_passed(ToServer& to);  // a 214 came; one that was not ours does no harm
  void expire(ToServer& to);
  void stop();  // the link is gone and the server has forgotten our files
  Time deadline() const { return barrier_; }

  // The name in our catalogue of a file that somebody names as we published it.
  std::string our_name(std::string_view wire_name) const;
  std::uint64_t published() const { return published_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  void ask_page(ToServer& to);
  void publish(const SharedFile& file, ToServer& to);
  void unpublish(const std::string& name, ToServer& to);
  void remember(const Shared& shared);

  bool paging_ = false;
  std::uint64_t run_ = 0;    // in the ticket: pages of an earlier run are not ours any more
  std::uint64_t after_ = 0;  // cursor of the page asked for, or to be asked for
  Time barrier_ = kNever;    // waiting for its 214 until then
  // While paging: a page may have been read before the change, or after it.
  std::unordered_set<std::uint64_t> added_;
  std::unordered_set<std::string> removed_;
  std::unordered_map<std::string, std::string> odd_names_;  // wire form -> ours
  std::uint64_t published_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace p2p::napster
