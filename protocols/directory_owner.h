// The files of one owner of a Directory: their names and tags in one block of memory, found by
// name. A file is known here by its place, a number in order of adding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/directory_hash.h"

namespace p2p {

struct OwnedFile {
  std::uint32_t id;  // in the directory; kNoFile: removed
  std::uint32_t text_at;
  std::uint16_t name_size;
  std::uint8_t tag_size;
  FileKind kind;
};

class OwnerFiles {
 public:
  explicit OwnerFiles(const SipKey& key) : key_(key) {}

  // Sizes fit the fields of OwnedFile; the name is not here yet. False when the block is full.
  bool add(std::string_view name, std::string_view tag, FileKind kind, std::uint32_t id);
  std::optional<std::uint32_t> find(std::string_view name) const;
  void remove(std::uint32_t place);
  // Half of the block is of removed files: tidy() gives that back and changes the places.
  bool wasteful() const { return places_.size() > 64 && live_ * 2 < places_.size(); }
  void tidy();

  std::vector<OwnedFile>& places() { return places_; }
  const std::vector<OwnedFile>& places() const { return places_; }
  std::string_view name(const OwnedFile& file) const;
  std::string_view tag(const OwnedFile& file) const;
  std::size_t size() const { return live_; }
  std::size_t memory() const;

 private:
  void rehash(std::size_t slots);
  void enter(std::uint32_t place);

  SipKey key_;
  std::vector<OwnedFile> places_;
  std::vector<char> text_;
  std::vector<std::uint32_t> slots_;  // open addressing; place + 1, 0 is free; removed ones stay
  std::size_t live_ = 0;
};

}  // namespace p2p
