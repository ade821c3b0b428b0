// The texts of one owner of a Directory, in blocks: however many there are, no call moves more than
// one block. A text is known by where it begins.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace p2p {

class OwnedTexts {
 public:
  static constexpr std::size_t kBlock = 65'536;

  // The parts one after the other, together at most kBlock bytes. Nothing when there are 2^32
  // bytes.
  std::optional<std::uint32_t> keep(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts)
      size += part.size();
    if (blocks_.empty() || blocks_.back().size() + size > kBlock) {
      if (blocks_.size() == kMaxBlocks) return {};
      blocks_.emplace_back();
    }
    std::vector<char>& block = blocks_.back();
    const std::size_t at = (blocks_.size() - 1) * kBlock + block.size();
    const std::size_t all = block.size() + size;
    // A quarter of slack, for most owners have less than a block.
    if (all > block.capacity()) block.reserve(std::min(kBlock, all + all / 4));
    for (const std::string_view part : parts)
      block.insert(block.end(), part.begin(), part.end());
    return static_cast<std::uint32_t>(at);
  }

  // `size` bytes of the text at `begin`, `skip` bytes behind its beginning.
  std::string_view view(std::uint32_t begin, std::size_t skip, std::size_t size) const {
    return {blocks_[begin / kBlock].data() + begin % kBlock + skip, size};
  }

  std::size_t memory() const {
    std::size_t sum = blocks_.capacity() * sizeof(std::vector<char>);
    for (const std::vector<char>& block : blocks_)
      sum += block.capacity();
    return sum;
  }

 private:
  static constexpr std::size_t kMaxBlocks = (std::size_t{1} << 32U) / kBlock;
  std::vector<std::vector<char>> blocks_;
};

}  // namespace p2p
