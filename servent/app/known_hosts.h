// KnownHosts: the hosts of one network that were good to enter by (Learned), kept over restarts in
// `hosts-<mode>` of the home. Pure, but for the two functions that read and write the file.
//
// The file: "servent hosts 1", then a line a host, the best first: "127.0.0.1:6346 ultrapeer"; a
// role that is not a word is "-".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"
#include "protocols/registry.h"

namespace p2p::app {

class KnownHosts {
 public:
  // It was good just now: goes to the front. Over kMaxKnownHosts the one that was good longest ago
  // is forgotten. False: it stood there already, nothing changed.
  bool add(const Endpoint& endpoint, const std::string& role);

  const std::vector<KnownHost>& list() const { return hosts_; }
  std::string text() const;
  // All or nothing: a file with one wrong line is not ours.
  static Result<KnownHosts> parse(std::string_view text);

 private:
  std::vector<KnownHost> hosts_;  // the one that was good last comes first
};

// A missing file is an empty list.
Result<KnownHosts> load_hosts(const std::filesystem::path& file);
// Writes beside the file and renames, so that a kill leaves the old or the new one whole.
Result<void> save_hosts(const std::filesystem::path& file, const std::string& text);

}  // namespace p2p::app
