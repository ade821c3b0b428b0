// What operators may do (napster.md, section 10). The table in server.cc has checked the level.
//
// A ban is kept by the host over restarts: key "ban:" + folded mask, value "<setter> <seconds>
// <reason>". A timed ban starts anew with the server: a core knows no calendar.
#include <algorithm>
#include <array>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

constexpr std::string_view kBanKey = "ban:";
constexpr std::uint64_t kMaxBanSeconds = 10ULL * 365 * 24 * 3600;

// "nick!*", "*!ip" or "nick!ip" of what an operator typed; empty when it is none of them. The ip
// may end in ".*".
std::string ban_mask(std::string_view typed) {
  const std::size_t bang = typed.find('!');
  std::string_view nick = bang == std::string_view::npos ? typed : typed.substr(0, bang);
  std::string_view ip = bang == std::string_view::npos ? "*" : typed.substr(bang + 1);
  const bool is_ip = nick.find('.') != std::string_view::npos;
  if (bang == std::string_view::npos && is_ip) std::swap(nick, ip);
  if (nick != "*" && !is_valid_nick(nick)) return {};
  const bool has_ip = ip != "*";
  if (has_ip && (ip.size() > 15 || ip.find_first_not_of("0123456789.*") != std::string_view::npos))
    return {};
  if (nick == "*" && !has_ip) return {};  // everybody
  return folded_nick(nick) + "!" + std::string(ip);
}

std::string printable(std::string_view text, std::size_t most) {
  std::string kept(text.substr(0, most));
  std::erase_if(kept, [](char c) { return (c >= 0 && c < ' ') || c == '"'; });
  return kept;
}

void keep_ban(const std::string& mask, const Ban& ban, Cx& cx) {
  cx.out.report(Keep{std::string(kBanKey) + mask,
                     ban.setter + " " + std::to_string(ban.seconds) + " " + ban.reason});
}

Time end_of(std::uint64_t seconds, Time now) {
  return seconds == 0 ? kNever : now + std::chrono::seconds(seconds);
}

// The target of a command against a user: on line, and not of the sender's level or above.
Session* target_of(Turn& turn, std::string_view nick) {
  Session* target = turn.state.find_user(cut(nick, kMaxNickBytes));
  if (target == nullptr) {
    turn.notice("User is not currently online.");
  } else if (target != &turn.who && target->level >= turn.who.level &&
             turn.who.level != Level::elite) {
    turn.notice("permission denied");
    target = nullptr;
  }
  return target;
}

std::optional<Level> level_from(std::string_view text) {
  if (const auto value = number(text, 4)) return static_cast<Level>(*value);
  for (const Level level :
       {Level::leech, Level::user, Level::moderator, Level::admin, Level::elite})
    if (folded_nick(text) == folded_nick(level_name(level))) return level;
  return {};
}

void forget_expired(State& state, Time now) {
  std::erase_if(state.bans, [&](const auto& row) { return row.second.until <= now; });
}

}  // namespace

void kill_session(State& state, Session& target, std::string_view words, Cx& cx) {
  state.notice(target, words, cx);
  state.send(target, Type::disconnecting, "0", cx);
  state.drop(target, Reason::policy, cx);
}

bool is_banned(State& state, std::string_view nick, std::uint32_t address, Time now) {
  const std::string folded = folded_nick(nick);
  const std::string ip = address_to_text(address);
  std::vector<std::string> addresses{"*", ip};
  for (std::size_t dot = ip.rfind('.'); dot != std::string::npos && dot > 0;
       dot = ip.rfind('.', dot - 1))
    addresses.push_back(ip.substr(0, dot) + ".*");
  for (const std::string& place : addresses) {
    for (const std::string& who : {folded, std::string("*")}) {
      std::string mask = who;
      mask.append("!").append(place);
      const auto found = state.bans.find(mask);
      if (found != state.bans.end() && found->second.until > now) return true;
    }
  }
  return false;
}

void restore_bans(State& state) {
  for (const auto& [key, value] : state.config.kept) {
    if (!key.starts_with(kBanKey) || state.bans.size() >= kMaxBans) continue;
    const Head setter = split_head(value);
    const Head seconds = split_head(setter.rest);
    Ban ban;
    ban.setter = setter.first;
    ban.seconds = number(seconds.first, kMaxBanSeconds).value_or(0);
    ban.until = end_of(ban.seconds, Time{});  // counted from the first wake, see server.cc
    ban.reason = seconds.rest;
    state.bans.insert_or_assign(key.substr(kBanKey.size()), std::move(ban));
  }
}

void verb_kill(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->empty()) return turn.unparsable();
  Session* target = target_of(turn, (*fields)[0]);
  if (target == nullptr) return;
  const std::string reason =
      fields->size() > 1 ? ": " + printable((*fields)[1], kMaxReasonBytes) : std::string();
  const std::string by = turn.who.nick;
  turn.state.tell_operators(by + " killed " + target->nick + reason, turn.cx);
  kill_session(turn.state, *target, "You were killed by " + by + reason, turn.cx);
}

void verb_nuke(Turn& turn) {
  const std::string_view nick = split_head(turn.payload).first;
  if (!is_valid_nick(nick)) return turn.unparsable();
  if (turn.state.find_user(nick) != nullptr && target_of(turn, nick) == nullptr) return;
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::remove;
  asked.nick = nick;
  if (!turn.state.ask(turn.who, {Question::For::removal, {}, asked.nick, Level::user}, asked,
                      turn.cx))
    turn.notice("too many requests, try again later");
}

// 612 <mask> ["reason"] [seconds]
void verb_ban(Turn& turn) {
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->empty()) return turn.unparsable();
  const std::string mask = ban_mask((*fields)[0]);
  if (mask.empty()) return turn.notice("ban failed: invalid mask");
  forget_expired(turn.state, turn.cx.now);
  if (turn.state.bans.size() >= kMaxBans && !turn.state.bans.contains(mask))
    return turn.notice("ban failed: too many bans");
  Ban ban;
  ban.setter = turn.who.nick;
  if (fields->size() > 1) ban.reason = printable((*fields)[1], kMaxReasonBytes);
  if (fields->size() > 2) ban.seconds = number((*fields)[2], kMaxBanSeconds).value_or(0);
  ban.until = end_of(ban.seconds, turn.cx.now);
  keep_ban(mask, ban, turn.cx);
  turn.state.tell_operators(turn.who.nick + " banned " + mask + ": " + ban.reason, turn.cx);
  turn.state.bans.insert_or_assign(mask, std::move(ban));
}

void verb_unban(Turn& turn) {
  const std::string mask = ban_mask(split_head(turn.payload).first);
  if (turn.state.bans.erase(mask) == 0) return turn.notice("unban failed: no such ban");
  turn.cx.out.report(Keep{std::string(kBanKey) + mask, {}});
  turn.state.tell_operators(turn.who.nick + " removed the ban on " + mask, turn.cx);
}

// 616 <mask> <setter> "<reason>" <time> <seconds>; the time of day is not known here and sent as 0.
void verb_ban_list(Turn& turn) {
  forget_expired(turn.state, turn.cx.now);
  for (const auto& [mask, ban] : turn.state.bans)
    turn.answer(
        Type::ban_entry,
        Line().word(mask).word(ban.setter).quoted(ban.reason).number(0).number(ban.seconds).text());
  turn.answer(Type::ban_list);
}

void verb_set_level(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2 || !is_valid_nick((*fields)[0])) return turn.unparsable();
  const std::string_view nick = (*fields)[0];
  const auto level = level_from((*fields)[1]);
  if (!level) return turn.notice("level failed: no such level");
  if (*level >= turn.who.level && turn.who.level != Level::elite)
    return turn.notice("level failed: permission denied");
  if (turn.state.find_user(nick) != nullptr && target_of(turn, nick) == nullptr) return;
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::set_level;
  asked.nick = nick;
  asked.level = static_cast<std::uint8_t>(*level);
  if (!turn.state.ask(turn.who, {Question::For::new_level, {}, asked.nick, *level}, asked, turn.cx))
    turn.notice("too many requests, try again later");
}

void apply_level(State& state, const Question& question, Cx& cx) {
  Session* user = state.find_user(question.nick);
  if (user != nullptr) {
    user->level = question.level;
    std::erase(state.operators, user->link);
    if (user->is_operator()) state.operators.push_back(user->link);
    state.notice(*user, "Your level is now " + std::string(level_name(question.level)), cx);
  }
  state.tell_operators(
      question.nick + " has now the level " + std::string(level_name(question.level)), cx);
}

void verb_muzzle(Turn& turn) {
  Session* target = target_of(turn, split_head(turn.payload).first);
  if (target == nullptr) return;
  target->muzzled = turn.type == Type::muzzle;
  turn.state.notice(
      *target, target->muzzled ? "You have been muzzled." : "You are no longer muzzled.", turn.cx);
  turn.state.tell_operators(
      turn.who.nick + (target->muzzled ? " muzzled " : " unmuzzled ") + target->nick, turn.cx);
}

void verb_set_port(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  const auto port = fields && fields->size() == 2 ? number((*fields)[1], UINT16_MAX) : std::nullopt;
  if (!port) return turn.unparsable();
  Session* target = target_of(turn, (*fields)[0]);
  if (target == nullptr) return;
  target->port = static_cast<std::uint16_t>(*port);
  turn.state.send(*target, Type::set_port, std::to_string(*port), turn.cx);
}

void verb_operator_message(Turn& turn) {
  turn.state.send_all(turn.state.operators, Type::operator_message, relayed(turn.who, turn.payload),
                      turn.cx);
}

void verb_announce(Turn& turn) {
  std::vector<LinkId> everyone;
  everyone.reserve(turn.state.users.size());
  for (const auto& [folded, user] : turn.state.users)
    everyone.push_back(user->link);
  turn.state.send_all(everyone, Type::announce, relayed(turn.who, turn.payload), turn.cx);
}

void verb_user_list(Turn& turn) {
  Buffer out;
  std::size_t left = kMaxUsersListed;
  for (const auto& [folded, user] : turn.state.users) {
    if (left-- == 0) break;
    append_frame(out, Type::user_entry,
                 Line().word(user->nick).word(address_to_text(user->remote.address)).text());
    ++turn.who.sent;
    if (out.size() < kPieceBytes) continue;
    turn.cx.out.send(turn.who.link, out);
    out.clear();
  }
  append_frame(out, Type::user_list, {});
  turn.cx.out.send(turn.who.link, out);
}

void verb_server_version(Turn& turn) {
  turn.answer(Type::server_version, turn.state.config.agent);
}

}  // namespace p2p::napster
