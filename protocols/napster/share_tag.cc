#include "protocols/napster/share_tag.h"

#include <algorithm>
#include <cstddef>

#include "protocols/base/bytes.h"
#include "protocols/base/letters.h"
#include "protocols/napster/limits.h"

namespace p2p::napster {

namespace {

constexpr unsigned kOther = 1;
constexpr unsigned kSha1 = 2;
constexpr std::size_t kSha1Bytes = 20;

bool starts_with_md5(std::string_view hash) {
  if (hash.size() < kMd5HexDigits) return false;
  return std::ranges::all_of(hash.substr(0, kMd5HexDigits),
                             [](char c) { return hex_digit(c) >= 0; });
}

}  // namespace

std::string pack(const ShareTag& tag) {
  const bool has_extras = tag.other || tag.sha1;
  std::size_t room = kMaxHashBytes;
  if (has_extras) room -= 2;
  if (tag.sha1) room -= kSha1Bytes;
  std::string packed = tag.hash.substr(0, std::min(tag.hash.find('\0'), room));
  if (starts_with_md5(packed))
    std::transform(packed.begin(), packed.begin() + kMd5HexDigits, packed.begin(), lower_letter);
  if (!has_extras) return packed;
  packed += '\0';
  packed += static_cast<char>((tag.other ? kOther : 0U) | (tag.sha1 ? kSha1 : 0U));
  if (tag.sha1) packed += text_of(Bytes(tag.sha1->bytes));
  return packed;
}

ShareTag unpack_tag(std::string_view packed) {
  const std::size_t end = packed.find('\0');
  ShareTag tag;
  tag.hash = packed.substr(0, end);
  if (end == std::string_view::npos) return tag;
  Reader reader(bytes_of(packed.substr(end + 1)));
  const unsigned flags = reader.u8();
  tag.other = (flags & kOther) != 0;
  if ((flags & kSha1) != 0) {
    const Bytes digest = reader.take(kSha1Bytes);
    if (!reader.failed()) std::ranges::copy(digest, tag.sha1.emplace().bytes.begin());
  }
  return tag;
}

std::string comparable_hash(std::string_view hash) {
  if (!starts_with_md5(hash)) return {};
  std::string digits = lowered(hash.substr(0, kMd5HexDigits));
  if (digits.find_first_not_of('0') == std::string::npos) return {};
  return digits;
}

}  // namespace p2p::napster
