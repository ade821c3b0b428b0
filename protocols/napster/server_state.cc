#include "protocols/napster/server_state.h"

#include <algorithm>
#include <array>

#include "protocols/base/letters.h"

namespace p2p::napster {

State::State(const ModeConfig& given) : config(given) {}

Session* State::find(LinkId link) {
  const auto found = sessions.find(link);
  return found == sessions.end() || found->second.gone ? nullptr : &found->second;
}

Session* State::find_user(std::string_view nick) {
  const auto found = users.find(folded_nick(nick));
  return found == users.end() ? nullptr : found->second;
}

void State::send(Session& to, std::uint16_t type, std::string_view payload, Cx& cx,
                 Urgency urgency) {
  Buffer frame;
  append_frame(frame, type, payload);
  ++to.sent;
  cx.out.send(to.link, frame, urgency);
}

void State::send_all(std::span<const LinkId> to, std::uint16_t type, std::string_view payload,
                     Cx& cx, Urgency urgency) {
  if (to.empty()) return;
  Buffer frame;
  append_frame(frame, type, payload);
  for (const LinkId link : to)
    if (Session* session = find(link)) ++session->sent;
  cx.out.send(to, frame, urgency);
}

bool State::ask(Session& asker, Question question, AccountAsked asked, Cx& cx) {
  if (asker.questions >= kMaxQuestionsOfUser || questions.size() >= kMaxQuestions) return false;
  ++asker.questions;
  question.link = asker.link;
  const std::uint64_t serial = next_question_++;
  asked.ticket = {serial, 0, 0, 0};
  asked.from = asker.remote.address;
  questions.emplace(serial, std::move(question));
  cx.out.report(std::move(asked));
  return true;
}

void State::sign_on(Session& user, Cx& cx) {
  users[user.folded] = &user;
  user.stage = Stage::up;
  user.up_since = cx.now;
  if (free_owners_.empty()) {
    user.owner = OwnerId{static_cast<std::uint32_t>(owners.size())};
    owners.push_back(&user);
  } else {
    user.owner = OwnerId{free_owners_.back()};
    free_owners_.pop_back();
    owners[static_cast<std::size_t>(user.owner)] = &user;
  }
  if (user.is_operator()) operators.push_back(user.link);
  ++counters.logins;
  if (const auto found = watchers.find(user.folded); found != watchers.end()) {
    const std::vector<LinkId> who(found->second.begin(), found->second.end());
    send_all(who, Type::user_signon, Line().word(user.nick).number(user.speed).text(), cx);
  }
}

void State::drop(Session& session, Reason why, Cx& cx) {
  if (session.gone) return;
  cx.out.close(session.link, why);
  lose(session, cx);
}

void State::lose(Session& session, Cx& cx) {
  if (session.gone) return;
  session.gone = true;
  gone_.push_back(session.link);
  if (const auto found = links_from.find(session.remote.address);
      found != links_from.end() && --found->second == 0)
    links_from.erase(found);
  if (session.stage == Stage::up) sign_off(session, cx);
}

void State::sign_off(Session& user, Cx& cx) {
  users.erase(user.folded);
  std::erase(operators, user.link);
  for (const std::string& folded : user.hotlist) {
    const auto found = watchers.find(folded);
    if (found == watchers.end()) continue;
    found->second.erase(user.link);
    if (found->second.empty()) watchers.erase(found);
  }
  if (const auto found = watchers.find(user.folded); found != watchers.end()) {
    const std::vector<LinkId> who(found->second.begin(), found->second.end());
    send_all(who, Type::user_signoff, user.nick, cx);
  }
  const std::vector<std::string> joined = std::move(user.channels);
  for (const std::string& folded : joined)
    leave_channel(user, folded, cx);
  pending.forget_downloader(user.link);
  for (const PendingRequest& request : pending.take_sharer(user.link))
    refuse_request(request, cx);
  directory.remove_owner(user.owner);
  owners[static_cast<std::size_t>(user.owner)] = nullptr;
  free_owners_.push_back(static_cast<std::uint32_t>(user.owner));
}

void State::sweep() {
  for (const LinkId link : gone_)
    sessions.erase(link);
  gone_.clear();
}

std::uint64_t State::unix_time(Time now) const {
  if (config.started_unix == 0) return 0;
  const auto up = std::chrono::duration_cast<std::chrono::seconds>(now - started);
  return config.started_unix + static_cast<std::uint64_t>(up.count());
}

std::string State::stats() const {
  constexpr std::uint64_t kGigabyte = 1U << 30U;
  return Line()
      .number(users.size())
      .number(directory.files())
      .number(directory.bytes() / kGigabyte)
      .text();
}

void State::leave_channel(Session& user, const std::string& folded, Cx& cx) {
  const auto found = channels.find(folded);
  if (found == channels.end()) return;
  Channel& channel = found->second;
  std::erase(user.channels, folded);
  std::erase(channel.members, user.link);
  if (channel.members.empty()) {
    channels.erase(found);
    return;
  }
  send_all(channel.members, Type::channel_part_notice,
           Line()
               .word(channel.name)
               .word(user.nick)
               .number(directory.files_of(user.owner))
               .number(user.speed)
               .text(),
           cx);
}

void State::refuse_request(const PendingRequest& request, Cx& cx) {
  Session* downloader = find(request.downloader);
  if (downloader == nullptr) return;
  const auto sharer = sessions.find(request.sharer);  // he may be on his way out
  if (sharer == sessions.end()) return;
  send(*downloader, Type::download_error,
       Line().word(sharer->second.nick).quoted(request.name).text(), cx);
}

std::string folded_nick(std::string_view nick) {
  return lowered(nick);
}

bool is_valid_nick(std::string_view nick) {
  constexpr std::string_view kForbidden = "%$*?.!\",\\";
  constexpr std::string_view kForbiddenFirst = "#&:-";
  constexpr std::array<std::string_view, 4> kServices{"operserv", "chanserv", "operator",
                                                      "nickserv"};
  if (nick.empty() || nick.size() > kMaxNickBytes) return false;
  if (kForbiddenFirst.find(nick.front()) != std::string_view::npos) return false;
  const bool printable = std::ranges::all_of(nick, [&](char c) {
    return c >= '!' && c <= '~' && kForbidden.find(c) == std::string_view::npos;
  });
  return printable && std::ranges::find(kServices, folded_nick(nick)) == kServices.end();
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::leech: return "Leech";
    case Level::user: return "User";
    case Level::moderator: return "Moderator";
    case Level::admin: return "Admin";
    case Level::elite: return "Elite";
  }
  return "User";
}

}  // namespace p2p::napster
