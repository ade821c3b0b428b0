// ShareTree: what the last look at the shared folders found: how much lies in each and below it,
// and which files wait to be read. By the names that the networks see. Changed while it is made
// only, then any thread may ask it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/file.h"

#include "servent/api/snapshot.h"

namespace p2p::app {

class ShareTree {
 public:
  struct Amount {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
  };

  void found(std::string_view name, std::uint64_t bytes);
  void waits(std::string name, std::uint64_t bytes);
  void finish();  // nothing more comes

  Amount in(std::string_view folder) const;  // and below
  // With what the catalogue has in it, by name; `hashing` is the file that is read now.
  api::Listing listing(const std::string& folder, const std::vector<SharedFile>& known,
                       std::string_view hashing) const;

 private:
  struct Waiting {
    std::string name;
    std::uint64_t bytes = 0;
  };
  std::vector<api::FolderRow> below(const std::string& folder, std::size_t most) const;

  std::map<std::string, Amount, std::less<>> folders_;
  std::vector<Waiting> waiting_;  // by name
};

}  // namespace p2p::app
