// The files of one owner of a Directory: their names, keys and tags. A file
// without a key is found by its name, one with a key by that and the number of the copy that it is.
// A file is known here by its place, a number in order of adding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/uuhash.h"
#include "protocols/directory_hash.h"
#include "protocols/directory_text.h"

namespace p2p {

struct OwnedFile {
  static constexpr std::size_t kMaxText = 2047;  // of a name, and of a tag
  static constexpr std::uint8_t kMaxCopies = 64;

  std::uint32_t id;  // in the directory; kNoFile: removed
  std::uint32_t text_at;
  std::uint32_t next;  // place of the next in its chain
  std::uint32_t name_size : 11;
  std::uint32_t tag_size : 11;
  // Which of the owner's files of its key it is, from 1 on without a gap; 0: it has no key.
  std::uint32_t copy : 7;
  FileKind kind : 3;
};
static_assert(sizeof(OwnedFile) == 16);

class OwnerFiles {
 public:
  explicit OwnerFiles(const SipKey& key) : sip_key_(key) {}

  struct File {
    std::string_view name;  // at most kMaxText bytes, as the tag
    std::string_view tag;
    std::optional<UuHash> key;
    std::uint8_t copy = 0;  // as copy_for() says; without a key 0
    FileKind kind = FileKind::any;
    std::uint32_t id = 0;
  };
  // It is not here yet. False when there is no room for more text.
  bool add(const File& file);
  std::optional<std::uint32_t> find(std::string_view name) const;
  std::optional<std::uint32_t> find(const UuHash& key, std::uint32_t copy) const;
  // The one of this name, or none. Looks at no more than kMaxCopies files.
  std::optional<std::uint32_t> find(const UuHash& key, std::string_view name) const;
  // The number that a further file of this key gets. 0: there is one of this name already, or there
  // are kMaxCopies.
  std::uint8_t copy_for(const UuHash& key, std::string_view name) const;
  // The last copy takes the number of a removed one. The place of that file, when it is the first
  // of its key now.
  std::optional<std::uint32_t> remove(std::uint32_t place);
  // Half of what is here is of removed files: tidy() gives that back and changes the places.
  bool wasteful() const { return places_.size() > 64 && live_ * 2 < places_.size(); }
  void tidy();

  std::vector<OwnedFile>& places() { return places_; }
  const std::vector<OwnedFile>& places() const { return places_; }
  std::string_view name(const OwnedFile& file) const;
  std::string_view tag(const OwnedFile& file) const;
  std::optional<UuHash> key(const OwnedFile& file) const;
  std::size_t size() const { return live_; }
  std::size_t memory() const;

 private:
  bool is_of(const OwnedFile& file, const UuHash& key) const;
  std::string_view key_text(const OwnedFile& file) const;  // of a file that has one
  std::uint64_t hash_of(const OwnedFile& file) const;
  template <class Wanted>
  std::optional<std::uint32_t> probe(std::uint64_t hash, const Wanted& wanted) const;
  std::uint32_t& head_of(const OwnedFile& file);
  void enter(std::uint32_t place);
  void leave(std::uint32_t place);
  void split_chain();
  void join_chains();

  SipKey sip_key_;
  std::vector<OwnedFile> places_;
  OwnedTexts texts_;                  // of each file: name, tag, key
  std::vector<std::uint32_t> heads_;  // of the chains, which grow and shrink as Buckets do
  std::size_t live_ = 0;
};

}  // namespace p2p
