// Registration: tells somebody page by page what we share, and then what changes (second walk of
// architecture.md): an ordinary node its parent, a supernode its own index.
//
//   start  (PageAsked  Page  share* barrier)*  then share and unshare as the catalogue changes
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "protocols/base/uuhash.h"
#include "protocols/mode.h"

namespace p2p::kazaa {

class ShareSink {
 public:
  virtual void share(const SharedFile& file, Cx& cx) = 0;  // it has a UUHash
  virtual void unshare(const UuHash& hash, std::string_view name, Cx& cx) = 0;
  // A page was told. True: go on at once; false: barrier_passed() will be called when it was read.
  virtual bool page_told(Cx& cx) = 0;

 protected:
  ~ShareSink() = default;
};

class Registration {
 public:
  // A listener that does not say that it has read a page is told the next one after so long.
  static constexpr Duration kBarrierTimeout = 30s;

  void start(Cx& cx);  // nothing was told yet
  void stop();         // and what was told is forgotten there
  void page(const Page& page, ShareSink& to, Cx& cx);
  void changed(const Shared& shared, ShareSink& to, Cx& cx);
  void barrier_passed(Cx& cx);
  void expire(Cx& cx);
  Time deadline() const { return barrier_; }

  std::uint64_t told() const { return told_.size(); }  // files

 private:
  void tell(const SharedFile& file, ShareSink& to, Cx& cx);
  void untell(const UuHash& hash, std::string_view name, ShareSink& to, Cx& cx);
  void ask_page(Cx& cx);

  bool running_ = false;
  bool paging_ = false;
  std::uint64_t run_ = 0;    // in the ticket: pages of an earlier run are not ours any more
  std::uint64_t after_ = 0;  // cursor of the page asked for, or to be asked for
  Time barrier_ = kNever;
  std::unordered_map<std::string, UuHash> told_;  // by name; as many as we share
  std::map<UuHash, std::uint32_t> copies_;        // how many of these have the same content
  // While paging: a page may have been read before the change.
  std::unordered_set<std::string> removed_;
};

}  // namespace p2p::kazaa
