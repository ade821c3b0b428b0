// Channels (napster.md, section 9). One exists while it has members; the first to join keeps it.
#include <algorithm>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

// "#lobby" of what the user typed; empty when it cannot be a channel.
std::string channel_name(std::string_view typed) {
  constexpr std::string_view kForbidden = "\",*?%";
  std::string name(typed);
  if (!name.starts_with('#') && !name.starts_with('&')) name.insert(0, 1, '#');
  if (name.size() < 2 || name.size() > kMaxChannelBytes) return {};
  const bool is_fit = std::ranges::all_of(name, [&](char c) {
    return (c < 0 || c > ' ') && kForbidden.find(c) == std::string_view::npos;
  });
  return is_fit ? name : std::string();
}

// The channel that the payload starts with, if the sender is in it and may speak; else a 404.
Channel* spoken_in(Turn& turn) {
  Channel* channel = find_channel(turn.state, split_head(turn.payload).first);
  if (channel == nullptr || !is_member(turn.who, *channel)) {
    turn.notice("You are not a member of that channel");
    return nullptr;
  }
  if (turn.who.muzzled) {
    turn.notice("You have been muzzled.");
    return nullptr;
  }
  return channel;
}

// To all members but those who ignore the speaker; he hears himself.
void say(Turn& turn, const Channel& channel, std::uint16_t type, std::string_view payload) {
  std::vector<LinkId> hearers;
  for (const LinkId link : channel.members) {
    const Session* member = turn.state.find(link);
    if (member != nullptr && !member->ignores(turn.who)) hearers.push_back(link);
  }
  turn.state.send_all(hearers, type, payload, turn.cx);
}

// <channel> <nick> <shared> <link>
std::string member_line(State& state, const Channel& channel, const Session& member) {
  return Line()
      .word(channel.name)
      .word(member.nick)
      .number(state.directory.files_of(member.owner))
      .number(member.speed)
      .text();
}

// A list may be asked for; its lines are counted as they go out.
bool may_list(Turn& turn) {
  if (turn.who.list_lines.take(turn.cx.now)) return true;
  turn.notice("list failed: too much was listed, try again in a while");
  return false;
}

void list_members(Turn& turn, const Channel& channel, std::uint16_t type) {
  turn.who.list_lines.owe(static_cast<double>(channel.members.size()));
  for (const LinkId link : channel.members)
    if (const Session* member = turn.state.find(link))
      turn.answer(type, member_line(turn.state, channel, *member));
}

std::size_t room_of(const Channel& channel) {
  return channel.limit == 0 ? kMaxChannelMembers : channel.limit;
}

std::string topic_line(const Channel& channel) {
  return Line().word(channel.name).word(channel.topic).text();
}

}  // namespace

Channel* find_channel(State& state, std::string_view typed) {
  const auto found = state.channels.find(folded_nick(channel_name(typed)));
  return found == state.channels.end() ? nullptr : &found->second;
}

bool is_member(const Session& user, const Channel& channel) {
  return std::ranges::find(user.channels, folded_nick(channel.name)) != user.channels.end();
}

void verb_channel_join(Turn& turn) {
  State& state = turn.state;
  Session& who = turn.who;
  const std::string name = channel_name(split_head(turn.payload).first);
  if (name.empty()) return turn.notice("join channel failed: invalid channel name");
  const std::string folded = folded_nick(name);
  if (std::ranges::find(who.channels, folded) != who.channels.end()) return;
  if (who.channels.size() >= kMaxChannelsOfUser)
    return turn.notice("join channel failed: you may only join " +
                       std::to_string(kMaxChannelsOfUser) + " channels");
  if (!may_list(turn)) return;
  const auto [place, is_new] = state.channels.try_emplace(folded);
  Channel& channel = place->second;
  if (is_new) {
    channel.name = name;
    channel.topic = "Welcome to the " + name + " channel.";
    channel.keeper = who.folded;
  } else if (const std::string why = entry_refusal(who, channel); !why.empty()) {
    return turn.notice("channel join failed: " + why);
  }
  state.send_all(channel.members, Type::channel_join_notice, member_line(state, channel, who),
                 turn.cx);
  channel.members.push_back(who.link);
  who.channels.push_back(folded);
  turn.answer(Type::channel_joined, channel.name);
  list_members(turn, channel, Type::channel_member);
  turn.answer(Type::channel_members_end, channel.name);
  turn.answer(Type::channel_topic, topic_line(channel));
  if (is_new)
    turn.notice("Server " + state.config.server_name + " set you as operator on channel " + name);
}

void verb_channel_part(Turn& turn) {
  const Channel* channel = find_channel(turn.state, split_head(turn.payload).first);
  if (channel == nullptr || !is_member(turn.who, *channel))
    return turn.notice("part channel failed: you are not a member of that channel");
  const std::string name = channel->name;
  turn.answer(Type::channel_part, name);
  turn.state.leave_channel(turn.who, folded_nick(name), turn.cx);
}

void verb_channel_say(Turn& turn) {
  if (const Channel* channel = spoken_in(turn))
    say(turn, *channel, Type::channel_said,
        Line().word(channel->name).word(relayed(turn.who, split_head(turn.payload).rest)).text());
}

void verb_channel_emote(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2) return turn.unparsable();
  if (const Channel* channel = spoken_in(turn))
    say(turn, *channel, Type::emote,
        Line()
            .word(channel->name)
            .word(turn.who.nick)
            .quoted(cut((*fields)[1], kMaxTextBytes))
            .text());
}

void verb_channel_topic(Turn& turn) {
  Channel* channel = spoken_in(turn);
  if (channel == nullptr) return;
  const std::string_view topic = cut(split_head(turn.payload).rest, kMaxTopicBytes);
  if (topic.empty()) return turn.answer(Type::channel_topic, topic_line(*channel));
  if (channel->keeper != turn.who.folded && !turn.who.is_operator())
    return turn.notice("topic failed: permission denied");
  channel->topic = topic;
  turn.state.send_all(channel->members, Type::channel_topic, topic_line(*channel), turn.cx);
  turn.notice(turn.who.nick + " set topic on " + channel->name + ": " + channel->topic);
}

void verb_channel_list(Turn& turn) {
  std::size_t left = may_list(turn) ? kMaxChannelsListed : 0;
  for (const auto& [folded, channel] : turn.state.channels) {
    if (left-- == 0) break;
    turn.who.list_lines.owe(1);
    turn.answer(
        Type::channel_entry,
        Line().word(channel.name).number(channel.members.size()).word(channel.topic).text());
  }
  turn.answer(Type::channel_list);
}

// 828 <channel> <users> <user made> <level> <limit> "<topic>"
void verb_channel_list_full(Turn& turn) {
  std::size_t left = may_list(turn) ? kMaxChannelsListed : 0;
  for (const auto& [folded, channel] : turn.state.channels) {
    if (left-- == 0) break;
    turn.who.list_lines.owe(1);
    turn.answer(Type::channel_list_full, Line()
                                             .word(channel.name)
                                             .number(channel.members.size())
                                             .number(1)
                                             .number(static_cast<std::uint64_t>(channel.least))
                                             .number(room_of(channel))
                                             .quoted(channel.topic)
                                             .text());
  }
  turn.answer(Type::channel_list_full_end);
}

void verb_channel_users(Turn& turn) {
  const Channel* channel = find_channel(turn.state, split_head(turn.payload).first);
  if (channel == nullptr) return turn.notice("no such channel");
  if (may_list(turn)) list_members(turn, *channel, Type::channel_user);
  turn.answer(Type::channel_users);
}

}  // namespace p2p::napster
