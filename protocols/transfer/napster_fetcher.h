// NapsterFetcher: the asking side of one Napster data connection (napster.md, 7.1; third walk of
// architecture.md). Observed: vectors/napster/21, 22.
//
//   them: '1'   us: GET <nick> "<name>" <offset>   them: <size digits><data>
//   us, to a servent: GET <nick> "<name>" <offset> urn:sha1   them: <size> urn:sha1:... LF <data>
//
// It asks for kOverlap bytes before the resume point, so that the host can compare them with what
// it has: old programs acknowledge an offset and send from byte 0. Bounded: it keeps at most
// kMaxHead bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"

namespace p2p::transfer {

inline constexpr std::uint64_t kOverlap = 4096;
inline constexpr std::size_t kMaxDigest = 43;  // " urn:sha1:", 32 letters, LF
inline constexpr std::size_t kMaxHead = 64;    // longer than any size or error text

class NapsterFetcher {
 public:
  enum class State : std::uint8_t { greeting, size, digest, body, done, failed };

  // `ours`: the peer is a servent and is asked for the digest of the whole file. `total` is the
  // size promised by the search; it cuts the digits from the data. `offset` is where the data shall
  // begin.
  NapsterFetcher(std::string nick, std::string name, std::uint64_t total, std::uint64_t offset,
                 bool ours = false);

  // What came. Returns what of it is file data (a view into `bytes` or into this, valid until the
  // next call), never more than was promised in all.
  Bytes feed(Bytes bytes);
  // What to send now; empty when there is nothing.
  std::string take_output();

  State state() const { return state_; }
  const std::string& error() const { return error_; }  // with failed; escaped
  std::uint64_t missing() const { return left_; }
  const std::optional<Sha1>& sha1() const { return sha1_; }  // told by the peer; from `body` on

 private:
  Bytes cut(Bytes bytes);
  void read_size();
  bool read_digest();

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
  Buffer spill_;
};

}  // namespace p2p::transfer
