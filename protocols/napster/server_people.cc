// Messages, hot and ignore lists, whois, pings and settings (napster.md, section 8).
#include <algorithm>
#include <chrono>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

bool is_email(std::string_view text) {
  return !text.empty() && text.size() <= kMaxEmailBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

// "<nick> "<level>" <secs> "<channels>" "<status>" <shared> <down> <up> <link> "<client>"", and for
// operators: <all down> <all up> <ip> <connect port> <data port> <email> <server>
std::string whois_line(State& state, const Session& user, bool for_operator, Time now) {
  std::string joined = " ";
  for (const std::string& folded : user.channels)
    if (const auto found = state.channels.find(folded); found != state.channels.end())
      joined += found->second.name + " ";
  const auto online = std::chrono::duration_cast<std::chrono::seconds>(now - user.up_since);
  Line line;
  line.word(user.nick)
      .quoted(level_name(user.level))
      .number(static_cast<std::uint64_t>(online.count()))
      .quoted(joined)
      .quoted("Active")
      .number(state.directory.files_of(user.owner))
      .number(user.downloads)
      .number(user.uploads)
      .number(user.speed)
      .quoted(user.agent);
  if (for_operator)
    line.number(user.all_downloads)
        .number(user.all_uploads)
        .word(address_to_text(user.remote.address))
        .number(user.remote.port)
        .number(user.port)
        .word(is_email(user.email) ? user.email : "unknown")
        .word(state.config.server_name);
  return line.text();
}

// One question to the accounts; a user who asks too many at once hears it.
void ask_account(Turn& turn, Question question, AccountAsked asked) {
  if (!turn.state.ask(turn.who, std::move(question), std::move(asked), turn.cx))
    turn.notice("too many requests, try again later");
}

}  // namespace

Session* Turn::named_user() {
  Session* user = state.find_user(cut(split_head(payload).first, kMaxNickBytes));
  if (user == nullptr) notice("User is not currently online.");
  return user;
}

std::string relayed(const Session& from, std::string_view text) {
  return Line().word(from.nick).word(cut(text, kMaxTextBytes)).text();
}

void verb_private_message(Turn& turn) {
  Session* to = turn.named_user();
  if (to == nullptr || to->ignores(turn.who)) return;  // he need not know that he is ignored
  if (turn.who.muzzled) return turn.notice("You have been muzzled.");
  turn.state.send(*to, Type::private_message, relayed(turn.who, split_head(turn.payload).rest),
                  turn.cx);
}

void verb_hotlist_add(Turn& turn) {
  const std::string_view nick = split_head(turn.payload).first;
  if (!is_valid_nick(nick)) return turn.unparsable();
  const std::string folded = folded_nick(nick);
  if (!turn.who.hotlist.contains(folded)) {
    if (turn.who.hotlist.size() >= kMaxHotlist) return turn.answer(Type::hotlist_full, nick);
    turn.who.hotlist.insert(folded);
    turn.state.watchers[folded].insert(turn.who.link);
  }
  turn.answer(Type::hotlist_ok, nick);
  if (const Session* user = turn.state.find_user(nick))
    turn.answer(Type::user_signon, Line().word(user->nick).number(user->speed).text());
}

void verb_hotlist_remove(Turn& turn) {
  const std::string folded = folded_nick(cut(split_head(turn.payload).first, kMaxNickBytes));
  if (turn.who.hotlist.erase(folded) == 0) return;
  const auto found = turn.state.watchers.find(folded);
  if (found == turn.state.watchers.end()) return;
  found->second.erase(turn.who.link);
  if (found->second.empty()) turn.state.watchers.erase(found);
}

void verb_ignore_list(Turn& turn) {
  for (const auto& [folded, nick] : turn.who.ignored)
    turn.answer(Type::ignore_entry, nick);
  turn.answer(Type::ignore_list, std::to_string(turn.who.ignored.size()));
}

void verb_ignore_add(Turn& turn) {
  const std::string_view nick = split_head(turn.payload).first;
  if (!is_valid_nick(nick)) return turn.unparsable();
  const std::string folded = folded_nick(nick);
  if (turn.who.ignored.contains(folded)) return turn.answer(Type::already_ignored, nick);
  if (turn.who.ignored.size() >= kMaxIgnored) return turn.notice("ignore list is full");
  turn.who.ignored.emplace(folded, nick);
  turn.answer(Type::ignore_add, nick);
}

void verb_ignore_remove(Turn& turn) {
  const std::string_view nick = cut(split_head(turn.payload).first, kMaxNickBytes);
  const bool was_ignored = turn.who.ignored.erase(folded_nick(nick)) > 0;
  turn.answer(was_ignored ? Type::ignore_remove : Type::not_ignored, nick);
}

void verb_ignore_clear(Turn& turn) {
  const std::size_t count = turn.who.ignored.size();
  turn.who.ignored.clear();
  turn.answer(Type::ignore_clear, std::to_string(count));
}

void verb_link_speed(Turn& turn) {
  if (const Session* user = turn.named_user())
    turn.answer(Type::link_speed_answer, Line().word(user->nick).number(user->speed).text());
}

void verb_whois(Turn& turn) {
  const std::string_view nick = cut(split_head(turn.payload).first, kMaxNickBytes);
  const Session* user = turn.state.find_user(nick);
  if (user != nullptr && user->cloaked && !turn.who.is_operator())
    return turn.notice("User is not currently online.");
  if (user != nullptr)
    return turn.answer(Type::whois_answer,
                       whois_line(turn.state, *user, turn.who.is_operator(), turn.cx.now));
  if (!is_valid_nick(nick))
    return turn.notice("user " + escaped(nick, kMaxNickBytes) + " is not a known user");
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::find;
  asked.nick = nick;
  ask_account(turn, {Question::For::whowas, {}, asked.nick, Level::user}, asked);
}

// As opennap-ng: what the accounts know, and then that he is not here.
void answer_whowas(Session& asker, State& state, const Question& question,
                   const AccountAnswer& answer, Cx& cx) {
  if (answer.known) {
    const auto level = static_cast<Level>(std::min<std::uint8_t>(answer.level, 4));
    const auto seen = static_cast<std::uint64_t>(std::max<std::int64_t>(answer.last_seen_unix, 0));
    state.send(asker, Type::whowas_answer,
               Line()
                   .word(answer.nick.empty() ? question.nick : answer.nick)
                   .quoted(level_name(level))
                   .number(seen)
                   .text(),
               cx);
  } else {
    state.notice(asker, "user " + question.nick + " is not a known user", cx);
  }
  state.notice(asker, "User is not currently online.", cx);
}

void verb_change_speed(Turn& turn) {
  const auto speed = number(split_head(turn.payload).first, kMaxLinkSpeed);
  if (!speed) return turn.notice("invalid speed");
  turn.who.speed = static_cast<std::uint32_t>(*speed);
}

void verb_change_password(Turn& turn) {
  const std::string_view password = split_head(turn.payload).first;
  if (!is_password(password)) return turn.unparsable();
  if (!turn.who.registered) return turn.notice("password not changed");
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::set_password;
  asked.nick = turn.who.nick;
  asked.password = password;
  Question question{Question::For::new_password, {}, asked.nick, Level::user};
  ask_account(turn, std::move(question), std::move(asked));
}

void verb_change_email(Turn& turn) {
  const std::string_view email = split_head(turn.payload).first;
  if (!is_email(email)) return turn.unparsable();
  turn.who.email = email;
  if (!turn.who.registered) return;
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::set_email;
  asked.nick = turn.who.nick;
  asked.email = email;
  Question question{Question::For::new_email, {}, asked.nick, Level::user};
  ask_account(turn, std::move(question), std::move(asked));
}

void verb_change_port(Turn& turn) {
  const auto port = number(split_head(turn.payload).first, UINT16_MAX);
  if (!port) return turn.notice("invalid port");
  turn.who.port = static_cast<std::uint16_t>(*port);
}

void verb_server_ping(Turn& turn) {
  turn.answer(Type::server_ping, turn.state.config.server_name + " ");
}

void verb_ping(Turn& turn) {
  const std::string_view nick = cut(split_head(turn.payload).first, kMaxNickBytes);
  Session* to = turn.state.find_user(nick);
  if (to == nullptr)
    return turn.notice("ping failed, " + escaped(nick, kMaxNickBytes) + " is not online");
  if (!to->ignores(turn.who)) turn.state.send(*to, turn.type, turn.who.nick, turn.cx);
}

void verb_motd(Turn& turn) {
  Buffer out;
  send_motd(turn.who, turn.state, out);
  turn.cx.out.send(turn.who.link, out);
}

}  // namespace p2p::napster
