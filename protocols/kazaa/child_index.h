// ChildIndex: what the children of a supernode share, with every tag, and what its own user shares
// (fasttrack.md, sections 4.1 and 10). It is the directory of the Napster server; the tags lie in
// its opaque bytes and their words are searched as those of the name are.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "protocols/directory.h"
#include "protocols/kazaa/file.h"
#include "protocols/kazaa/question.h"

namespace p2p::kazaa {

// Bytes of one file's tags that are kept beside its name, the first that fit.
inline constexpr std::size_t kMaxKeptTags = 1000;

class ChildIndex {
 public:
  explicit ChildIndex(std::uint64_t salt) : files_(salt) {}

  // too_long: a name that no file system has, or none at all. The same file again is a duplicate.
  Directory::Added add(OwnerId owner, const Share& share);
  bool remove(OwnerId owner, const File& file);  // by its hash, and its name where it says one
  void remove_owner(OwnerId owner) { files_.remove_owner(owner); }

  using Accept = std::function<bool(OwnerId)>;
  using Visit = std::function<void(OwnerId, const File&)>;  // its views live until the call returns
  void search(const Question& question, std::uint32_t limit, const Accept& accept,
              const Visit& visit) const;

  std::uint64_t files() const { return files_.files(); }
  std::uint64_t files_of(OwnerId owner) const { return files_.files_of(owner); }
  std::uint64_t bytes() const { return files_.bytes(); }
  std::size_t memory() const { return files_.memory(); }
  // Adds files and volumes of an owner, all and by media. Looks at each file.
  struct Sum {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
  };
  using Sums = std::array<Sum, 6>;  // by Media
  void sum_up(OwnerId owner, Sums& sums) const;

 private:
  Directory files_;
};

}  // namespace p2p::kazaa
