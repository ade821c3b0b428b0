// Everything a user can ask, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace p2p::api {

struct StartSearch {
  std::string text;
};
struct StartBrowse {  // all that one user offers, listed as a search
  std::string user;   // as a result names its source, or HOST:PORT where the network goes by that
};
struct CloseSearch {
  std::uint32_t id = 0;
};
struct RepeatSearch {
  std::uint32_t id = 0;
};
struct GetResult {
  std::uint32_t search = 0;
  std::uint64_t key = 0;
};  // from all its sources
struct GetLink {
  std::string link;
};
struct PauseDownload {
  std::uint32_t id = 0;
  bool pause = true;
};
struct CancelDownload {
  std::uint32_t id = 0;
};  // deletes the part file
struct RetryDownload {
  std::uint32_t id = 0;
};                        // now, instead of at its time
struct ClearFinished {};  // out of the list; deletes nothing
struct Rescan {};
struct ConnectTo {
  std::string endpoint;
};
struct Quit {};

using Request = std::variant<StartSearch, StartBrowse, CloseSearch, RepeatSearch, GetResult,
                             GetLink, PauseDownload, CancelDownload, RetryDownload, ClearFinished,
                             Rescan, ConnectTo, Quit>;

}  // namespace p2p::api
