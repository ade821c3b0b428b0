// Bans of the server (napster.md, section 10).
//
// The host keeps one over restarts: key "ban:" + folded mask, value "<setter> <seconds> <since>
// <reason>", since being seconds of the calendar. What is left of a timed ban after a restart is
// reckoned from ModeConfig::started_unix; where that is unknown it starts anew.
#include <algorithm>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

constexpr std::string_view kBanKey = "ban:";
constexpr std::uint64_t kMaxBanSeconds = 10ULL * 365 * 24 * 3600;

void forget_expired(State& state, Cx& cx) {
  std::erase_if(state.bans, [&](const auto& row) {
    const bool over = row.second.until <= cx.now;
    if (over) cx.out.report(Keep{std::string(kBanKey) + row.first, {}});
    return over;
  });
}

}  // namespace

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

std::vector<std::string> masks_against(std::string_view nick, std::uint32_t address) {
  const std::string folded = folded_nick(nick);
  const std::string ip = address_to_text(address);
  std::vector<std::string> places{"*", ip};
  for (std::size_t dot = ip.rfind('.'); dot != std::string::npos && dot > 0;
       dot = ip.rfind('.', dot - 1))
    places.push_back(ip.substr(0, dot) + ".*");
  std::vector<std::string> masks;
  for (const std::string& place : places) {
    for (const std::string_view who : {std::string_view(folded), std::string_view("*")})
      masks.emplace_back(who).append("!").append(place);
  }
  return masks;
}

bool is_banned(State& state, std::string_view nick, std::uint32_t address, Time now) {
  const std::vector<std::string> masks = masks_against(nick, address);
  return std::ranges::any_of(masks, [&](const std::string& mask) {
    const auto found = state.bans.find(mask);
    return found != state.bans.end() && found->second.until > now;
  });
}

void restore_bans(State& state) {
  for (const auto& [key, value] : state.config.kept) {
    if (!key.starts_with(kBanKey) || state.bans.size() >= kMaxBans) continue;
    const Head setter = split_head(value);
    const Head seconds = split_head(setter.rest);
    const Head since = split_head(seconds.rest);
    Ban ban;
    ban.setter = setter.first;
    ban.seconds = number(seconds.first, kMaxBanSeconds).value_or(0);
    ban.since_unix = number(since.first, INT64_MAX).value_or(0);
    ban.reason = since.rest;
    state.bans.insert_or_assign(key.substr(kBanKey.size()), std::move(ban));
  }
}

void start_bans(State& state, Cx& cx) {
  for (auto& [mask, ban] : state.bans) {
    if (ban.seconds == 0) continue;
    const std::uint64_t today = state.unix_time(cx.now);
    const std::uint64_t past =
        ban.since_unix == 0 || today < ban.since_unix ? 0 : today - ban.since_unix;
    ban.until = cx.now + std::chrono::seconds(ban.seconds - std::min(past, ban.seconds));
  }
  forget_expired(state, cx);
}

// 612 <mask> ["reason"] [seconds]
void verb_ban(Turn& turn) {
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->empty()) return turn.unparsable();
  const std::string mask = ban_mask((*fields)[0]);
  if (mask.empty()) return turn.notice("ban failed: invalid mask");
  forget_expired(turn.state, turn.cx);
  if (turn.state.bans.size() >= kMaxBans && !turn.state.bans.contains(mask))
    return turn.notice("ban failed: too many bans");
  Ban ban;
  ban.setter = turn.who.nick;
  if (fields->size() > 1) ban.reason = printable((*fields)[1], kMaxReasonBytes);
  if (fields->size() > 2) ban.seconds = number((*fields)[2], kMaxBanSeconds).value_or(0);
  ban.since_unix = turn.state.unix_time(turn.cx.now);
  if (ban.seconds > 0) ban.until = turn.cx.now + std::chrono::seconds(ban.seconds);
  turn.cx.out.report(Keep{
      std::string(kBanKey) + mask,
      Line().word(ban.setter).number(ban.seconds).number(ban.since_unix).word(ban.reason).text()});
  turn.state.tell_operators(turn.who.nick + " banned " + mask + ": " + ban.reason, turn.cx);
  turn.state.bans.insert_or_assign(mask, std::move(ban));
}

void verb_unban(Turn& turn) {
  const std::string mask = ban_mask(split_head(turn.payload).first);
  if (turn.state.bans.erase(mask) == 0) return turn.notice("unban failed: no such ban");
  turn.cx.out.report(Keep{std::string(kBanKey) + mask, {}});
  turn.state.tell_operators(turn.who.nick + " removed the ban on " + mask, turn.cx);
}

// 616 <mask> <setter> "<reason>" <since> <seconds>, 615
void verb_ban_list(Turn& turn) {
  forget_expired(turn.state, turn.cx);
  for (const auto& [mask, ban] : turn.state.bans)
    turn.answer(Type::ban_entry, ban_line(mask, ban));
  turn.answer(Type::ban_list);
}

std::string ban_line(std::string_view mask, const Ban& ban) {
  return Line()
      .word(mask)
      .word(ban.setter)
      .quoted(ban.reason)
      .number(ban.since_unix)
      .number(ban.seconds)
      .text();
}

}  // namespace p2p::napster
