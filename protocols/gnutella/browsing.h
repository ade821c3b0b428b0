// Browsing: the whole list of one servent, asked and told over HTTP (gnutella.md, section 9,
// "browse host"). A caller that accepts application/x-gnutella-packets gets hits, any other (a web
// browser) a page of links.
//
//   asked:  GET / -> head | pages of the catalogue as chunks | end
//   asking: dial -> GET / -> head -> hits -> Ended
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocols/gnutella/message.h"
#include "protocols/gnutella/reaches.h"
#include "protocols/header_block.h"
#include "protocols/mode.h"

namespace p2p::gnutella {

inline constexpr std::size_t kMostBrowses = 8;       // told at once; more hear 503
inline constexpr std::size_t kMostBrowsed = 20'000;  // files taken from one servent
inline constexpr std::uint64_t kMostBrowseBytes = std::uint64_t{16} << 20U;  // of its list
inline constexpr std::size_t kBrowseAhead = std::size_t{128} * 1024;  // bytes sent and not taken
inline constexpr Duration kBrowsePause = 100ms;   // until that is looked at again
inline constexpr Duration kBrowsePatience = 30s;  // without a byte

class Browsing {
 public:
  Browsing(std::string agent, bool allow_public)
      : agent_(std::move(agent)),
        reaches_(allow_public, 0) {}

  bool has(LinkId link) const { return asked_.contains(link) || asking_.contains(link); }

  // A caller's first bytes look like HTTP. False: no place for one more.
  bool request(LinkId link, Bytes first, const HitMessage& self, Cx& cx);
  void page(const Page& page, Cx& cx);  // of the catalogue; tickets of others are passed over
  // The user wants the list of `user`: an address, or a servent's GUID that was seen with one.
  void browse(const Browse& browse, Cx& cx);
  bool cancel(SearchId id, Cx& cx);
  void saw(const HitMessage& hit);  // where a servent can be called

  void up(LinkId link, Cx& cx);
  void receive(LinkId link, Bytes bytes, Cx& cx);
  void down(LinkId link, Cx& cx);
  void expire(Cx& cx);
  Time deadline() const;

 private:
  struct Asked {
    HeaderBlockReader head{kHttpLimits};
    bool answered = false;
    bool html = false;
    HitMessage self;
    std::uint64_t next = 0;  // cursor of the page to ask for when the caller has read enough
    Time ask_at = kNever;
    Time deadline{};
  };
  struct Asking {
    SearchId id{};
    std::string host;
    HeaderBlockReader head{kHttpLimits};
    bool in_body = false;
    bool chunked = false;
    Buffer raw;   // not yet taken apart
    Buffer body;  // not yet decoded
    std::uint64_t bytes = 0;
    std::size_t files = 0;
    Time deadline{};
  };
  void next_page(LinkId link, Asked& one, Cx& cx);
  void hear(LinkId link, Asked& one, Bytes bytes, Cx& cx);
  void take(LinkId link, Asking& one, Bytes bytes, Cx& cx);
  bool take_chunks(Asking& one);
  bool take_hits(Asking& one, Cx& cx);
  void end(LinkId link, Ended::Why why, const std::string& text, Cx& cx);

  std::string agent_;
  Reaches reaches_;
  std::unordered_map<LinkId, Asked> asked_;
  std::unordered_map<LinkId, Asking> asking_;
  std::unordered_map<std::string, Endpoint> seen_;  // GUID in hex -> where; at most 1000
};

}  // namespace p2p::gnutella
