// What others told us they share: an in-memory keyword index by owner, for index servers and
// supernodes. Everything of an owner is gone when the owner leaves. Single-threaded.
//
// Budget: at most 300 bytes a file all told (names included) at a million files, a search in the
// time of its rarest word, not of its commonest, and no call that stops its caller for long: what
// removed files leave behind is swept up a little at each change. Beyond that a change costs at
// most its owner's own files once more (tests/bench/directory_bench.cc, docs/benchmarks.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "protocols/base/file.h"
#include "protocols/base/query.h"

namespace p2p {

enum class OwnerId : std::uint32_t {};  // chosen by the caller; its own index into its users

// A file as it lies in the directory. The views live until the next change.
struct Listed {
  OwnerId owner{};
  std::string_view name;
  std::string_view tag;  // opaque bytes of the owner's mode (Napster: the hash field), <= 64 bytes
  std::uint64_t size_bytes = 0;
  MediaFields media;
  FileKind kind = FileKind::any;
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

  enum class Added : std::uint8_t { yes, duplicate, too_long };
  // Name at most 1024 bytes; searched by the file name and one folder above it. The same name twice
  // from one owner is a duplicate.
  Added add(const Listed& file);
  bool remove(OwnerId owner, std::string_view name);
  void remove_owner(OwnerId owner);

  // Calls `visit` for each match, newest or best first as the query says, until query.limit
  // matches were taken or `visit` has said false for "stop"; `accept`, when given, is asked first
  // and what it turns down does not count (own files, firewalled pairs, link speed).
  using Visit = std::function<void(const Listed&)>;
  using Accept = std::function<bool(const Listed&)>;
  void search(const Query& query, const Accept& accept, const Visit& visit) const;

  // All files of one owner, oldest first; stops when visit says false.
  void browse(OwnerId owner, const std::function<bool(const Listed&)>& visit) const;
  // The owner's file of exactly this name.
  bool find(OwnerId owner, std::string_view name, const Visit& visit) const;
  // Files whose tag starts with these bytes and that have this size (Napster's resume search), in
  // no promised order. Of very many files of one size only some are looked at.
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
