#include "protocols/napster/server_texts.h"

#include <string_view>
#include <utility>

namespace p2p::napster {

namespace {

constexpr std::size_t kMostShown = 300;  // of one text

}  // namespace

void ServerTexts::tell(Notice::Level level, std::string text, Cx& cx) {
  if (cx.now - since_ >= Duration(1min)) {
    since_ = cx.now;
    told_ = 0;
  }
  if (++told_ > kMaxTexts) {
    ++dropped_;
    return;
  }
  cx.out.report(Notice{level, "napster: " + std::move(text)});
}

bool ServerTexts::show(const Frame& frame, Cx& cx) {
  using enum Notice::Level;
  const std::string text = escaped(frame.payload, kMostShown);
  switch (frame.type) {
    case Type::notice: tell(warn, "server: " + text, cx); return true;
    case Type::motd: tell(info, "motd: " + text, cx); return true;
    case Type::private_message: {
      const Head head = split_head(frame.payload);
      tell(info, escaped(head.first) + " says: " + escaped(head.rest, kMostShown), cx);
      return true;
    }
    case Type::channel_said:
    case Type::channel_topic:
    case Type::emote: tell(info, "channel " + text, cx); return true;
    case Type::channel_invite: tell(info, "invitation: " + text, cx); return true;
    case Type::operator_message:
    case Type::announce: tell(info, "announced: " + text, cx); return true;
    case Type::data_port_error: tell(warn, text + " cannot reach our data port", cx); return true;
    case Type::redirect:  // not on a stranger's word
    case Type::redirect_meta: tell(info, "not followed: redirect to " + text, cx); return true;
    default: return false;
  }
}

}  // namespace p2p::napster
