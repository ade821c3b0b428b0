#include "protocols/transfer/piece_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace p2p::transfer {

namespace {

constexpr std::string_view kPieceTextVersion = "1";
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::string_view kNoParts = "-";

// ---- writing

std::string run_lengths(const Bits& bits) {
  std::string text = "r";
  for (std::size_t at = 0; at < bits.size();) {
    const std::size_t yes = bits.next(at);
    std::size_t no = yes;
    while (no < bits.size() && bits.test(no))
      ++no;
    text += std::to_string(yes - at) + ',';
    if (yes < no) text += std::to_string(no - yes) + ',';
    at = no;
  }
  if (text.ends_with(',')) text.pop_back();
  return text;
}

std::string bitmap(const Bits& bits) {
  std::string text = "b";
  for (std::size_t at = 0; at < bits.size(); at += 4) {
    unsigned digit = 0;
    for (std::size_t i = 0; i < 4 && at + i < bits.size(); ++i)
      digit |= bits.test(at + i) ? 1U << i : 0U;
    text += kDigits[digit];
  }
  return text;
}

std::string shorter(const Bits& bits) {
  std::string runs = run_lengths(bits);
  std::string map = bitmap(bits);
  return runs.size() <= map.size() ? runs : map;
}

// Sets the pieces that are all in `run`, and appends what else it has.
void take_apart(const PieceMap& map, const Extent& run, Bits& whole, std::vector<Extent>& parts) {
  PieceIndex piece = map.piece_at(run.begin);
  if (map.extent_of(piece).begin < run.begin) ++piece;
  std::uint64_t at = run.begin;
  for (; piece < map.pieces() && map.extent_of(piece).end <= run.end; ++piece) {
    const Extent extent = map.extent_of(piece);
    whole.set(piece);
    if (at < extent.begin) parts.push_back({at, extent.begin});
    at = extent.end;
  }
  if (at < run.end) parts.push_back({at, run.end});
}

// ---- reading

// The text up to `end`, which is passed over; all of it where there is none.
std::string_view take(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Bits> read_runs(std::string_view text, std::size_t pieces) {
  Bits bits(pieces);
  std::size_t at = 0;
  for (bool yes = false; !text.empty(); yes = !yes) {
    const auto run = number(take(text, ','));
    if (!run || *run > pieces - at) return std::nullopt;
    for (const std::size_t end = at + static_cast<std::size_t>(*run); at < end; ++at)
      bits.set(at, yes);
  }
  if (at != pieces) return std::nullopt;
  return bits;
}

std::optional<Bits> read_bitmap(std::string_view text, std::size_t pieces) {
  if (text.size() != (pieces + 3) / 4) return std::nullopt;
  Bits bits(pieces);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t digit = kDigits.find(text[at]);
    if (digit == std::string_view::npos) return std::nullopt;
    for (std::size_t i = 0; i < 4; ++i) {
      const bool yes = (digit >> i & 1U) != 0;
      if (yes && at * 4 + i >= pieces) return std::nullopt;
      if (yes) bits.set(at * 4 + i);
    }
  }
  return bits;
}

std::optional<Bits> read_bits(std::string_view word, std::size_t pieces) {
  if (word.starts_with('r')) return read_runs(word.substr(1), pieces);
  if (word.starts_with('b')) return read_bitmap(word.substr(1), pieces);
  return std::nullopt;
}

std::optional<std::vector<Extent>> read_parts(std::string_view text, std::uint64_t size) {
  std::vector<Extent> parts;
  if (text == kNoParts) return parts;
  if (text.empty()) return std::nullopt;
  std::uint64_t least = 0;
  while (!text.empty()) {
    std::string_view part = take(text, ',');
    const auto begin = number(take(part, '+'));
    const auto bytes = number(part);
    if (!begin || !bytes || *bytes == 0 || *begin < least || *begin > size) return std::nullopt;
    if (*bytes > size - *begin || parts.size() == kMostParts) return std::nullopt;
    parts.push_back({*begin, *begin + *bytes});
    least = parts.back().end;
  }
  return parts;
}

}  // namespace

std::string to_text(const PieceMap& map) {
  Bits whole(map.pieces());
  std::vector<Extent> parts;
  for (const auto& [begin, end] : map.had().runs())
    take_apart(map, {begin, end}, whole, parts);
  std::string text(kPieceTextVersion);
  text += ' ' + std::to_string(map.size_bytes()) + ' ' + std::to_string(map.piece_bytes()) + ' ' +
          shorter(whole) + ' ' + shorter(map.verified()) + ' ';
  parts.resize(std::min(parts.size(), kMostParts));
  if (parts.empty()) return text += kNoParts;
  for (const Extent& part : parts)
    text += std::to_string(part.begin) + '+' + std::to_string(part.bytes()) + ',';
  text.pop_back();
  return text;
}

Result<PieceMap> read_pieces(std::string_view text, std::uint64_t size_bytes) {
  if (text.size() > kMostText) return fail(Errc::too_long, "the list of pieces is too long");
  if (take(text, ' ') != kPieceTextVersion)
    return fail(Errc::unsupported, "pieces of another version");
  PieceMap map(size_bytes);
  if (number(take(text, ' ')) != map.size_bytes() || number(take(text, ' ')) != map.piece_bytes())
    return fail(Errc::malformed, "the pieces are of another file");
  const auto written = read_bits(take(text, ' '), map.pieces());
  const auto verified = read_bits(take(text, ' '), map.pieces());
  const auto parts = read_parts(text, size_bytes);
  if (!written || !verified || !parts) return fail(Errc::malformed, "not a list of pieces");
  std::vector<Extent> fresh;
  for (PieceIndex piece = 0; piece < map.pieces(); ++piece)
    if (written->test(piece)) map.arrive(map.extent_of(piece), fresh);
  for (const Extent& part : *parts)
    map.arrive(part, fresh);
  for (PieceIndex piece = 0; piece < map.pieces(); ++piece)
    if (verified->test(piece) && !map.verify(piece))
      return fail(Errc::malformed, "a piece is verified that is not here");
  return map;
}

}  // namespace p2p::transfer
