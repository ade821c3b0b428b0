#include "servent/lab/dormitory.h"

#include <algorithm>
#include <utility>

namespace p2p::lab {

bool Dormitory::lay(NodeNumber node, const Mode& mode) {
  const void* const told = mode.mould();
  if (told == nullptr) return false;
  const auto found = std::ranges::find(moulds_, told, [](const auto& one) { return one->mould(); });
  const auto mould = static_cast<std::size_t>(found - moulds_.begin());
  if (mould == kMostMoulds) return false;
  Packer packer;
  packer.put(static_cast<std::uint8_t>(mould));
  mode.pack(packer);
  if (!packer.fits()) return false;
  const Bytes packed = packer.bytes();
  Bed bed(new std::byte[packed.size()]);
  std::ranges::copy(packed, bed.get());
  if (mould == moulds_.size()) {
    Unpacker in(bed.get() + sizeof(std::uint8_t));
    moulds_.push_back(mode.unpack(in));
  }
  if (node >= beds_.size()) beds_.resize(node + 1);
  beds_[node] = std::move(bed);
  ++size_;
  return true;
}

std::unique_ptr<Mode> Dormitory::wake(NodeNumber node) {
  if (!has(node)) return nullptr;
  Unpacker in(beds_[node].get());
  const Mode& mould = *moulds_[in.take<std::uint8_t>()];
  std::unique_ptr<Mode> mode = mould.unpack(in);
  leave(node);
  return mode;
}

void Dormitory::leave(NodeNumber node) {
  if (!has(node)) return;
  beds_[node].reset();
  --size_;
}

}  // namespace p2p::lab
