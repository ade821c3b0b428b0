// reply 07 and end 08: what a supernode answers to a query (fasttrack.md, section 4.3).
//
//   ip4 supernode | u16 its port | u16 search id | u16 count | results
//   result: ip4 | u16 port | u8 bandwidth | user 01 network 00 | file (file.h)
//
// In place of both names a byte 02 may stand: the user of an earlier result of this message with
// the same address. We resolve it and never write it: mldonkey shows such a user as unknown.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/file.h"
#include "protocols/kazaa/frames.h"
#include "protocols/kazaa/greeting.h"
#include "protocols/kazaa/wire.h"

namespace p2p::kazaa {

struct ReplyFile {
  Endpoint endpoint;  // of who shares it, as it believes
  std::uint8_t bandwidth = 0;
  std::string_view user{};                  // at most kMaxUserName
  std::string_view network = kNetworkName;  // at most kMaxNetworkName
  File file{};

  friend bool operator==(const ReplyFile&, const ReplyFile&) = default;
};

// Results of one query that were told already, by who has what: a child of two supernodes is found
// twice. They are few, as a query's results are.
class Told {
 public:
  void note(const Endpoint& at, const UuHash& hash) { all_.emplace_back(at, hash); }
  bool add(const Endpoint& at, const UuHash& hash);  // false: it was told already

 private:
  std::vector<std::pair<Endpoint, UuHash>> all_;
};

struct Reply {
  Endpoint supernode;  // whose children share these files: a push goes by it
  std::uint16_t search_id = 0;
  std::vector<ReplyFile> files;

  friend bool operator==(const Reply&, const Reply&) = default;
};
// No result is shorter, so a payload holds at most 2000 of them, whatever its count claims.
inline constexpr std::size_t kLeastResultBytes = 8 + kLeastFileBytes;
// malformed when a result is cut short, and with fewer results than it says.
Result<Reply> decode_reply(Bytes payload);

// Writes results one by one into as few payloads as will do, each at most `limit` long. A file that
// fits into none is left out, so `limit` should be far above 3 KiB.
class ReplyWriter {
 public:
  ReplyWriter(const Endpoint& supernode, std::uint16_t search_id, std::size_t limit = kMaxPayload);

  bool add(const ReplyFile& file);              // false: left out
  std::size_t count() const { return count_; }  // files so far
  // One payload at least, which may be without files. The writer is empty afterwards.
  std::vector<Buffer> take();

 private:
  void begin_payload();

  Endpoint supernode_;
  std::uint16_t search_id_;
  std::size_t limit_;
  std::vector<Buffer> payloads_;
  Buffer result_;
  std::size_t in_last_ = 0;
  std::size_t count_ = 0;
};
// The same for a whole reply.
std::vector<Buffer> encode_replies(const Reply& reply, std::size_t limit = kMaxPayload);

// ---- end 08: u16 search id
struct End {
  std::uint16_t search_id = 0;
  friend bool operator==(const End&, const End&) = default;
};
Result<End> decode_end(Bytes payload);
void append_end(Buffer& out, const End& end);

}  // namespace p2p::kazaa
