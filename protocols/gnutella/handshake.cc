#include "protocols/gnutella/handshake.h"

#include <cassert>
#include <charconv>
#include <utility>

#include "protocols/base/letters.h"

namespace p2p::gnutella {

namespace {

// What comes while a decision or the first read of the open link is due: no more than a block.
constexpr std::size_t kMaxEarly = std::size_t{64} * 1024;

using Version = std::pair<std::uint32_t, std::uint32_t>;  // major, minor
constexpr Version kFlat{0, 4};
constexpr Version kWithHeaders{0, 6};

// Takes "0.6" from the front of `text`.
std::optional<Version> take_version(std::string_view& text) {
  Version version;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.first);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return {};
  const auto minor = std::from_chars(major.ptr + 1, end, version.second);
  if (minor.ec != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(minor.ptr - text.data()));
  return version;
}

// "GNUTELLA CONNECT/0.6"
std::optional<Version> request_version(std::string_view line) {
  if (!take_head(line, "GNUTELLA CONNECT/")) return {};
  const auto version = take_version(line);
  if (line.find_first_not_of(" \t") != std::string_view::npos) return {};
  return version;
}

struct Status {
  std::uint16_t code = 0;
  std::string_view text;
};

// "GNUTELLA/0.6 503 text"; the code has three digits, the text may be missing.
std::optional<Status> status_of(std::string_view line) {
  if (!take_head(line, "GNUTELLA/")) return {};
  const auto version = take_version(line);
  if (!version || *version < kWithHeaders || !take_head(line, " ")) return {};
  Status status;
  const std::string_view digits = line.substr(0, line.find(' '));
  const char* const end = digits.data() + digits.size();
  const auto code = std::from_chars(digits.data(), end, status.code);
  if (code.ec != std::errc{} || code.ptr != end || digits.size() != 3 || status.code < 100)
    return {};
  status.text = line.substr(digits.size());
  take_head(status.text, " ");
  return status;
}

std::string block_text(std::string_view start_line, const Fields& fields) {
  HeaderBlockWriter writer(start_line);
  for (const auto& [name, value] : fields)
    writer.field(name, value);
  return writer.text();
}

bool list_deflate(const Fields& fields, std::string_view name) {
  return HeaderBlock{{}, fields}.lists(name, "deflate");
}

// The later block's fields stand, and those of the earlier one that it does not have.
void lay_over(HeaderBlock& earlier, HeaderBlock later) {
  for (auto& field : earlier.fields)
    if (!later.has(field.first)) later.fields.push_back(std::move(field));
  earlier = std::move(later);
}

}  // namespace

Handshake Handshake::initiator(const Fields& fields) {
  Handshake handshake;
  handshake.initiator_ = true;
  handshake.await_ = Await::response;
  handshake.output_ = block_text("GNUTELLA CONNECT/0.6", fields);
  handshake.we_accept_deflate_ = list_deflate(fields, "Accept-Encoding");
  return handshake;
}

Handshake Handshake::initiator_04() {
  Handshake handshake;
  handshake.initiator_ = true;
  handshake.await_ = Await::response;
  handshake.output_ = "GNUTELLA CONNECT/0.4\n\n";
  handshake.peer_.is_04 = true;
  return handshake;
}

Handshake Handshake::acceptor() {
  return {};
}

Handshake::State Handshake::feed(Bytes bytes) {
  if (state_ == State::decide || state_ == State::open) return keep(bytes);
  if (state_ != State::reading) return state_;
  const auto used = reader_.feed(bytes);
  if (!used) return broken(used.error().detail);
  if (!reader_.is_complete()) return state_;
  const HeaderBlock block = reader_.take();
  const State now = await_ == Await::request ? request(block) : response(block);
  return now == State::decide || now == State::open ? keep(bytes.subspan(*used)) : now;
}

Handshake::State Handshake::keep(Bytes bytes) {
  if (!leftover_.empty() && leftover_.size() + bytes.size() > kMaxEarly)
    return broken("talks on before it is answered");
  leftover_.insert(leftover_.end(), bytes.begin(), bytes.end());
  return state_;
}

Handshake::State Handshake::request(const HeaderBlock& block) {
  const auto version = request_version(block.start_line);
  if (!version || (*version != kFlat && *version < kWithHeaders))
    return broken("no Gnutella request: " + escaped(block.start_line));
  if (*version == kFlat) {
    peer_.is_04 = true;
  } else {
    learn(block);
  }
  return state_ = State::decide;
}

Handshake::State Handshake::response(const HeaderBlock& block) {
  if (peer_.is_04) {
    if (block.start_line != "GNUTELLA OK")
      return broken("no Gnutella 0.4 answer: " + escaped(block.start_line));
    return state_ = State::open;
  }
  const auto status = status_of(block.start_line);
  if (!status) return broken("no Gnutella answer: " + escaped(block.start_line));
  code_ = status->code;
  text_ = escaped(status->text);
  learn(block);
  if (code_ != 200) return state_ = State::refused;
  return state_ = await_ == Await::confirm ? State::open : State::decide;
}

void Handshake::learn(HeaderBlock block) {
  lay_over(all_, std::move(block));
  peer_ = greeting_of(all_);
}

Handshake::State Handshake::answer(const Reply& reply) {
  assert(state_ == State::decide);
  const bool is_yes = reply.code == 200;
  if (peer_.is_04) {
    if (is_yes) output_ += "GNUTELLA OK\n\n";
  } else {
    output_ += our_block(reply);
  }
  if (!is_yes) return state_ = State::refused;
  if (initiator_ || peer_.is_04) return state_ = State::open;
  await_ = Await::confirm;
  state_ = State::reading;
  const Buffer early = std::exchange(leftover_, {});
  return early.empty() ? state_ : feed(early);
}

std::string Handshake::our_block(const Reply& reply) {
  Fields fields = reply.fields;
  if (!peer_.accepts_deflate)
    std::erase_if(
        fields, [](const auto& one) { return equal_without_case(one.first, "Content-Encoding"); });
  we_accept_deflate_ = we_accept_deflate_ || list_deflate(fields, "Accept-Encoding");
  we_send_deflate_ = list_deflate(fields, "Content-Encoding");
  return block_text("GNUTELLA/0.6 " + std::to_string(reply.code) + ' ' + reply.text, fields);
}

std::string Handshake::take_output() {
  return std::exchange(output_, {});
}

Buffer Handshake::take_leftover() {
  return std::exchange(leftover_, {});
}

bool Handshake::inflates() const {
  return peer_.sends_deflate && we_accept_deflate_;
}

bool Handshake::deflates() const {
  return we_send_deflate_;
}

Handshake::State Handshake::broken(std::string why) {
  error_ = std::move(why);
  leftover_.clear();
  return state_ = State::broken;
}

}  // namespace p2p::gnutella
