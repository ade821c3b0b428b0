// From the first bytes to an entry in the users' table (napster.md, section 2). A password is
// hashed by the host, slowly: while we wait for AccountAnswer the session is `asking` and what
// it sends is held.
#include <algorithm>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

constexpr std::size_t kLoginFields = 5;
constexpr std::string_view kBusy = "The server is busy, try again later";

void refuse_login(Turn& turn, std::uint16_t type, std::string_view text) {
  ++turn.state.counters.refused_logins;
  turn.answer(type, text);
  turn.state.drop(turn.who, Reason::policy, turn.cx);
}

// Asks before the login: the session waits, and may not try for ever.
void ask_and_wait(Turn& turn, Question question, AccountAsked asked) {
  if (++turn.who.tries > kMaxTriesBeforeLogin ||
      !turn.state.ask(turn.who, std::move(question), std::move(asked), turn.cx))
    return turn.state.drop(turn.who, Reason::policy, turn.cx);
  turn.who.stage = Stage::asking;
  turn.who.held_bytes = 0;
}

// What is known before the password: fills the session. False when the login was refused.
bool take_login_fields(Turn& turn, const std::vector<std::string_view>& fields) {
  Session& who = turn.who;
  const std::string_view nick = fields[0];
  if (!is_valid_nick(nick) || folded_nick(nick) == folded_nick(turn.state.config.server_name)) {
    refuse_login(turn, Type::nick_invalid, "Invalid nick: " + escaped(nick, kMaxNickBytes));
    return false;
  }
  const auto port = number(fields[2], UINT16_MAX);
  const auto speed = number(fields[4], kMaxLinkSpeed);
  if (!port || !speed) {
    refuse_login(turn, Type::login_error,
                 speed ? escaped(fields[2], 10) + ": invalid port"
                       : escaped(fields[4], 10) + ": invalid speed");
    return false;
  }
  if (!is_password(fields[1])) {
    refuse_login(turn, Type::login_error, "Invalid Password");
    return false;
  }
  who.nick = nick;
  who.folded = folded_nick(nick);
  who.password = fields[1];
  who.port = static_cast<std::uint16_t>(*port);
  who.speed = static_cast<std::uint32_t>(*speed);
  who.agent = printable(fields[3], kMaxAgentBytes);
  who.ours = who.agent.starts_with(kOurAgent);
  if (turn.type == Type::register_login && fields.size() > kLoginFields)
    who.email = printable(fields[kLoginFields], kMaxEmailBytes);
  return true;
}

// The nick is taken: may the new one have it? True when the old login was dropped.
bool takes_over(Turn& turn, Session& old) {
  Session& who = turn.who;
  const bool entitled = who.registered || who.remote.address == old.remote.address;
  if (!entitled) {
    refuse_login(turn, Type::login_error, old.nick + " is already active");
    return false;
  }
  if (turn.cx.now - old.up_since < kGhostAge) {
    refuse_login(turn, Type::login_error, "Connecting too fast");
    return false;
  }
  turn.state.send(old, Type::ghost_login, {}, turn.cx);
  kill_session(turn.state, old,
               "You were killed by server " + turn.state.config.server_name + ": ghost", turn.cx);
  return true;
}

// The password is right, or none is needed.
void enter(Turn& turn) {
  State& state = turn.state;
  Session& who = turn.who;
  who.password.clear();
  if (is_banned(state, who.nick, who.remote.address, turn.cx.now) && !who.is_operator())
    return refuse_login(turn, Type::login_error, "You are banned from this server");
  Session* old = state.find_user(who.nick);
  if (old == nullptr && state.users.size() >= state.config.max_users && !who.is_operator())
    return refuse_login(
        turn, Type::login_error,
        "This server is full (" + std::to_string(state.users.size()) + " connections)");
  if (old != nullptr && !takes_over(turn, *old)) return;
  state.sign_on(who, turn.cx);

  Buffer out;
  append_frame(out, Type::login_ack,
               who.email.empty() ? "anon@" + state.config.server_name : who.email);
  send_motd(who, state, out);
  append_frame(out, Type::stats, state.stats());
  ++who.sent;
  turn.cx.out.send(who.link, out);
}

void make_account(Turn& turn) {
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::create;
  asked.nick = turn.who.nick;
  asked.password = turn.who.password;
  asked.email = turn.who.email;
  ask_and_wait(turn, {Question::For::sign_up, {}, turn.who.nick, Level::user}, std::move(asked));
}

void take_account(Session& who, const AccountAnswer& answer) {
  who.registered = true;
  who.level = static_cast<Level>(std::min<std::uint8_t>(answer.level, 4));
  // Shown as registered, if the host really speaks of the same nick.
  if (folded_nick(answer.nick) == who.folded) who.nick = answer.nick;
  if (!answer.email.empty()) who.email = printable(answer.email, kMaxEmailBytes);
}

void answer_login(Turn& turn, const AccountAnswer& answer) {
  const ModeConfig& config = turn.state.config;
  if (answer.busy) return refuse_login(turn, Type::login_error, kBusy);
  if (answer.known && !answer.verified)
    return refuse_login(turn, Type::login_error, "Invalid Password");
  if (answer.known) {
    take_account(turn.who, answer);
    return enter(turn);
  }
  if (config.auto_register) return make_account(turn);
  if (config.registered_only)
    return refuse_login(turn, Type::login_error, "this is a restricted server");
  enter(turn);
}

}  // namespace

bool is_password(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPasswordBytes;
}

void verb_login(Turn& turn) {
  const auto fields = split(turn.payload, kLoginFields + 1);
  if (!fields || fields->size() < kLoginFields)
    return refuse_login(turn, Type::notice, "Too few parameters for login.");
  if (!take_login_fields(turn, *fields)) return;
  if (turn.type == Type::register_login) {
    if (turn.state.config.registered_only && !turn.state.config.auto_register)
      return refuse_login(turn, Type::login_error, "this is a restricted server");
    // An unregistered user has this nick now: nobody else may register it under him.
    if (const Session* old = turn.state.find_user(turn.who.nick);
        old != nullptr && old->remote.address != turn.who.remote.address)
      return refuse_login(turn, Type::login_error, old->nick + " is already active");
    return make_account(turn);
  }
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::verify;
  asked.nick = turn.who.nick;
  asked.password = turn.who.password;
  ask_and_wait(turn, {Question::For::login, {}, turn.who.nick, Level::user}, std::move(asked));
}

void verb_nick_check(Turn& turn) {
  const std::string_view nick = turn.payload;
  if (!is_valid_nick(nick)) return turn.answer(Type::nick_invalid);
  if (turn.state.find_user(nick) != nullptr) return turn.answer(Type::nick_registered);
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::find;
  asked.nick = nick;
  ask_and_wait(turn, {Question::For::nick_check, {}, std::string(nick), Level::user},
               std::move(asked));
}

void verb_password_check(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (turn.who.stage == Stage::up) return;
  if (!fields || fields->size() < 2 || !is_valid_nick((*fields)[0]) || !is_password((*fields)[1]))
    return turn.answer(Type::login_error, "parameters are unparsable");
  AccountAsked asked;
  asked.kind = AccountAsked::Kind::verify;
  asked.nick = (*fields)[0];
  asked.password = (*fields)[1];
  ask_and_wait(turn, {Question::For::password_check, {}, asked.nick, Level::user}, asked);
}

// Never 5, which would make an old client update itself from somewhere.
void verb_version_check(Turn& turn) {
  turn.answer(Type::version_check);
}

void verb_nothing(Turn& /*turn*/) {}

// Some stock clients read the first two lines.
void send_motd(Session& to, State& state, Buffer& out) {
  append_frame(out, Type::motd, "VERSION " + state.config.agent);
  append_frame(out, Type::motd, "SERVER " + state.config.server_name);
  append_frame(out, Type::motd, "Welcome " + to.nick + "!");
  for (const std::string& line : state.config.motd)
    append_frame(out, Type::motd, cut(line, kMaxTextBytes));
}

void answer_account(State& state, const AccountAnswer& answer, Cx& cx) {
  const auto asked = state.questions.find(answer.ticket[0]);
  if (asked == state.questions.end()) return;
  const Question question = std::move(asked->second);
  state.questions.erase(asked);
  // A level or removal is true even if its operator has left meanwhile.
  if (question.what == Question::For::new_level && answer.verified)
    apply_level(state, question, cx);
  Session* who = state.find(question.link);
  if (who == nullptr) return;
  --who->questions;
  if (who->stage == Stage::asking) who->stage = Stage::greeting;
  Turn turn{state, *who, 0, {}, cx};
  switch (question.what) {
    case Question::For::nick_check:
      return turn.answer(answer.known ? Type::nick_registered : Type::nick_free);
    case Question::For::password_check:
      if (answer.verified) return turn.answer(Type::password_ok);
      if (answer.busy) return turn.answer(Type::login_error, kBusy);
      return turn.answer(Type::login_error, "Invalid Password");
    case Question::For::login: return answer_login(turn, answer);
    case Question::For::sign_up:
      if (answer.busy) return refuse_login(turn, Type::login_error, kBusy);
      if (!answer.verified)
        return refuse_login(turn, Type::login_error, "this nick is already registered");
      take_account(*who, answer);
      return enter(turn);
    case Question::For::whowas: return answer_whowas(*who, state, question, answer, cx);
    case Question::For::new_password:
      return turn.notice(answer.verified ? "password changed" : "password not changed");
    case Question::For::others_password:
      return turn.notice(answer.verified ? "password of " + question.nick + " changed"
                                         : "password not changed: no such account");
    case Question::For::new_email: return;
    case Question::For::new_level:
      if (!answer.known)
        apply_level(state, question, cx);  // not registered: for this visit
      else if (!answer.verified)
        turn.notice("level failed: no such account");
      return;
    case Question::For::removal:
      if (!answer.verified) return turn.notice("nuke failed: no such account");
      return state.tell_operators(who->nick + " removed the account " + question.nick, cx);
  }
}

}  // namespace p2p::napster
