// FetchedFiles: the contents that were downloaded here, so that a search can say of a file that it
// is here already, wherever it was put. Pure; the App carries lines to the disk.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "protocols/base/digest.h"

namespace p2p::app {

class FetchedFiles {
 public:
  static constexpr std::size_t kMost = 100'000;             // the oldest are forgotten
  static constexpr std::size_t kMostText = 2 * kMost * 33;  // lines of 32 letters

  // The line to be put behind what is kept; empty: it is known.
  std::string add(const Sha1& content);
  bool contains(const Sha1& content) const { return known_.contains(content); }
  std::size_t size() const { return known_.size(); }
  const std::deque<Sha1>& all() const { return order_; }  // the oldest first

  // A digest in base32 on each line. False: the text is to be written anew, since lines of it made
  // no sense, or there are too many.
  bool load(std::string_view text);
  std::string saved() const;

 private:
  std::set<Sha1> known_;
  std::deque<Sha1> order_;  // the oldest first
};

}  // namespace p2p::app
