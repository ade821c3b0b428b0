// What operators may do (napster.md, section 10). The table in server.cc has checked the level.
#include <algorithm>

#include "protocols/napster/nick.h"
#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

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

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string kept(text.substr(0, most));
  std::erase_if(kept, [](char c) { return (c >= 0 && c < ' ') || c == '"'; });
  return kept;
}

std::optional<Level> level_from(std::string_view text) {
  if (const auto value = number(text, 4)) return static_cast<Level>(*value);
  for (const Level level :
       {Level::leech, Level::user, Level::moderator, Level::admin, Level::elite})
    if (folded_nick(text) == folded_nick(level_name(level))) return level;
  return {};
}

void kill_session(State& state, Session& target, std::string_view words, Cx& cx) {
  state.notice(target, words, cx);
  state.send(target, Type::disconnecting, "0", cx);
  state.drop(target, Reason::policy, cx);
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

// 625 <nick> <speed>
void verb_set_speed(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2) return turn.unparsable();
  const auto speed = number((*fields)[1], kMaxLinkSpeed);
  if (!speed) return turn.notice("Invalid speed");
  Session* target = target_of(turn, (*fields)[0]);
  if (target == nullptr) return;
  target->speed = static_cast<std::uint32_t>(*speed);
  turn.state.tell_operators(
      turn.who.nick + " changed " + target->nick + "'s speed to " + std::to_string(*speed) + ".",
      turn.cx);
}

// 753 <nick> <password> ["<reason>"]
void verb_set_password(Turn& turn) {
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->size() < 2 || !is_valid_nick((*fields)[0]) || !is_password((*fields)[1]))
    return turn.unparsable();
  const std::string_view nick = (*fields)[0];
  if (turn.state.find_user(nick) != nullptr && target_of(turn, nick) == nullptr) return;
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::set_password;
  asked.nick = nick;
  asked.password = (*fields)[1];
  Question question{Question::For::others_password, {}, asked.nick, Level::user};
  if (!turn.state.ask(turn.who, std::move(question), std::move(asked), turn.cx))
    turn.notice("too many requests, try again later");
}

// 652 [0 | 1]: seen by operators only; without a number it turns over.
void verb_cloak(Turn& turn) {
  const std::string_view wish = split_head(turn.payload).first;
  const auto state = number(wish, 1);
  if (!wish.empty() && !state)
    return turn.notice("cloak failed: invalid cloak state " + escaped(wish, kMaxNickBytes));
  turn.who.cloaked = state ? *state == 1 : !turn.who.cloaked;
  turn.state.tell_operators(turn.who.nick + (turn.who.cloaked ? " has cloaked" : " has decloaked"),
                            turn.cx);
}

// 821 <nick> <host> <port>, 822 <nick> <metaserver>: told to the user without the nick
void verb_redirect(Turn& turn) {
  const bool to_server = turn.type == Type::redirect;
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->size() < (to_server ? 3 : 2) || !is_bare_word((*fields)[1]))
    return turn.unparsable();
  const std::string host = printable((*fields)[1], kMaxHostBytes);
  std::string where = host;
  if (to_server) {
    const auto port = number((*fields)[2], UINT16_MAX);
    if (!port) return turn.notice("invalid port");
    where += " " + std::to_string(*port);
  }
  Session* target = target_of(turn, (*fields)[0]);
  if (target == nullptr) return;
  turn.state.send(*target, turn.type, where, turn.cx);
  turn.state.tell_operators(turn.who.nick + " redirected " + target->nick + " to " + where,
                            turn.cx);
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
