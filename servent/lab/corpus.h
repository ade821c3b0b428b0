// The files that there are, by number: 0 is the most popular one. Nothing of a file is stored, all
// of it follows from its number and the seed: a name, a size, digests.
//
//   rock bakemin dodubo.mp3
//
// The last word is the file's own, and no other file has it. The one before is an artist's, who has
// about kFilesOfArtist files, popular and rare ones mixed. The first is one of few styles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/query.h"

namespace p2p::lab {

using FileNumber = std::uint32_t;

inline constexpr std::size_t kFilesOfArtist = 10;

class Corpus {
 public:
  // `files` from 1 to 10^8: what four syllables can name.
  Corpus(std::size_t files, std::uint64_t seed);

  std::size_t size() const { return files_; }
  std::string name(FileNumber file) const;
  std::string own_word(FileNumber file) const;
  std::string artist(FileNumber file) const;  // the word
  // id is the number + 1. Sizes are even over half to one and a half of 3.9 MB (workload.toml:
  // size_mean_bytes).
  SharedFile file(FileNumber file) const;
  std::uint64_t size_bytes(FileNumber file) const;

  // Back from what others tell of a file; nothing: it is none of these.
  std::optional<FileNumber> by_name(std::string_view name) const;
  std::optional<FileNumber> by_digest(const Sha1& sha1) const;
  std::optional<FileNumber> by_digest(const UuHash& hash) const;

  // All that answer the query, ascending, as matches() of query.h has it; of a digest its file. By
  // an index of words, but for questions without a whole word.
  std::vector<FileNumber> matching(const Query& query) const;

 private:
  // A word, hashed, and a file that has it.
  using Posting = std::pair<std::uint32_t, FileNumber>;

  bool fits(const Query& query, FileNumber file) const;
  std::vector<FileNumber> having(const std::vector<std::string>& words) const;
  std::uint64_t drawn(FileNumber file, std::uint64_t salt) const;

  std::size_t files_;
  std::uint64_t seed_;
  std::vector<Posting> index_;  // ascending
};

}  // namespace p2p::lab
