// What others told us they share: an in-memory keyword index by owner, for index servers and
// supernodes. Everything of an owner is gone when the owner leaves. Single-threaded.
//
// A file is known to its owner by its name, or, where a mode has keys of content, by its key and
// name: then two files of one name and different keys are two, and any owner's files of one key are
// found by it.
//
// Budget: at most 300 bytes a file all told (names included) at a million files, 1.3 times that
// with a key and a small tag, a search in the
// time of its rarest word, not of its commonest, and no call that stops its caller for long: what
// removed files leave behind is swept up a little at each change. Beyond that a change costs at
// most its owner's own files once more (tests/bench/directory_bench.cc, docs/benchmarks.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "protocols/base/file.h"
#include "protocols/base/query.h"
#include "protocols/base/uuhash.h"

namespace p2p {

enum class OwnerId : std::uint32_t {};  // chosen by the caller; its own index into its users

// A file as it lies in the directory. The views live until the next change.
struct Listed {
  OwnerId owner{};
  std::string_view name;
  std::string_view tag;  // opaque bytes of the owner's mode (Napster: the hash field)
  std::uint64_t size_bytes = 0;
  MediaFields media;
  FileKind kind = FileKind::any;
  std::optional<UuHash> key{};  // of its content, where the mode has such (FastTrack)
  // Only for add(): a text whose words are searched beside the name's. It is not kept.
  std::string_view words{};
};

class Directory {
 public:
  // `salt` keys the hash of names: drawn at random by whoever lets strangers choose them.
  // Files are numbered from `first_id` on; only a test of the numbers' end wants another than 0.
  explicit Directory(std::uint64_t salt = 0, std::uint32_t first_id = 0);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  Directory(Directory&&) noexcept;
  Directory& operator=(Directory&&) noexcept;

  static constexpr std::size_t kMaxName = 1024;
  static constexpr std::size_t kMaxTag = 1024;
  // Of Listed::words these many bytes are looked at, and these many words count.
  static constexpr std::size_t kMaxText = 4096;
  static constexpr std::size_t kMaxTextWords = 64;
  static constexpr std::size_t kMaxCopies = 64;    // files of one key of one owner
  static constexpr std::size_t kMaxRows = 50'000;  // that a search without words looks at

  enum class Added : std::uint8_t { yes, duplicate, too_long };
  // Searched by the file name and one folder above it, and by `words`. Too long is a name or a tag.
  // A duplicate is the same name twice from one owner, when both have the same key or both none,
  // and what goes beyond kMaxCopies.
  Added add(const Listed& file);
  // The owner's file of this name that has no key.
  bool remove(OwnerId owner, std::string_view name);
  // The owner's file of this key: the one of this name, and when there is none any one of the key,
  // for one of them is gone. The others are still there under their names.
  bool remove(OwnerId owner, const UuHash& key, std::string_view name = {});
  void remove_owner(OwnerId owner);

  // Calls `visit` for each match, newest or best first as the query says, until query.limit matches
  // were taken or enough was looked at; `accept`, when given, is asked first and what it turns down
  // does not count (own files, firewalled pairs, link speed).
  //
  // The words of query.texts must be words of the file, of its name or beyond it. That they are in
  // the right text is for `accept` to see, and link speed, year, width and height are too: they are
  // nowhere but in the tag. A query of limits alone, which is none to matches(), looks at the
  // newest kMaxRows files and no more. For a prefix with which thousands of words begin only names
  // are looked at. A query by digest or UuHash finds nothing here.
  using Visit = std::function<void(const Listed&)>;
  using Accept = std::function<bool(const Listed&)>;
  void search(const Query& query, const Accept& accept, const Visit& visit) const;

  // The files of this key, in no promised order, one of each owner: its other files of the key are
  // the same content at the same place. `accept` and `limit` as in search().
  void find_key(const UuHash& key, const Accept& accept, std::uint32_t limit,
                const Visit& visit) const;

  // All files of one owner, oldest first; stops when visit says false.
  void browse(OwnerId owner, const std::function<bool(const Listed&)>& visit) const;
  // The owner's file of exactly this name that has no key.
  bool find(OwnerId owner, std::string_view name, const Visit& visit) const;
  // Files without a key whose tag starts with these bytes and that have this size (Napster's resume
  // search), in no promised order. Of very many files of one size only some are looked at.
  void find_tag(std::string_view tag, std::uint64_t size_bytes, std::uint32_t limit,
                const Visit& visit) const;

  std::uint64_t files() const;
  std::uint64_t files_of(OwnerId owner) const;
  std::uint64_t bytes() const;  // sum of all sizes
  std::size_t memory() const;   // bytes this object occupies, for reports

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace p2p
