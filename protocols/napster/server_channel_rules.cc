// What a channel's operator may do in it: bans, a least level, a limit, kicks; and invitations
// (napster.md, section 9). Texts as opennap-ng's, observed. All of it ends with the channel.
#include <algorithm>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

constexpr std::uint64_t kMaxTypedLimit = 65535;  // opennap-ng's

bool may_rule(const Session& who, const Channel& channel) {
  return who.is_operator() || (channel.keeper == who.folded && is_member(who, channel));
}

// The first field's channel, if the sender rules it; null after a 404 that begins with `what`.
Channel* ruled(Turn& turn, std::string_view what) {
  Channel* channel = find_channel(turn.state, split_head(turn.payload).first);
  if (channel == nullptr) {
    turn.notice("no such channel");
  } else if (!may_rule(turn.who, *channel)) {
    turn.notice(std::string(what) + " failed: you are not channel operator");
    channel = nullptr;
  }
  return channel;
}

// To the channel's operator and those of the server that are in it.
void tell_rulers(Turn& turn, const Channel& channel, std::string_view text) {
  std::vector<LinkId> rulers;
  for (const LinkId link : channel.members) {
    const Session* member = turn.state.find(link);
    if (member != nullptr && may_rule(*member, channel)) rulers.push_back(link);
  }
  if (std::ranges::find(rulers, turn.who.link) == rulers.end()) rulers.push_back(turn.who.link);
  turn.state.send_all(rulers, Type::notice, text, turn.cx);
}

std::string reason_in(const std::vector<std::string_view>& fields) {
  return fields.size() > 2 ? printable(fields[2], kMaxReasonBytes) : std::string();
}

void remove_member(Turn& turn, Session& member, const std::string& name, std::string_view words) {
  turn.state.send(member, Type::channel_part, name, turn.cx);
  turn.state.notice(member, words, turn.cx);
  turn.state.leave_channel(member, folded_nick(name), turn.cx);
}

struct Invitation {
  const Channel* channel = nullptr;
  Session* guest = nullptr;  // null: nobody is to be told
};
Invitation invited(Turn& turn, std::string_view name, std::string_view nick) {
  const Channel* channel = find_channel(turn.state, name);
  Session* guest = turn.state.find_user(cut(nick, kMaxNickBytes));
  const auto refuse = [&](std::string_view why) {
    turn.notice(why);
    return Invitation{};
  };
  if (channel == nullptr) return refuse("no such channel");
  if (!is_member(turn.who, *channel)) return refuse("You are not a member of that channel");
  if (guest == nullptr) return refuse("User is not currently online.");
  if (is_member(*guest, *channel)) return refuse("user is already in channel");
  return {channel, guest->ignores(turn.who) ? nullptr : guest};
}

}  // namespace

std::string entry_refusal(const Session& user, const Channel& channel) {
  if (user.is_operator()) return {};
  if (user.level < channel.least) return "requires level " + std::string(level_name(channel.least));
  for (const std::string& mask : masks_against(user.nick, user.remote.address))
    if (const auto ban = channel.bans.find(mask); ban != channel.bans.end())
      return "banned: " + ban->second.reason;
  const std::size_t room = channel.limit == 0 ? kMaxChannelMembers : channel.limit;
  return channel.members.size() >= room ? "channel full" : std::string();
}

// 422 <channel> <nick or ip> ["<reason>"]
void verb_channel_ban(Turn& turn) {
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->size() < 2) return turn.unparsable();
  Channel* channel = ruled(turn, "channel ban");
  if (channel == nullptr) return;
  const std::string mask = ban_mask((*fields)[1]);
  if (mask.empty()) return turn.notice("channel ban failed: invalid mask");
  if (channel->bans.size() >= kMaxChannelBans && !channel->bans.contains(mask))
    return turn.notice("channel ban failed: too many bans");
  Ban ban;
  ban.setter = turn.who.nick;
  ban.since_unix = turn.state.unix_time(turn.cx.now);
  ban.reason = reason_in(*fields);
  tell_rulers(turn, *channel,
              turn.who.nick + " banned " + mask + " from " + channel->name + ": " + ban.reason);
  channel->bans.insert_or_assign(mask, std::move(ban));
}

void verb_channel_unban(Turn& turn) {
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->size() < 2) return turn.unparsable();
  Channel* channel = ruled(turn, "channel unban");
  if (channel == nullptr) return;
  const std::string mask = ban_mask((*fields)[1]);
  if (channel->bans.erase(mask) == 0) return turn.notice("channel unban failed: no such ban");
  tell_rulers(
      turn, *channel,
      turn.who.nick + " unbanned " + mask + " from " + channel->name + ": " + reason_in(*fields));
}

// 421 <mask> <setter> "<reason>" <time> <seconds>..., 420
void verb_channel_ban_list(Turn& turn) {
  const Channel* channel = find_channel(turn.state, split_head(turn.payload).first);
  if (channel == nullptr) return turn.notice("no such channel");
  for (const auto& [mask, ban] : channel->bans)
    turn.answer(Type::channel_ban_entry, ban_line(mask, ban));
  turn.answer(Type::channel_ban_list);
}

void verb_channel_ban_clear(Turn& turn) {
  Channel* channel = ruled(turn, "channel ban clear");
  if (channel == nullptr) return;
  if (channel->bans.empty()) return turn.notice("There are no bans");
  channel->bans.clear();
  tell_rulers(turn, *channel, turn.who.nick + " cleared the ban list on " + channel->name);
}

// 823 <channel> [<level>]: without a level the answer tells it.
void verb_channel_level(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->empty()) return turn.unparsable();
  Channel* channel = find_channel(turn.state, (*fields)[0]);
  if (channel == nullptr) return turn.notice("no such channel");
  if (fields->size() == 1)
    return turn.notice("Channel " + channel->name + " is level " +
                       std::string(level_name(channel->least)));
  const auto level = level_from((*fields)[1]);
  if (!level) return turn.notice("channel level failed: invalid level");
  if (ruled(turn, "channel level") == nullptr) return;
  if (*level > turn.who.level) return turn.notice("channel level failed: permission denied");
  channel->least = *level;
  tell_rulers(turn, *channel,
              turn.who.nick + " set channel " + channel->name + " to level " +
                  std::string(level_name(*level)));
}

// 826 <channel> [<limit>]: 0 is the server's own; without a limit the answer tells it.
void verb_channel_limit(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->empty()) return turn.unparsable();
  Channel* channel = find_channel(turn.state, (*fields)[0]);
  if (channel == nullptr) return turn.notice("no such channel");
  if (fields->size() == 1)
    return turn.notice("Channel " + channel->name + " has limit " + std::to_string(channel->limit));
  const auto limit = number((*fields)[1], kMaxTypedLimit);
  if (!limit) return turn.notice("channel limit failed: invalid limit");
  if (ruled(turn, "channel limit") == nullptr) return;
  channel->limit = std::min<std::size_t>(*limit, kMaxChannelMembers);
  tell_rulers(turn, *channel,
              turn.who.nick + " set limit on channel " + channel->name + " to " +
                  std::to_string(channel->limit));
}

// 829 <channel> <nick> ["<reason>"]
void verb_channel_kick(Turn& turn) {
  const auto fields = split(turn.payload, 3);
  if (!fields || fields->size() < 2) return turn.unparsable();
  const Channel* channel = ruled(turn, "channel kick");
  if (channel == nullptr) return;
  Session* target = turn.state.find_user(cut((*fields)[1], kMaxNickBytes));
  if (target == nullptr) return turn.notice("channel kick failed: no such user");
  if (!is_member(*target, *channel))
    return turn.notice("channel kick failed: user is not on that channel");
  const std::string name = channel->name;
  const std::string reason = reason_in(*fields);
  tell_rulers(
      turn, *channel,
      turn.who.nick + " kicked " + target->nick + " out of channel " + name + ": " + reason);
  remove_member(turn, *target, name,
                "You were kicked from channel " + name + " by " + turn.who.nick + ": " + reason);
}

// 820 <channel>: everybody out.
void verb_channel_clear(Turn& turn) {
  const Channel* channel = find_channel(turn.state, split_head(turn.payload).first);
  if (channel == nullptr) return turn.notice("no such channel");
  const std::string name = channel->name;
  const std::vector<LinkId> members = channel->members;
  for (const LinkId link : members)
    if (Session* member = turn.state.find(link))
      remove_member(turn, *member, name,
                    "You were kicked from channel " + name + " by " + turn.who.nick + ":");
  turn.state.tell_operators(turn.who.nick + " cleared channel " + name, turn.cx);
}

// 430 <nick> <channel> -> 430 <nick> <channel> "<topic>" 0 Hello, as the notes have it
void verb_channel_invite(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2) return turn.unparsable();
  if (const auto [channel, guest] = invited(turn, (*fields)[1], (*fields)[0]); guest != nullptr)
    turn.state.send(*guest, Type::channel_invite,
                    Line()
                        .word(turn.who.nick)
                        .word(channel->name)
                        .quoted(channel->topic)
                        .number(0)
                        .word("Hello")
                        .text(),
                    turn.cx);
}

// 10210 <channel> <nick>: opennap-ng's, and what TekNap sends; the guest is told in words.
void verb_channel_invite_opennap(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2) return turn.unparsable();
  const auto [channel, guest] = invited(turn, (*fields)[0], (*fields)[1]);
  if (guest == nullptr) return;
  turn.state.notice(*guest, turn.who.nick + " invited you to channel " + channel->name, turn.cx);
  tell_rulers(turn, *channel,
              turn.who.nick + " invited " + guest->nick + " to channel " + channel->name);
}

// 431, 432 <nick> <channel>...: the host hears who comes or does not.
void verb_invite_answer(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2) return turn.unparsable();
  const Channel* channel = find_channel(turn.state, (*fields)[1]);
  Session* host = turn.named_user();
  if (host == nullptr || channel == nullptr || !is_member(*host, *channel) ||
      host->ignores(turn.who))
    return;
  turn.state.send(*host, turn.type, Line().word(turn.who.nick).word(channel->name).text(), turn.cx);
}

}  // namespace p2p::napster
