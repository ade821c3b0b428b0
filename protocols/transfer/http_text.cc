#include "protocols/transfer/http_text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "protocols/base/letters.h"

namespace p2p::transfer {

namespace {

struct Type {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array<Type, 26> kTypes{{
    {".mp3", "audio/mpeg"},      {".ogg", "application/ogg"},
    {".oga", "audio/ogg"},       {".opus", "audio/ogg"},
    {".flac", "audio/flac"},     {".wav", "audio/wav"},
    {".m4a", "audio/mp4"},       {".aac", "audio/aac"},
    {".mp4", "video/mp4"},       {".mkv", "video/x-matroska"},
    {".avi", "video/x-msvideo"}, {".mpg", "video/mpeg"},
    {".mpeg", "video/mpeg"},     {".webm", "video/webm"},
    {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},
    {".png", "image/png"},       {".gif", "image/gif"},
    {".svg", "image/svg+xml"},   {".pdf", "application/pdf"},
    {".txt", "text/plain"},      {".htm", "text/html"},
    {".html", "text/html"},      {".zip", "application/zip"},
    {".gz", "application/gzip"}, {".epub", "application/epub+zip"},
}};

}  // namespace

std::optional<std::uint64_t> read_number(std::string_view digits) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  if (digits.empty()) return {};
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return {};
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (kMost - digit) / 10 ? kMost : value * 10 + digit;
  }
  return value;
}

bool stays_open(const HeaderBlock& head, unsigned minor) {
  if (head.lists("Connection", "close")) return false;
  return minor > 0 || head.lists("Connection", "keep-alive");
}

std::string_view parameter(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find_first_of(";,"));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    const std::size_t equals = item.find('=');
    if (equals != std::string_view::npos &&
        equal_without_case(trimmed(item.substr(0, equals)), name))
      return trimmed(item.substr(equals + 1));
  }
  return {};
}

std::optional<Sha1> sha1_of_urn(std::string_view urn) {
  urn = trimmed(urn);
  if (!begins_without_case(urn, kBitprintUrn)) return sha1_from_urn(urn);
  urn.remove_prefix(kBitprintUrn.size());
  if (urn.size() <= kSha1Base32Letters || urn[kSha1Base32Letters] != '.') return {};
  return sha1_from_base32(urn.substr(0, kSha1Base32Letters));
}

std::string_view content_type(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos)
    for (const Type& known : kTypes)
      if (equal_without_case(name.substr(dot), known.extension)) return known.type;
  return "application/octet-stream";
}

}  // namespace p2p::transfer
