// NapsterFetcher: the asking side of one Napster data connection (napster.md, 7.1; third walk of
// architecture.md). Observed: vectors/napster/21, 22.
//
//   them: '1'   us: GET <nick> "<name>" <offset>   them: <size digits><data>
//   us, to a servent: GET <nick> "<name>" <offset> urn:sha1   them: <size> urn:sha1:... LF <data>
//
// Bounded: it keeps at most kMaxHead bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/transfer/fetcher.h"

namespace p2p::transfer {

inline constexpr std::size_t kMaxDigest = 43;  // " urn:sha1:", 32 letters, LF
inline constexpr std::size_t kMaxHead = 64;    // longer than any size or error text

class NapsterFetcher final : public Fetcher {
 public:
  enum class State : std::uint8_t { greeting, size, digest, body, done, failed };

  // `ours`: the peer is a servent and is asked for the digest of the whole file. `total` is the
  // size promised by the search; it cuts the digits from the data. `offset` is where the data shall
  // begin.
  NapsterFetcher(std::string nick, std::string name, std::uint64_t total, std::uint64_t offset,
                 bool ours = false);

  Bytes feed(Bytes bytes) override;
  std::string take_output() override;
  const std::optional<FetchEnd>& end() const override { return end_; }
  FetchEnd closed() const override;
  std::uint64_t missing() const override { return left_; }
  bool go_on(std::uint64_t, std::uint64_t, const Owned&) override { return false; }
  const std::optional<Sha1>& sha1() const override { return sha1_; }  // from `body` on

  State state() const { return state_; }
  const std::string& error() const { return error_; }  // what it says or does wrong; escaped

 private:
  Bytes cut(Bytes bytes);
  void read_size();
  bool read_digest();
  void give_up(std::string why);

  std::string nick_;
  std::string name_;
  std::uint64_t total_;
  std::uint64_t offset_;
  std::uint64_t left_;
  bool ours_;
  std::optional<Sha1> sha1_;
  State state_ = State::greeting;
  std::string head_;
  std::string output_;
  std::string error_;
  std::optional<FetchEnd> end_;
  Buffer spill_;
};

}  // namespace p2p::transfer
