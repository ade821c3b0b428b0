// The files of a Directory that answer the words of a query, from the newest to the oldest. It asks
// the rarest list of files first and ends after a bounded amount of work, found or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/query.h"
#include "protocols/directory_cursor.h"
#include "protocols/directory_rows.h"
#include "protocols/directory_vocabulary.h"

namespace p2p {

// Lives until the next change of the directory, and no longer than the query.
class QueryWalk {
 public:
  // `beyond_names`: some files have words that are not in their names.
  QueryWalk(const Vocabulary& vocabulary, const Rows& rows, const Query& query, bool beyond_names);

  // On to the next file that has all the words and none of those excluded; false: no more.
  bool next();
  std::uint32_t id() const { return id_; }
  const Row& row() const { return *row_; }
  // Whether that file, of this name, has a word for each prefix. Asked at most once for each file.
  bool has_prefixes(std::string_view name);
  // The caller's own work for that file, one being what it costs to ask a list.
  void charge(std::size_t work) { work_ += work; }

 private:
  struct Prefix {
    const std::string* text;
    std::vector<const Postings*> lists{};  // of the words that begin so
    bool found = false;                    // all of them
    std::optional<UnionCursor> files{};
  };
  bool find_words(const Query& query);
  bool find_leader(const Query& query);
  std::uint32_t candidate();
  bool is_indexed(Prefix& prefix);

  const Vocabulary* vocabulary_;
  const Rows* rows_;
  bool beyond_names_;
  std::vector<PostingCursor> all_;
  std::vector<PostingCursor> none_;
  std::vector<Prefix> prefixes_;
  std::optional<UnionCursor> leader_;  // the files of a prefix; none: the words lead, or the rows
  std::size_t least_ = 0;              // files of the shortest list
  std::size_t step_work_ = 0;
  std::size_t work_ = 0;
  std::uint32_t bound_;  // kNoFile: at the end
  std::uint32_t id_ = kNoFile;
  const Row* row_ = nullptr;
  std::vector<std::string> words_;
};

}  // namespace p2p
