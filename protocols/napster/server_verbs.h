// One function for each message that a client may send to the central server; the table in
// server.cc says which type calls which. All take a Turn: who sent it and what it carries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/napster/server_state.h"

namespace p2p::napster {

struct Turn {
  State& state;
  Session& who;
  std::uint16_t type = 0;
  std::string_view payload;  // lent by the session's FrameReader
  Cx& cx;

  void answer(std::uint16_t reply, std::string_view text = {}) { state.send(who, reply, text, cx); }
  void notice(std::string_view text) { state.notice(who, text, cx); }
  void unparsable() { notice("parameters are unparsable"); }
  // The logged-in user named by the first field; null after a 404 when there is none.
  Session* named_user();
};

// Text of a peer, cut to what we pass on.
inline std::string_view cut(std::string_view text, std::size_t most) {
  return text.substr(0, most);
}
// A frame that relays `from` and a text after it.
std::string relayed(const Session& from, std::string_view text);

// A size as this reader can hold it: stock clients have 32 bits, and opennap-ng tells them what is
// left of a size modulo 2^32 (observed: 5 GiB is told as 1 GiB).
inline std::uint64_t told_size(std::uint64_t size_bytes, const Session& reader) {
  return reader.ours ? size_bytes : size_bytes & UINT32_MAX;
}

// server_login.cc (napster.md, section 2)
void verb_login(Turn& turn);
void verb_nick_check(Turn& turn);
void verb_password_check(Turn& turn);
void verb_version_check(Turn& turn);
void verb_nothing(Turn& turn);
void answer_account(State& state, const AccountAnswer& answer, Cx& cx);
void send_motd(Session& to, State& state, Buffer& out);
bool is_password(std::string_view text);

// server_files.cc (3, 4, 5)
void verb_share(Turn& turn);
void verb_share_other(Turn& turn);
void verb_share_folder(Turn& turn);
void verb_unshare(Turn& turn);
void verb_unshare_all(Turn& turn);
void verb_stats(Turn& turn);

// server_search.cc
void verb_search(Turn& turn);
void verb_resume_search(Turn& turn);
void verb_browse(Turn& turn);

// server_transfer.cc (6)
void verb_download_request(Turn& turn);
void verb_push_request(Turn& turn);
void verb_upload_accept(Turn& turn);
void verb_upload_refuse(Turn& turn);
void verb_queue_limit(Turn& turn);
void verb_data_port_error(Turn& turn);
void verb_transfer_count(Turn& turn);
void verb_direct_browse(Turn& turn);
void verb_direct_browse_accept(Turn& turn);

// server_people.cc (8)
void verb_private_message(Turn& turn);
void verb_hotlist_add(Turn& turn);
void verb_hotlist_remove(Turn& turn);
void verb_ignore_list(Turn& turn);
void verb_ignore_add(Turn& turn);
void verb_ignore_remove(Turn& turn);
void verb_ignore_clear(Turn& turn);
void verb_link_speed(Turn& turn);
void verb_whois(Turn& turn);
void verb_change_speed(Turn& turn);
void verb_change_password(Turn& turn);
void verb_change_email(Turn& turn);
void verb_change_port(Turn& turn);
void verb_server_ping(Turn& turn);
void verb_ping(Turn& turn);
void verb_motd(Turn& turn);
void answer_whowas(Session& asker, State& state, const Question& question,
                   const AccountAnswer& answer, Cx& cx);

// server_channels.cc (9)
void verb_channel_join(Turn& turn);
void verb_channel_part(Turn& turn);
void verb_channel_say(Turn& turn);
void verb_channel_emote(Turn& turn);
void verb_channel_topic(Turn& turn);
void verb_channel_list(Turn& turn);
void verb_channel_list_full(Turn& turn);
void verb_channel_users(Turn& turn);
Channel* find_channel(State& state, std::string_view typed);
bool is_member(const Session& user, const Channel& channel);

// server_channel_rules.cc (9): what a channel's operator may do
void verb_channel_ban(Turn& turn);
void verb_channel_unban(Turn& turn);
void verb_channel_ban_list(Turn& turn);
void verb_channel_ban_clear(Turn& turn);
void verb_channel_level(Turn& turn);
void verb_channel_limit(Turn& turn);
void verb_channel_kick(Turn& turn);
void verb_channel_clear(Turn& turn);
void verb_channel_invite(Turn& turn);
void verb_channel_invite_opennap(Turn& turn);
void verb_invite_answer(Turn& turn);
// Why this user may not enter, in opennap-ng's words; empty when he may.
std::string entry_refusal(const Session& user, const Channel& channel);

// server_admin.cc (10)
void verb_kill(Turn& turn);
void verb_nuke(Turn& turn);
void verb_set_level(Turn& turn);
void verb_muzzle(Turn& turn);
void verb_set_port(Turn& turn);
void verb_set_speed(Turn& turn);
void verb_set_password(Turn& turn);
void verb_cloak(Turn& turn);
void verb_redirect(Turn& turn);
void verb_operator_message(Turn& turn);
void verb_announce(Turn& turn);
void verb_user_list(Turn& turn);
void verb_server_version(Turn& turn);
void kill_session(State& state, Session& target, std::string_view words, Cx& cx);
void apply_level(State& state, const Question& question, Cx& cx);
std::string printable(std::string_view text, std::size_t most);  // without '"' and control bytes
std::optional<Level> level_from(std::string_view text);          // a name or a number

// server_settings.cc (10)
void verb_setting(Turn& turn);
void verb_setting_reset(Turn& turn);

// server_bans.cc (10)
void verb_ban(Turn& turn);
void verb_unban(Turn& turn);
void verb_ban_list(Turn& turn);
bool is_banned(State& state, std::string_view nick, std::uint32_t address, Time now);
void restore_bans(State& state);        // from what the host kept; then, when the clock is known:
void start_bans(State& state, Cx& cx);  // sets their ends and drops those that are over
std::string ban_line(std::string_view mask, const Ban& ban);  // of 616 and 421
// "nick!*", "*!ip" or "nick!ip" of what an operator typed; empty when it is none of them. The ip
// may end in ".*".
std::string ban_mask(std::string_view typed);
// The masks that would keep this user out.
std::vector<std::string> masks_against(std::string_view nick, std::uint32_t address);

}  // namespace p2p::napster
