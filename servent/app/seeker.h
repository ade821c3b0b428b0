// Looks for more sources of a download: searches of its own that no screen shows. Pure: the App
// carries them to the networks and their hits back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/ids.h"
#include "protocols/command.h"

#include "servent/transfer/engine.h"

namespace p2p::app {

class Seeker {
 public:
  struct Network {
    std::string name;
    bool by_uuhash = false;  // FastTrack
  };
  // What each network shall be asked, all by one id: the UuHash where that is known and understood;
  // else the words of the wanted file's name, or its digest when it has none. Nothing when a search
  // for this download is under way. A network that cannot be asked anything is left out.
  std::vector<std::pair<std::string, Search>> seek(std::uint32_t download,
                                                   const transfer::Wanted& wanted,
                                                   const std::vector<Network>& networks);

  struct Sources {
    std::uint32_t download = 0;
    std::vector<Source> sources;
  };
  // Those hits that are the wanted file: the same digest, or, where the network told none, the same
  // size and UuHash, or size and name where one has no UuHash. Nothing: this search is not ours.
  std::optional<Sources> take(SearchId id, const std::vector<Hit>& hits) const;
  bool ended(SearchId id);  // in one network; false: this search is not ours

 private:
  struct One {
    std::uint32_t download = 0;
    transfer::Wanted wanted;
    std::size_t pending = 0;  // networks that may still answer
  };
  std::map<SearchId, One> searches_;
  std::uint32_t last_ = 0;
};

}  // namespace p2p::app
