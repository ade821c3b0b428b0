// What one stock client can make the central server hold or do, each bound with its reason. The
// numbers of opennap-ng 0.50 are quoted from napster.md, section 14, where ours differ.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/base/time.h"

namespace p2p::napster {

inline constexpr std::size_t kMaxNickBytes = 19;   // opennap-ng's; clients size fields by it
inline constexpr std::size_t kMaxAgentBytes = 64;  // opennap-ng cuts at 32; ours carries a version
inline constexpr std::size_t kMaxEmailBytes = 96;
inline constexpr std::size_t kMaxPasswordBytes = 128;  // hashing is slow: bounds its input
inline constexpr std::size_t kMaxNameBytes =
    1024;                                         // a shared path; as directory.h (opennap-ng 255)
inline constexpr std::size_t kMaxHashBytes = 64;  // room for "<md5>-<size>" and the like
inline constexpr std::size_t kMaxTextBytes = 1024;  // a message or chat line; the rest is cut off
inline constexpr std::size_t kMaxHostBytes = 255;   // of a redirect
inline constexpr std::size_t kMaxReasonBytes = 96;  // of kills and bans
inline constexpr std::size_t kMaxTopicBytes = 64;
inline constexpr std::size_t kMaxChannelBytes = 32;
inline constexpr std::uint32_t kMaxLinkSpeed = 10;  // Napster's scale ends at "T3 or more"

inline constexpr std::size_t kMaxHotlist = 32;
inline constexpr std::size_t kMaxIgnored = 32;
inline constexpr std::size_t kMaxChannelsOfUser = 5;
// A line in a channel is one send for each member.
inline constexpr std::size_t kMaxChannelMembers = 200;
inline constexpr std::size_t kMaxChannelBans = 100;  // the new one is refused
inline constexpr std::size_t kMaxChannelsListed = 500;
// opennap-ng stops at 500, far below a present-day music folder; this is about 700 KB.
inline constexpr std::uint32_t kMaxBrowseResults = 5000;
inline constexpr std::size_t kMaxUsersListed = 5000;
// The bans live in memory and in the host's store; the new one is refused, none is dropped.
inline constexpr std::size_t kMaxBans = 1000;

// Long answers go out in pieces of this size, so that none blocks a queue for long.
inline constexpr std::size_t kPieceBytes = 32U << 10U;

// A download queue may ask for a whole folder; a popular sharer is asked by many at once. A request
// past either is answered 206 at once.
inline constexpr std::size_t kMaxRequestsOfDownloader = 500;
inline constexpr std::size_t kMaxRequestsOfSharer = 5000;
inline constexpr Duration kRequestPatience = 60s;  // for a sharer's 608, then 206

inline constexpr Duration kLoginPatience = 60s;  // opennap-ng's login_timeout
inline constexpr Duration kGhostAge = 450s;      // opennap-ng's ghost kill
inline constexpr Duration kStatsEvery = 60s;     // opennap-ng's stat_click
// Bytes that may wait while the host hashes a password: a login and the start of a share list.
// Past it the link is closed.
inline constexpr std::size_t kMaxHeldBytes = 256U << 10U;
inline constexpr std::uint32_t kMaxQuestionsOfUser = 8;    // account questions in flight
inline constexpr std::uint32_t kMaxTriesBeforeLogin = 10;  // 7, 11 and logins: password guessing
inline constexpr std::size_t kMaxQuestions = 50'000;       // in flight for all users
// Links above max_users that may be logging in, so that moderators get into a full server.
inline constexpr std::size_t kSpareLinks = 1000;

// Messages a second and at once. A client that just logged in sends its hot list and its queue at
// once; shares that are taken are bounded by their count and cost nothing here.
inline constexpr double kMessagesPerSecond = 100;
inline constexpr double kMessageBurst = 2000;
inline constexpr double kSearchesPerSecond = 10;
inline constexpr double kSearchBurst = 50;
// Lines of lists (browse, channels) for one user. At once: the files of a whole hot list, or four
// of the longest lists. A request is eight bytes and may cost 5000 lines: without this bound one
// segment full of them holds everybody up for ten seconds (measured).
inline constexpr double kListLinesPerSecond = 1000;
inline constexpr double kListLineBurst = 20'000;
// Shares past the limit that are passed over in silence: a client with a million files stays.
inline constexpr std::uint32_t kMaxSharesIgnored = 1'000'000;

}  // namespace p2p::napster
