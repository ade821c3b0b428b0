#include "protocols/transfer/napster_fetcher.h"

#include <algorithm>
#include <utility>

#include "protocols/transfer/giver.h"

namespace p2p::transfer {

NapsterFetcher::NapsterFetcher(std::string nick, std::string name, std::uint64_t total,
                               std::uint64_t offset, bool ours)
    : nick_(std::move(nick)),
      name_(std::move(name)),
      total_(total),
      offset_(std::min(offset, total)),
      left_(total - std::min(offset, total)),
      ours_(ours) {}

std::string NapsterFetcher::take_output() {
  return std::exchange(output_, {});
}

Bytes NapsterFetcher::cut(Bytes bytes) {
  const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  left_ -= count;
  if (left_ == 0) state_ = State::done;
  return bytes.first(count);
}

// The size is the whole file's or the remaining bytes'; anything else is a refusal in words.
void NapsterFetcher::read_size() {
  const std::string whole = std::to_string(total_);
  const std::string rest = std::to_string(total_ - offset_);
  const std::string_view head = head_;
  // The whole size goes first: the other may be its beginning.
  for (const std::string& size : {whole, rest}) {
    if (size.starts_with(head) && size != head) return;  // need more
    if (head.starts_with(size)) {
      spill_.assign(bytes_of(head).begin() + static_cast<std::ptrdiff_t>(size.size()),
                    bytes_of(head).end());
      state_ = ours_ ? State::digest : State::body;
      return;
    }
  }
  const bool words = head.front() >= 'A' && head.front() <= 'Z';
  if (words && head.size() < kMaxHead) {
    error_ = escaped(head);
    if (head != "INVALID REQUEST" && head != "FILE NOT SHARED" && head != "FILE NOT FOUND" &&
        head != "FILE NOT REQUESTED") {
      return;  // perhaps only the beginning; the close tells
    }
  }
  give_up(error_.empty() ? "the size is not the promised one" : error_);
}

void NapsterFetcher::give_up(std::string why) {
  state_ = State::failed;
  error_ = std::move(why);
  end_ = FetchEnd{FetchEnd::Why::failed, error_};
}

FetchEnd NapsterFetcher::closed() const {
  return {FetchEnd::Why::failed, error_.empty() ? "the source closed" : error_};
}

// Takes " <urn> LF" from the front of what came behind the size. False while it may go on. What
// looks otherwise is data: the peer only calls himself a servent.
bool NapsterFetcher::read_digest() {
  const std::string_view text = text_of(Bytes(spill_).first(std::min(spill_.size(), kMaxDigest)));
  if (text.empty()) return false;
  const std::size_t end = text.find('\n');
  if (text.front() == ' ' && end == std::string_view::npos && text.size() < kMaxDigest)
    return false;
  state_ = State::body;
  if (text.front() != ' ' || end == std::string_view::npos) return true;
  const std::string_view word = text.substr(1, end - 1);
  sha1_ = sha1_from_urn(word);
  if (sha1_ || word == kNoDigest)
    spill_.erase(spill_.begin(), spill_.begin() + static_cast<std::ptrdiff_t>(end) + 1);
  return true;
}

Bytes NapsterFetcher::feed(Bytes bytes) {
  if (bytes.empty() || state_ == State::done || state_ == State::failed) return {};
  if (state_ == State::greeting) {
    if (bytes.front() != std::byte{'1'}) {
      give_up("no greeting");
      return {};
    }
    state_ = State::size;
    output_ = "GET" + nick_ + " \"" + name_ + "\" " + std::to_string(offset_);
    if (ours_) output_.append(" ").append(kAskDigest);
    bytes = bytes.subspan(1);
  }
  if (state_ == State::body) return cut(bytes);
  // Byte by byte until the size is read, so that the rest stays where it is.
  while (!bytes.empty() && state_ == State::size) {
    head_.push_back(static_cast<char>(bytes.front()));
    bytes = bytes.subspan(1);
    read_size();
  }
  if (state_ == State::digest) {
    spill_.insert(spill_.end(), bytes.begin(), bytes.end());
    return read_digest() ? cut(spill_) : Bytes{};
  }
  if (state_ != State::body) return {};
  if (spill_.empty() && left_ > 0) return cut(bytes);
  spill_.insert(spill_.end(), bytes.begin(), bytes.end());
  return cut(spill_);
}

}  // namespace p2p::transfer
