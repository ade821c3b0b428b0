#include "protocols/kazaa/session.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace p2p::kazaa {

namespace {

void clear(Buffer& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptIdle) Buffer().swap(buffer);
}

}  // namespace

Session::Session(State state, Await await, std::uint32_t seed)
    : state_(state),
      await_(await),
      seed_(seed) {}

Session Session::child(std::uint32_t seed) {
  Session session(State::greeting, Await::answer, seed);
  append_hello(session.output_, seed);
  return session;
}

Session Session::supernode(std::uint32_t seed) {
  return {State::greeting, Await::hello, seed};
}

Session Session::greeted() {
  return {State::open, Await::name, 0};
}

Session::State Session::feed(Bytes bytes) {
  while (state_ == State::greeting && !bytes.empty())
    take_greeting(bytes);
  if (state_ != State::open) return state_;
  if (ciphers_ == nullptr) {
    reader_.feed(bytes);
    return state_;
  }
  plain_.assign(bytes.begin(), bytes.end());
  ciphers_->in.apply(plain_);
  reader_.feed(plain_);
  return state_;
}

void Session::take_greeting(Bytes& bytes) {
  if (await_ == Await::name) {
    take_name(bytes);
  } else {
    take_seed(bytes);
  }
}

void Session::take_seed(Bytes& bytes) {
  const bool is_caller = await_ == Await::answer;
  const std::size_t size = is_caller ? kAnswerBytes : kHelloBytes;
  const Bytes taken = bytes.first(std::min(size - plain_.size(), bytes.size()));
  plain_.insert(plain_.end(), taken.begin(), taken.end());
  bytes = bytes.subspan(taken.size());
  if (plain_.size() < size) return;
  const auto theirs = is_caller ? decode_answer(plain_) : decode_hello(plain_);
  plain_.clear();
  if (!theirs) return break_off(theirs.error());

  const Cipher of_answerer(is_caller ? *theirs : seed_);
  const Cipher of_caller(*theirs ^ seed_);
  ciphers_ = std::make_unique<Ciphers>(is_caller ? Ciphers{of_answerer, of_caller}
                                                 : Ciphers{of_caller, of_answerer});
  if (!is_caller) append_answer(output_, seed_);
  const std::size_t name_at = output_.size();
  Writer(output_).text(kNetworkName).u8(0);
  encipher_from(name_at);
  await_ = Await::name;
}

void Session::take_name(Bytes& bytes) {
  while (!bytes.empty()) {
    std::byte letter = bytes.front();
    ciphers_->in.apply(std::span(&letter, 1));
    bytes = bytes.subspan(1);
    if (letter == std::byte{0}) {
      if (!is_network_name(text_of(plain_)))
        return break_off({Errc::refused, "network " + escaped(text_of(plain_))});
      state_ = State::open;
      return;
    }
    if (plain_.size() == kMaxNetworkName)
      return break_off({Errc::too_long, "a network's name without an end"});
    plain_.push_back(letter);
  }
}

Result<std::optional<Frame>> Session::next() {
  if (state_ == State::broken) return tl::unexpected<Error>(*error_);
  if (state_ == State::greeting) return std::nullopt;
  auto frame = reader_.next();
  if (!frame) {
    break_off(frame.error());
    return frame;
  }
  if (!*frame) {
    clear(plain_);
  } else if ((*frame)->kind == Frame::Kind::ping && !is_pong_out_) {
    const std::size_t at = output_.size();
    writer_.pong(output_);
    encipher_from(at);
    is_pong_out_ = true;
  }
  return frame;
}

void Session::send(Type type, Bytes payload) {
  assert(state_ == State::open);
  const std::size_t at = output_.size();
  writer_.message(output_, type, payload);
  encipher_from(at);
}

void Session::ping() {
  assert(state_ == State::open);
  const std::size_t at = output_.size();
  writer_.ping(output_);
  encipher_from(at);
}

Buffer Session::take_output() {
  is_pong_out_ = false;
  return std::exchange(output_, {});
}

void Session::drop_output() {
  is_pong_out_ = false;
  clear(output_);
}

std::size_t Session::held() const {
  return (ciphers_ == nullptr ? 0 : sizeof(Ciphers)) + plain_.capacity() + output_.capacity() +
         reader_.held();
}

void Session::encipher_from(std::size_t at) {
  if (ciphers_ != nullptr) ciphers_->out.apply(std::span(output_).subspan(at));
}

void Session::break_off(Error error) {
  state_ = State::broken;
  error_ = std::make_unique<Error>(std::move(error));
  plain_.clear();
}

}  // namespace p2p::kazaa
