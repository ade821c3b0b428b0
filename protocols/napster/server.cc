// The Mode of the central server: cuts the streams into frames, finds the verb of each, and keeps
// the three deadlines (logins, download requests, stats).
#include "protocols/napster/server.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "protocols/base/link_speed.h"
#include "protocols/base/overloaded.h"
#include "protocols/napster/server_verbs.h"
#include "protocols/napster/share_tag.h"
#include "protocols/napster/watched.h"

namespace p2p::napster {

namespace {

enum class When : std::uint8_t { before, up, any };  // the login

struct Row {
  std::uint16_t type;
  When when;
  Level least;            // else 404 "<name> failed: permission denied"
  std::string_view name;  // for that text
  void (*verb)(Turn&);
};

// Ascending by type: it is searched by halves.
constexpr std::array kRows{
    Row{Type::login, When::before, Level::leech, "login", verb_login},
    Row{Type::version_check, When::any, Level::leech, "version", verb_version_check},
    Row{Type::register_login, When::before, Level::leech, "register", verb_login},
    Row{Type::nick_check, When::before, Level::leech, "check", verb_nick_check},
    Row{Type::password_check, When::any, Level::leech, "check", verb_password_check},
    Row{Type::registration_data, When::any, Level::leech, "data", verb_nothing},
    Row{Type::share, When::up, Level::leech, "share", verb_share},
    Row{Type::unshare, When::up, Level::leech, "unshare", verb_unshare},
    Row{Type::unshare_all, When::up, Level::leech, "unshare", verb_unshare_all},
    Row{Type::search, When::up, Level::leech, "search", verb_search},
    Row{Type::download_request, When::up, Level::leech, "download", verb_download_request},
    Row{Type::private_message, When::up, Level::leech, "message", verb_private_message},
    Row{Type::hotlist_add, When::up, Level::leech, "hotlist", verb_hotlist_add},
    Row{Type::hotlist_at_login, When::up, Level::leech, "hotlist", verb_hotlist_add},
    Row{Type::browse, When::up, Level::leech, "browse", verb_browse},
    Row{Type::stats, When::up, Level::leech, "stats", verb_stats},
    Row{Type::resume_search, When::up, Level::leech, "resume", verb_resume_search},
    Row{Type::download_started, When::up, Level::leech, "count", verb_transfer_count},
    Row{Type::download_ended, When::up, Level::leech, "count", verb_transfer_count},
    Row{Type::upload_started, When::up, Level::leech, "count", verb_transfer_count},
    Row{Type::upload_ended, When::up, Level::leech, "count", verb_transfer_count},
    Row{Type::data_port, When::any, Level::leech, "port", verb_nothing},
    Row{Type::hotlist_remove, When::up, Level::leech, "hotlist", verb_hotlist_remove},
    Row{Type::ignore_list, When::up, Level::leech, "ignore", verb_ignore_list},
    Row{Type::ignore_add, When::up, Level::leech, "ignore", verb_ignore_add},
    Row{Type::ignore_remove, When::up, Level::leech, "ignore", verb_ignore_remove},
    Row{Type::ignore_clear, When::up, Level::leech, "ignore", verb_ignore_clear},
    Row{Type::channel_join, When::up, Level::leech, "join", verb_channel_join},
    Row{Type::channel_part, When::up, Level::leech, "part", verb_channel_part},
    Row{Type::channel_say, When::up, Level::leech, "say", verb_channel_say},
    Row{Type::channel_topic, When::up, Level::leech, "topic", verb_channel_topic},
    Row{Type::channel_ban_list, When::up, Level::leech, "channel ban list", verb_channel_ban_list},
    Row{Type::channel_ban, When::up, Level::leech, "channel ban", verb_channel_ban},
    Row{Type::channel_unban, When::up, Level::leech, "channel unban", verb_channel_unban},
    Row{Type::channel_ban_clear, When::up, Level::leech, "channel ban clear",
        verb_channel_ban_clear},
    Row{Type::channel_invite, When::up, Level::leech, "invite", verb_channel_invite},
    Row{Type::invite_accepted, When::up, Level::leech, "invite", verb_invite_answer},
    Row{Type::invite_declined, When::up, Level::leech, "invite", verb_invite_answer},
    Row{Type::push_request, When::up, Level::leech, "download", verb_push_request},
    Row{Type::link_speed_query, When::up, Level::leech, "speed", verb_link_speed},
    Row{Type::whois, When::up, Level::leech, "whois", verb_whois},
    Row{Type::set_level, When::up, Level::admin, "level", verb_set_level},
    Row{Type::upload_accept, When::up, Level::leech, "upload", verb_upload_accept},
    Row{Type::upload_refuse, When::up, Level::leech, "upload", verb_upload_refuse},
    Row{Type::kill, When::up, Level::moderator, "kill", verb_kill},
    Row{Type::nuke, When::up, Level::admin, "nuke", verb_nuke},
    Row{Type::ban, When::up, Level::moderator, "ban", verb_ban},
    Row{Type::set_port, When::up, Level::moderator, "port", verb_set_port},
    Row{Type::unban, When::up, Level::moderator, "unban", verb_unban},
    Row{Type::ban_list, When::up, Level::moderator, "ban list", verb_ban_list},
    Row{Type::channel_list, When::up, Level::leech, "channels", verb_channel_list},
    Row{Type::queue_limit, When::up, Level::leech, "upload", verb_queue_limit},
    Row{Type::motd, When::up, Level::leech, "motd", verb_motd},
    Row{Type::muzzle, When::up, Level::moderator, "muzzle", verb_muzzle},
    Row{Type::unmuzzle, When::up, Level::moderator, "unmuzzle", verb_muzzle},
    Row{Type::set_speed, When::up, Level::moderator, "speed", verb_set_speed},
    Row{Type::data_port_error, When::up, Level::leech, "port", verb_data_port_error},
    Row{Type::operator_message, When::up, Level::moderator, "message", verb_operator_message},
    Row{Type::announce, When::up, Level::admin, "announce", verb_announce},
    Row{Type::direct_browse, When::up, Level::leech, "browse", verb_direct_browse},
    Row{Type::direct_browse_accept, When::up, Level::leech, "browse", verb_direct_browse_accept},
    Row{Type::cloak, When::up, Level::moderator, "cloak", verb_cloak},
    Row{Type::change_speed, When::up, Level::leech, "speed", verb_change_speed},
    Row{Type::change_password, When::up, Level::leech, "password", verb_change_password},
    Row{Type::change_email, When::up, Level::leech, "email", verb_change_email},
    Row{Type::change_port, When::up, Level::leech, "port", verb_change_port},
    Row{Type::server_ping, When::up, Level::leech, "ping", verb_server_ping},
    Row{Type::ping, When::up, Level::leech, "ping", verb_ping},
    Row{Type::pong, When::up, Level::leech, "ping", verb_ping},
    Row{Type::set_password, When::up, Level::admin, "password", verb_set_password},
    Row{Type::setting_reset, When::up, Level::elite, "reconfig", verb_setting_reset},
    Row{Type::server_version, When::up, Level::moderator, "version", verb_server_version},
    Row{Type::setting, When::up, Level::moderator, "config", verb_setting},
    Row{Type::channel_clear, When::up, Level::moderator, "clear channel", verb_channel_clear},
    Row{Type::redirect, When::up, Level::admin, "redirect", verb_redirect},
    Row{Type::redirect_meta, When::up, Level::admin, "redirect", verb_redirect},
    Row{Type::channel_level, When::up, Level::leech, "channel level", verb_channel_level},
    Row{Type::emote, When::up, Level::leech, "say", verb_channel_emote},
    Row{Type::channel_limit, When::up, Level::leech, "channel limit", verb_channel_limit},
    Row{Type::channel_list_full_end, When::up, Level::leech, "channels", verb_channel_list_full},
    Row{Type::channel_kick, When::up, Level::leech, "channel kick", verb_channel_kick},
    Row{Type::channel_users, When::up, Level::leech, "users", verb_channel_users},
    Row{Type::user_list, When::up, Level::moderator, "users", verb_user_list},
    Row{Type::share_folder, When::up, Level::leech, "share", verb_share_folder},
    Row{Type::login_920, When::any, Level::leech, "login", verb_nothing},
    Row{Type::channel_level_old, When::up, Level::leech, "channel level", verb_channel_level},
    Row{Type::channel_kick_old, When::up, Level::leech, "channel kick", verb_channel_kick},
    Row{Type::channel_invite_opennap, When::up, Level::leech, "invite",
        verb_channel_invite_opennap},
    Row{Type::share_other, When::up, Level::leech, "share", verb_share_other},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::type));

const Row* row_of(std::uint16_t type) {
  const auto* const row = std::ranges::lower_bound(kRows, type, {}, &Row::type);
  return row != kRows.end() && row->type == type ? row : nullptr;
}

// Bounded by their count instead of the message rate, as long as they are taken (server_files.cc).
bool is_share(std::uint16_t type) {
  return type == Type::share || type == Type::share_other || type == Type::share_folder ||
         type == Type::unshare;
}

void dispatch(Turn& turn) {
  Session& who = turn.who;
  const bool is_up = who.stage == Stage::up;
  if (!(is_up && is_share(turn.type)) && !who.messages.take(turn.cx.now)) {
    turn.notice("You are sending too fast");
    return turn.state.drop(who, Reason::policy, turn.cx);
  }
  const Row* row = row_of(turn.type);
  if (!is_up && (row == nullptr || row->when == When::up))
    return turn.answer(Type::login_error, "invalid command");
  if (row == nullptr) return turn.notice("Unknown command code " + std::to_string(turn.type));
  if (is_up && row->when == When::before) return turn.notice("You are already logged in");
  if (is_up && who.level < row->least)
    return turn.notice(std::string(row->name) + " failed: permission denied");
  row->verb(turn);
}

Hit hit_of_listed(State& state, const Listed& file) {
  const Session& sharer = state.owner(file.owner);
  const ShareTag tag = unpack_tag(file.tag);
  Hit hit;
  hit.name = file.name;
  hit.size_bytes = file.size_bytes;
  hit.sha1 = tag.sha1;
  hit.start_md5 = md5_from_hex(tag.hash);
  hit.media = file.media;
  hit.source = {
      "napster", sharer.nick, hit.name, {sharer.remote.address, sharer.port}, sharer.speed};
  hit.claimed_bps = claimed_rate_bps(link_speed_kbps(sharer.speed));
  return hit;
}

class Server final : public Mode {
 public:
  explicit Server(const ModeConfig& config) : state_(config) { restore_bans(state_); }

  void link_up(LinkId link, const LinkInfo& info, Cx& cx) override {
    const auto [place, is_new] = state_.sessions.try_emplace(link);
    if (!is_new) return;
    Session& session = place->second;
    session.link = link;
    session.remote = info.remote;
    session.since = cx.now;
    const bool is_loopback = info.remote.address >> 24U == 127;
    const std::uint32_t most =
        is_loopback ? state_.config.links_per_loopback : state_.config.links_per_address;
    if (++state_.links_from[info.remote.address] > most) {
      state_.send(session, Type::login_error,
                  "Too many connections from your address (" + std::to_string(most) + ")", cx);
      state_.drop(session, Reason::overload, cx);
    } else if (state_.sessions.size() > state_.config.max_users + kSpareLinks) {
      state_.drop(session, Reason::overload, cx);
    } else {
      state_.logins.emplace_back(cx.now + kLoginPatience, link);
    }
    state_.sweep();
  }

  void receive(LinkId link, Bytes bytes, Cx& cx) override {
    Session* session = state_.find(link);
    if (session == nullptr) return;
    session->reader.feed(bytes);
    if (session->stage == Stage::asking) {
      session->held_bytes += bytes.size();
      if (session->held_bytes > kMaxHeldBytes) state_.drop(*session, Reason::overload, cx);
    } else {
      drain(*session, cx);
    }
    state_.sweep();
  }

  void link_down(LinkId link, Reason /*why*/, Cx& cx) override {
    if (Session* session = state_.find(link)) state_.lose(*session, cx);
    state_.sweep();
  }

  void command(const Command& command, Cx& cx) override {
    std::visit(Overloaded{
                   [&](const AccountAnswer& answer) { account(answer, cx); },
                   [&](const Search& search) { own_search(search, cx); },
                   [&](const Browse& browse) { own_browse(browse, cx); },
                   [&](const Leave&) { close_all(cx); },
                   [&](const Reach& reach) {
                     cx.out.report(Unreached{reach.id, "this node is a server only", true});
                   },
                   [&](const Join&) { cx.out.report(Refused{"join"}); },
                   [](const auto&) {},  // a server shares nothing itself
               },
               command);
    state_.sweep();
  }

  void wake(Cx& cx) override {
    if (!started_) start(cx);
    while (!state_.logins.empty() && state_.logins.front().first <= cx.now) {
      Session* late = state_.find(state_.logins.front().second);
      state_.logins.pop_front();
      if (late != nullptr && late->stage != Stage::up) state_.drop(*late, Reason::timeout, cx);
    }
    for (const PendingRequest& request : state_.pending.take_due(cx.now))
      state_.refuse_request(request, cx);
    if (stats_due_ <= cx.now) {
      stats_due_ = cx.now + kStatsEvery;
      tell_stats(cx);
    }
    state_.sweep();
  }

  Time deadline() const override {
    const Time login = state_.logins.empty() ? kNever : state_.logins.front().first;
    const Time stats = state_.users.empty() ? kNever : stats_due_;
    return std::min({login, state_.pending.deadline(), stats});
  }

  void describe(Report& report) const override;

 private:
  // Runs the complete frames of a session until it must wait or is gone.
  void drain(Session& session, Cx& cx) {
    while (!session.gone && session.stage != Stage::asking) {
      const auto frame = session.reader.next();
      if (!frame) {
        ++state_.counters.bad_frames;
        return state_.drop(session, Reason::protocol, cx);
      }
      if (!*frame) return;
      ++session.received;
      Turn turn{state_, session, (*frame)->type, (*frame)->payload, cx};
      dispatch(turn);
    }
  }

  void account(const AccountAnswer& answer, Cx& cx) {
    const auto asked = state_.questions.find(answer.ticket[0]);
    if (asked == state_.questions.end()) return;
    const LinkId link = asked->second.link;
    answer_account(state_, answer, cx);
    if (Session* session = state_.find(link)) drain(*session, cx);
  }

  void start(Cx& cx) {
    started_ = true;
    state_.directory = Directory(cx.rng());
    stats_due_ = cx.now + kStatsEvery;
    state_.started = cx.now;
    start_bans(state_, cx);
  }

  void tell_stats(Cx& cx) {
    std::string stats = state_.stats();
    if (stats == state_.told_stats) return;
    std::vector<LinkId> everyone;
    everyone.reserve(state_.users.size());
    for (const auto& [folded, user] : state_.users)
      everyone.push_back(user->link);
    state_.send_all(everyone, Type::stats, stats, cx, Urgency::bulk);
    state_.told_stats = std::move(stats);
  }

  void own_search(const Search& search, Cx& cx) {
    if (const std::string_view tag = tag_asked(search.query); !tag.empty())
      return cx.out.report(
          Ended{search.id, Ended::Why::refused, "Napster cannot search by " + std::string(tag)});
    Found found{search.id, {}};
    state_.directory.search(search.query, {}, [&](const Listed& file) {
      found.hits.push_back(hit_of_listed(state_, file));
      return true;
    });
    if (!found.hits.empty()) cx.out.report(std::move(found));
    cx.out.report(Ended{search.id, Ended::Why::complete, {}});
  }

  void own_browse(const Browse& browse, Cx& cx) {
    const Session* sharer = state_.find_user(browse.user);
    if (sharer == nullptr)
      return cx.out.report(Ended{browse.id, Ended::Why::refused, "User is not currently online."});
    Found found{browse.id, {}};
    state_.directory.browse(sharer->owner, [&](const Listed& file) {
      found.hits.push_back(hit_of_listed(state_, file));
      return found.hits.size() < kMaxBrowseResults;
    });
    if (!found.hits.empty()) cx.out.report(std::move(found));
    cx.out.report(Ended{browse.id, Ended::Why::complete, {}});
  }

  void close_all(Cx& cx) {
    for (auto& [link, session] : state_.sessions)
      state_.drop(session, Reason::shutdown, cx);
  }

  State state_;
  Time stats_due_ = kNever;
  bool started_ = false;
};

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::greeting: return "connecting";
    case Stage::asking: return "login";
    case Stage::up: return "up";
  }
  return "up";
}

void Server::describe(Report& report) const {
  report.why_role = "Napster nodes keep their role";
  report.no_hops = "one server answers all questions: there are none in this network";
  report.online = true;
  report.users = state_.users.size();
  report.files = state_.directory.files();
  report.bytes = state_.directory.bytes();
  report.peer_count = state_.sessions.size();
  report.state =
      std::to_string(report.users) + " users, " + std::to_string(report.files) + " files";
  for (const auto& [link, session] : state_.sessions) {
    if (report.peers.size() >= report.max_peers) break;
    PeerRow row;
    row.link = link;
    row.endpoint = session.remote;
    row.name = session.nick;
    row.role = "client";
    row.agent = session.agent;
    row.inbound = true;
    row.state = stage_name(session.stage);
    row.since = session.since;
    row.received = session.received;
    row.sent = session.sent;
    report.peers.push_back(std::move(row));
  }
  const Counters& count = state_.counters;
  report.counters = {{"logins", count.logins},
                     {"refused logins", count.refused_logins},
                     {"searches", count.searches},
                     {"results", count.results},
                     {"download requests", count.requests},
                     {"downloads brokered", count.brokered},
                     {"requests waiting", state_.pending.size()},
                     {"channels", state_.channels.size()},
                     {"bans", state_.bans.size()},
                     {"broken streams", count.bad_frames}};
}

}  // namespace

std::unique_ptr<Mode> make_server(const ModeConfig& config) {
  return watched(std::make_unique<Server>(config), config);
}

}  // namespace p2p::napster
