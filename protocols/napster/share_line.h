// The field group by which Napster tells of one file (napster.md sections 3 and 4). It stands in a
// share (100), in a result behind which nick, ip and link follow (201), and behind the nick in a
// browse line (212); a download ack (204) has its hash field only.
//
//   "<name>" <hash> <size> <bitrate> <freq> <time>  [...]  [urn:sha1:<32 base32 letters>]
//
// The urn is our own addition and always the very last field of the message.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocols/base/digest.h"
#include "protocols/base/file.h"
#include "protocols/base/result.h"
#include "protocols/napster/message.h"

namespace p2p::napster {

inline constexpr std::size_t kShareFields = 6;

struct ShareLine {
  std::string_view name;  // as on the wire; whoever keeps the payload keeps it alive
  std::string_view hash;  // any bare word: hex, hex-size, "NOMD5COMPUTED", "WMA-FILE"
  std::uint64_t size_bytes = 0;
  MediaFields media;
  std::optional<Sha1> sha1;
};

// Reads the group from the front of `fields` and the urn, if there is one, from their end.
// Malformed when fewer than six, when the name or hash is empty or when the size is no number.
// Bitrate, frequency and time that are no numbers are unknown (0): old clients write anything
// there.
Result<ShareLine> parse_share(std::span<const std::string_view> fields);

// Appends the six fields, without the urn: fields of the message may come in between.
void append_share(Line& line, const ShareLine& share);

// The urn as a last field: appended when known; read from the last of `fields`.
void append_sha1(Line& line, const std::optional<Sha1>& sha1);
std::optional<Sha1> last_field_sha1(std::span<const std::string_view> fields);

// The hash field: 32 lower-case digits, zeros when unknown; reading takes the first 32 characters
// and knows zeros and foreign words for unknown.
std::string hash_field(const std::optional<Md5>& md5);
std::optional<Md5> md5_of_hash_field(std::string_view hash);

// Our names have '/' between folders, the wire has the '\' that stock clients split at. A '\' in a
// name of ours comes back as '/': the catalogue's names hold none.
std::string to_wire_name(std::string_view name);
std::string from_wire_name(std::string_view name);

}  // namespace p2p::napster
