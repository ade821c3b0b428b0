// Napster frames and their payload grammar (napster.md, sections 1 and 11).
//
//   u16 payload length, little endian | u16 type, little endian | payload
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

namespace p2p::napster {

inline constexpr std::size_t kHeaderBytes = 4;
// Real clients keep frames under 2048 bytes; twice that leaves room and bounds what a link holds.
inline constexpr std::size_t kMaxPayloadBytes = 4096;

struct Frame {
  std::uint16_t type = 0;
  std::string_view payload;  // lent by the FrameReader until its next feed()
};

// Cuts a stream into frames, however it was split.  feed(bytes) (next() until it has none)
class FrameReader {
 public:
  void feed(Bytes bytes);
  // A frame; nothing when more bytes are needed; an error when the length passes the limit, after
  // which the link must be closed.
  Result<std::optional<Frame>> next();

 private:
  Buffer held_;
  std::size_t start_ = 0;  // of what is not yet given out
};

void append_frame(Buffer& out, std::uint16_t type, std::string_view payload);

// Splits a payload into its fields, bare or quoted (section 1.1): at most `limit` of them, the rest
// is ignored. Malformed when a quote does not close. The views point into `payload`.
Result<std::vector<std::string_view>> split(std::string_view payload, std::size_t limit = 64);

// The first bare field, and everything after the single blank behind it: for messages and topics.
struct Head {
  std::string_view first;
  std::string_view rest;
};
Head split_head(std::string_view payload);

// Builds a payload: fields with blanks between. A quoted value cannot hold '"': it is replaced by
// '\''.
class Line {
 public:
  Line& word(std::string_view value);
  Line& number(std::uint64_t value);
  Line& quoted(std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Whole decimal field; nothing when it is none or passes `most`.
std::optional<std::uint64_t> number(std::string_view field, std::uint64_t most = UINT64_MAX);

// Addresses travel as a decimal whose lowest byte is the first octet: 127.0.0.1 is 16777343.
std::uint32_t swap_address(std::uint32_t address);

// Message types by the names of the public notes. Direction: C to the server, S from it.
enum Type : std::uint16_t {
  login_error = 0,
  login = 2,
  login_ack = 3,
  version_check = 4,
  register_login = 6,
  nick_check = 7,
  nick_free = 8,
  nick_registered = 9,
  nick_invalid = 10,
  password_check = 11,
  password_ok = 12,
  registration_data = 14,
  share = 100,
  unshare = 102,
  unshare_all = 110,
  search = 200,
  search_result = 201,
  search_end = 202,
  download_request = 203,
  download_ack = 204,
  private_message = 205,
  download_error = 206,
  hotlist_add = 207,
  hotlist_at_login = 208,
  user_signon = 209,
  user_signoff = 210,
  browse = 211,
  browse_result = 212,
  browse_end = 213,
  stats = 214,
  resume_search = 215,
  resume_result = 216,
  resume_end = 217,
  download_started = 218,
  download_ended = 219,
  upload_started = 220,
  upload_ended = 221,
  data_port = 300,
  hotlist_ok = 301,
  hotlist_full = 302,
  hotlist_remove = 303,
  disconnecting = 316,
  ignore_list = 320,
  ignore_entry = 321,
  ignore_add = 322,
  ignore_remove = 323,
  not_ignored = 324,
  already_ignored = 325,
  ignore_clear = 326,
  channel_join = 400,
  channel_part = 401,
  channel_say = 402,
  channel_said = 403,
  notice = 404,
  channel_joined = 405,
  channel_join_notice = 406,
  channel_part_notice = 407,
  channel_member = 408,
  channel_members_end = 409,
  channel_topic = 410,
  channel_ban_list = 420,
  channel_ban_entry = 421,
  channel_ban = 422,
  channel_unban = 423,
  channel_ban_clear = 424,
  channel_invite = 430,
  invite_accepted = 431,
  invite_declined = 432,
  push_request = 500,
  push_order = 501,
  link_speed_query = 600,
  link_speed_answer = 601,
  whois = 603,
  whois_answer = 604,
  whowas_answer = 605,
  set_level = 606,
  upload_request = 607,
  upload_accept = 608,
  upload_refuse = 609,
  kill = 610,
  nuke = 611,
  ban = 612,
  set_port = 613,
  unban = 614,
  ban_list = 615,
  ban_entry = 616,
  channel_list = 617,
  channel_entry = 618,
  queue_limit = 619,
  queue_limit_notice = 620,
  motd = 621,
  muzzle = 622,
  unmuzzle = 623,
  set_speed = 625,
  data_port_error = 626,
  operator_message = 627,
  announce = 628,
  direct_browse = 640,
  direct_browse_accept = 641,
  direct_browse_error = 642,
  cloak = 652,
  change_speed = 700,
  change_password = 701,
  change_email = 702,
  change_port = 703,
  ghost_login = 748,
  server_ping = 750,
  ping = 751,
  pong = 752,
  set_password = 753,
  setting_reset = 800,
  server_version = 801,
  setting = 810,
  channel_clear = 820,
  redirect = 821,
  redirect_meta = 822,
  channel_level = 823,
  emote = 824,
  channel_user = 825,
  channel_limit = 826,
  channel_list_full_end = 827,
  channel_list_full = 828,
  channel_kick = 829,
  channel_users = 830,
  user_list = 831,
  user_entry = 832,
  share_folder = 870,
  login_920 = 920,
  channel_level_old = 10201,  // as 823, from before it had that number
  channel_kick_old = 10202,   // as 829
  channel_invite_opennap = 10210,
  share_other = 10300,
};

// Our own addition: the whole file's SHA-1 as the last field of a share, a result, a browse line
// and a download ack, in the form "urn:sha1:<32 base32 letters>". Stock programs ignore fields they
// do not know; our server still tells it only to clients whose program name starts with "servent".
inline constexpr std::string_view kOurAgent = "servent";

}  // namespace p2p::napster
