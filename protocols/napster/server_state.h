// What the central server knows: its sessions, users, channels, bans and open questions, and the
// few moves that all its verbs share. The verbs are in server_login.cc and its sisters; server.cc
// is the Mode around them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "protocols/directory.h"
#include "protocols/mode.h"
#include "protocols/napster/limits.h"
#include "protocols/napster/message.h"
#include "protocols/napster/pending_requests.h"
#include "protocols/registry.h"
#include "protocols/token_bucket.h"

namespace p2p::napster {

enum class Level : std::uint8_t { leech, user, moderator, admin, elite };

//             7, 11, 2, 6              AccountAnswer
//   greeting -------------> asking -------------------> up
//      ^                      |  7, 11: answered
//      +----------------------+           a refused login closes the link
enum class Stage : std::uint8_t { greeting, asking, up };

struct Session {
  LinkId link{};
  Endpoint remote;
  Time since{};
  Stage stage = Stage::greeting;
  bool gone = false;  // closed or lost; erased when the current call ends
  FrameReader reader;
  std::size_t held_bytes = 0;   // arrived while asking
  std::uint32_t questions = 0;  // in flight
  std::uint32_t tries = 0;      // questions before the login
  TokenBucket messages{kMessagesPerSecond, kMessageBurst};
  TokenBucket searches{kSearchesPerSecond, kSearchBurst};
  TokenBucket list_lines{kListLinesPerSecond, kListLineBurst};
  std::uint64_t received = 0;
  std::uint64_t sent = 0;

  // From the login on.
  std::string nick;      // as registered
  std::string folded;    // how it is compared
  std::string password;  // only until the account is made; never logged
  std::string agent;
  std::string email;
  std::uint16_t port = 0;  // 0: cannot accept connections
  std::uint32_t speed = 0;
  Level level = Level::user;
  bool registered = false;
  bool ours = false;  // a servent, told our additions
  bool muzzled = false;
  std::uint32_t shares_ignored = 0;  // past the limit
  bool cloaked = false;              // an operator whom only operators see
  Time up_since{};
  OwnerId owner{};
  std::uint32_t downloads = 0;
  std::uint32_t uploads = 0;
  std::uint64_t all_downloads = 0;
  std::uint64_t all_uploads = 0;
  std::unordered_set<std::string> hotlist;               // folded
  std::unordered_map<std::string, std::string> ignored;  // folded -> as sent
  std::vector<std::string> channels;                     // folded, as joined

  bool is_operator() const { return level >= Level::moderator; }
  bool ignores(const Session& other) const { return ignored.contains(other.folded); }
};

struct Ban {
  std::string setter;
  std::string reason;
  std::uint64_t seconds = 0;     // 0: for good
  std::uint64_t since_unix = 0;  // 0: not known
  Time until = kNever;
};

struct Channel {
  std::string name;
  std::string topic;
  std::string keeper;               // folded nick of its operator: the first to join
  std::vector<LinkId> members;      // in the order of joining
  std::map<std::string, Ban> bans;  // by mask, for as long as the channel exists
  Level least = Level::leech;       // who may enter
  std::size_t limit = 0;            // members; 0: kMaxChannelMembers
};

// What was asked of the host's accounts, until AccountAnswer names its serial.
struct Question {
  enum class For : std::uint8_t {
    nick_check,
    password_check,
    login,
    sign_up,
    whowas,
    new_password,
    others_password,
    new_email,
    new_level,
    removal
  };
  For what{};
  LinkId link{};
  std::string nick;
  Level level = Level::user;
};

struct Counters {
  std::uint64_t logins = 0;
  std::uint64_t refused_logins = 0;
  std::uint64_t searches = 0;
  std::uint64_t results = 0;
  std::uint64_t requests = 0;
  std::uint64_t brokered = 0;
  std::uint64_t bad_frames = 0;
};

class State {
 public:
  explicit State(const ModeConfig& given);

  Session* find(LinkId link);
  Session* find_user(std::string_view nick);  // logged in, not gone
  Session& owner(OwnerId id) { return *owners[static_cast<std::size_t>(id)]; }

  void send(Session& to, std::uint16_t type, std::string_view payload, Cx& cx,
            Urgency urgency = Urgency::normal);
  void notice(Session& to, std::string_view text, Cx& cx) { send(to, Type::notice, text, cx); }
  void send_all(std::span<const LinkId> to, std::uint16_t type, std::string_view payload, Cx& cx,
                Urgency urgency = Urgency::normal);
  void tell_operators(std::string_view text, Cx& cx) {
    send_all(operators, Type::notice, text, cx);
  }

  // Asks the host's accounts. False when too much is asked already; then nothing was asked.
  bool ask(Session& asker, Question question, AccountAsked asked, Cx& cx);

  void sign_on(Session& user, Cx& cx);              // the nick is his from here on
  void drop(Session& session, Reason why, Cx& cx);  // closes the link
  void lose(Session& session, Cx& cx);              // the link is gone already
  void sweep();  // erases the gone; no Session& may be held over it

  std::uint64_t unix_time(Time now) const;  // 0 when the host did not tell the time of day
  std::string stats() const;                // "<users> <files> <gigabytes>"
  void leave_channel(Session& user, const std::string& folded, Cx& cx);
  void refuse_request(const PendingRequest& request, Cx& cx);  // 206 to the downloader

  ModeConfig config;
  std::unordered_map<LinkId, Session> sessions;  // addresses stay while others come and go
  std::unordered_map<std::string, Session*> users;
  std::vector<Session*> owners;  // by OwnerId; null where free
  Directory directory;
  Time started{};  // the first wake
  PendingRequests pending;
  std::unordered_map<std::string, std::unordered_set<LinkId>> watchers;  // of a nick, by hot list
  std::map<std::string, Channel> channels;                               // by folded name
  std::map<std::string, Ban> bans;                                       // by folded mask
  std::vector<LinkId> operators;
  std::unordered_map<std::uint64_t, Question> questions;
  std::unordered_map<std::uint32_t, std::uint32_t> links_from;  // how many, by address
  std::deque<std::pair<Time, LinkId>> logins;  // who must be up by when; oldest first
  std::string told_stats;
  Counters counters;

 private:
  void sign_off(Session& user, Cx& cx);

  std::vector<std::uint32_t> free_owners_;
  std::vector<LinkId> gone_;
  std::uint64_t next_question_ = 1;
};

std::string folded_nick(std::string_view nick);  // ASCII only, as opennap-ng compares
bool is_valid_nick(std::string_view nick);
std::string_view level_name(Level level);

}  // namespace p2p::napster
