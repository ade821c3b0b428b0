// Giver: reads the first words on a data connection that somebody opened to us (napster.md, 7.1
// to 7.3). The '1' was sent by the listener. Observed: vectors/napster/21 to 25.
//
//   GET<nick> "<name>" <offset>  |  SEND<nick> "<name>" <size>  |  GETLIST
//
// The words and the request may come in one segment or in several. The number has no end: a request
// that could go on is complete when feed_idle() is called, after kIdle without a byte.
//
// Behind the number stand our additions (docs/napster.md): GET's `urn:sha1` asks for the digest of
// the whole file, SEND's `urn:sha1:<32 base32 letters>` tells it. Other words are passed over.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"

namespace p2p::transfer {

inline constexpr std::chrono::milliseconds kIdle{100};
inline constexpr std::string_view kAskDigest = "urn:sha1";
inline constexpr std::string_view kNoDigest = "-";  // the answer of one who does not know it
inline constexpr std::size_t kMaxRequest = 2048;    // a nick, a path, a number

class Giver {
 public:
  enum class Kind : std::uint8_t { more, get, send, list, bad };

  Kind feed(Bytes bytes);  // bad is final; get and send come from feed_idle only
  Kind feed_idle();        // `more` when what is here is no whole request yet

  const std::string& user() const { return user_; }
  const std::string& name() const { return name_; }
  std::uint64_t number() const { return number_; }  // offset of get, size of send
  bool asks_digest() const {
    return asks_digest_;
  }  // with get: answer by size_answer(.., true, ..)
  const std::optional<Sha1>& sha1() const { return sha1_; }  // told with send

 private:
  void take_additions(std::string_view rest);

  std::string text_;
  std::string user_;
  std::string name_;
  std::uint64_t number_ = 0;
  bool asks_digest_ = false;
  std::optional<Sha1> sha1_;
};

// What stands before the data: "<size>", and for who asked for the digest "<size> <urn> LF", where
// "-" stands for an unknown one.
std::string size_answer(std::uint64_t size_bytes, bool with_digest,
                        const std::optional<Sha1>& sha1);
// What we say when we call to give. The digest is for a servent; TekNap would pass over it (read in
// its source, not tried).
std::string send_request(std::string_view nick, std::string_view name, std::uint64_t size_bytes,
                         const std::optional<Sha1>& sha1);

}  // namespace p2p::transfer
