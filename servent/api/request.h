// Everything a user can ask, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "servent/api/snapshot.h"

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
};  // now, instead of at its time
struct FindSources {
  std::uint32_t id = 0;
};  // of a download: looks for more now
// What is not named stays.
struct ChangeDownload {
  std::uint32_t id = 0;
  std::optional<std::uint64_t> limit_bps;  // bytes a second, 0: none
  std::optional<Priority> priority;        // whose turn it is first
  std::optional<bool> in_order;            // the first bytes first
};
enum class Where : std::uint8_t { top, up, down, bottom };
struct MoveDownload {  // in the list, in whose order they have their turns
  std::uint32_t id = 0;
  Where where = Where::top;
};
struct ClearFinished {};   // out of the list; deletes nothing
struct RestoreCleared {};  // what the last one took, if it was not fetched anew
// What is not named stays. Bytes a second, 0: no limit; until the schedule says else.
struct SetLimits {
  std::optional<std::uint64_t> up_bps;
  std::optional<std::uint64_t> down_bps;
};
struct SetSlots {
  std::optional<std::uint32_t> slots;     // uploads at once, at most kMostSlots; 0: none begins
  std::optional<std::uint32_t> per_user;  // of these, 1 to kMostSlots
  std::optional<std::uint32_t> queue;     // places for those who wait, at most kMostPlaces
};
inline constexpr std::uint32_t kMostSlots = 100;
inline constexpr std::uint32_t kMostPlaces = 1000;
struct LimitUpload {  // one that runs, on its own
  std::uint32_t id = 0;
  std::uint64_t bps = 0;
};
struct EndUpload {  // breaks it off, or takes it from the queue; its user may ask again
  std::uint32_t id = 0;
};
struct BlockUser {  // of an upload: he gets nothing more
  std::uint32_t upload = 0;
};
struct MoveUpload {  // one that waits; those who gave to us, and users' turns, count less than it
  std::uint32_t id = 0;
  Where where = Where::top;
};
struct Rescan {};
// What came of it is told by Backend::share(), which the host of a screen calls instead.
struct ShareFolder {
  std::string path;
  bool wanted = true;
};
struct ConnectTo {
  std::string endpoint;
  std::string network{};  // empty: in all of them
};
struct DropPeer {        // closes our links with it; it may come again
  std::string endpoint;  // as its row says: HOST:PORT
};
struct BanHost {     // and takes no more of that address, nor calls it
  std::string host;  // an address, or HOST:PORT
};
struct UnbanHost {
  std::string host;  // as of BanHost
};
struct IgnoreUser {  // whose files are not shown in searches
  std::string network;
  std::string user;
};
struct ForgetIgnored {};  // all of these are shown again
struct DropUnwanted {     // one who was kept out no longer is
  std::uint32_t id = 0;
};
// These networks from now on, in this order: others are left, new ones entered. Downloads go on,
// searches end in what is left. An empty role: as before, or as the mode begins.
struct SwitchMode {
  std::vector<std::string> modes;
  std::vector<std::string> roles;  // in the order of the modes
};
// A search that repeats itself. One with this text and filter that is there already takes on the
// rest.
struct AddWish {
  std::string text;
  bool download = false;  // the first file with a digest and two sources, once
  std::string filter{};   // as a screen's: only what passes is news
  std::string group{};    // as WishRow has it
};
struct DropWish {
  std::uint32_t id = 0;
};
struct SeeWish {  // searches for it, and what it has found is no news any more
  std::uint32_t id = 0;
};
struct Detach {};  // the screen leaves, the node stays: the screen's host does it, no Backend
struct Quit {};

using Request =
    std::variant<StartSearch, StartBrowse, CloseSearch, RepeatSearch, GetResult, GetLink,
                 PauseDownload, CancelDownload, RetryDownload, FindSources, ChangeDownload,
                 MoveDownload, ClearFinished, RestoreCleared, SetLimits, SetSlots, LimitUpload,
                 EndUpload, BlockUser, MoveUpload, Rescan, ShareFolder, ConnectTo, DropPeer,
                 BanHost, UnbanHost, IgnoreUser, ForgetIgnored, DropUnwanted, SwitchMode, AddWish,
                 DropWish, SeeWish, Detach, Quit>;

}  // namespace p2p::api
