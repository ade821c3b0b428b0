// Ranges of bytes in HTTP heads (RFC 9110, section 14). Their ends are inclusive there, and here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2p::transfer {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive
  std::uint64_t count() const { return last - first + 1; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// What a Range header asks of a file of `size` bytes: a-b, a- or the last n by -n.
struct RangeAsked {
  enum class What : std::uint8_t {
    whole,    // nothing that can be understood: the file is answered as if nobody had asked
    part,     // `range`, which ends with the file
    outside,  // nothing of it is in the file
  };
  What what = What::whole;
  ByteRange range{};
};
// Several ranges are answered with the whole file, as RFC 9110 permits: no program of this network
// asks for several, and an answer in parts would let a hundred overlapping ones multiply the file.
RangeAsked read_range(std::string_view header, std::uint64_t size);

// "bytes a-b/total" of an answer; old programs wrote "bytes=". Nothing on any other unit, and when
// the ends or the total make no sense.
struct ContentRange {
  ByteRange range{};
  std::optional<std::uint64_t> total;  // unless it is '*'
};
std::optional<ContentRange> read_content_range(std::string_view header);

}  // namespace p2p::transfer
