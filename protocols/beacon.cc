#include "protocols/beacon.h"

#include <algorithm>

namespace p2p {

namespace {

constexpr std::string_view kMagic = "srvB";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxWord = 16;

constexpr Duration kEvery = 60s;
constexpr Duration kJitter = 10s;          // to either side
constexpr Duration kAnswerWithin = 500ms;  // spreads the answers of many
constexpr std::size_t kEnoughAnswers = 8;  // of others: a newcomer needs no more
// One answer in ten seconds, and a few ahead, for a network that is just being switched on.
constexpr Duration kAnswerEvery = 10s;
constexpr Duration kAnswersAhead = 3 * kAnswerEvery;

constexpr Duration kTellAgain = 30s;
constexpr std::size_t kMaxTold = 512;  // nodes kept in mind; the one told first is forgotten
constexpr Duration kTellWindow = 10s;
constexpr std::size_t kMaxInWindow = 100;  // told in it; more are passed over

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kMaxWord && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string_view read_word(Reader& reader) {
  const std::size_t size = reader.u8();
  return size > kMaxWord ? std::string_view{} : text_of(reader.take(size));
}

}  // namespace

Buffer encode(const BeaconMessage& message) {
  Buffer out;
  Writer writer(out);
  const auto word = [&writer](std::string_view text) {
    text = text.substr(0, kMaxWord);
    writer.u8(static_cast<std::uint8_t>(text.size())).text(text);
  };
  writer.text(kMagic).u8(kVersion).u8(static_cast<std::uint8_t>(message.kind));
  writer.u16be(message.port).u64le(message.node);
  word(message.mode);
  word(message.role);
  return out;
}

Result<BeaconMessage> decode_beacon(Bytes bytes) {
  if (bytes.size() > kMaxBeaconBytes) return fail(Errc::too_long, "a beacon of too many bytes");
  Reader reader(bytes);
  if (text_of(reader.take(kMagic.size())) != kMagic) return fail(Errc::malformed, "not a beacon");
  if (reader.u8() != kVersion) return fail(Errc::unsupported, "a beacon of another version");
  const std::uint8_t kind = reader.u8();
  if (kind > 1) return fail(Errc::unsupported, "a beacon of another kind");
  BeaconMessage message;
  message.kind = static_cast<BeaconMessage::Kind>(kind);
  message.port = reader.u16be();
  message.node = reader.u64le();
  message.mode = read_word(reader);
  message.role = read_word(reader);
  if (reader.failed() || !is_word(message.mode) || !is_word(message.role))
    return fail(Errc::malformed, "a beacon without its words");
  return message;
}

std::optional<Buffer> Beacon::wake(Time now, Rng& rng) {
  if (started_ && now < deadline()) return {};
  const bool answers = answer_ <= now;
  const bool is_due = next_ <= now;
  const bool is_start = !std::exchange(started_, true);
  if (answers) answer_ = kNever;
  if (answers && !is_due && others_ >= kEnoughAnswers) return {};
  if (answers && !is_due) answers_paid_ = std::max(answers_paid_, now) + kAnswerEvery;
  const auto spread = static_cast<std::uint64_t>((2 * kJitter).count());
  next_ = now + kEvery - kJitter + Duration(static_cast<Duration::rep>(rng.below(spread)));
  if (is_start) return encode(message(BeaconMessage::Kind::ask));
  if (us_.port == 0) return {};  // nobody could come
  return encode(message(BeaconMessage::Kind::here));
}

Time Beacon::deadline() const {
  return std::min(next_, answer_);
}

std::optional<Heard> Beacon::receive(std::uint32_t from, Bytes bytes, Time now, Rng& rng) {
  const auto message = decode_beacon(bytes);
  if (!message || message->node == us_.node || message->mode != us_.mode) return {};
  if (message->kind == BeaconMessage::Kind::ask)
    plan_answer(now, rng);
  else
    ++others_;
  if (message->port == 0 || !is_routable(from) || !is_news(*message, now)) return {};
  return Heard{{from, message->port}, message->role};
}

void Beacon::become(const std::string& role, Time now) {
  us_.role = role;
  next_ = std::min(next_, now);
}

BeaconMessage Beacon::message(BeaconMessage::Kind kind) const {
  return {kind, us_.port, us_.node, us_.mode, us_.role};
}

void Beacon::plan_answer(Time now, Rng& rng) {
  if (answer_ != kNever || us_.port == 0) return;
  others_ = 0;
  const auto within = static_cast<std::uint64_t>(kAnswerWithin.count());
  const Time soon = now + Duration(static_cast<Duration::rep>(rng.below(within)));
  answer_ = std::max(soon, answers_paid_ - kAnswersAhead);
}

bool Beacon::is_news(const BeaconMessage& message, Time now) {
  const auto known = std::ranges::find(told_, message.node, &Told::node);
  if (known != told_.end()) {
    const bool changed = known->port != message.port || known->role != message.role;
    if (!changed && now < known->when + kTellAgain) return false;
  }
  if (now >= tell_from_ + kTellWindow) {
    tell_from_ = now;
    tell_count_ = 0;
  }
  if (tell_count_ >= kMaxInWindow) return false;
  ++tell_count_;
  if (known != told_.end()) told_.erase(known);
  if (told_.size() >= kMaxTold) told_.pop_front();
  told_.push_back({message.node, message.port, message.role, now});
  return true;
}

}  // namespace p2p
