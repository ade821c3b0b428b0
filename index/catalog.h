// What we share, on disk: one writer (Catalog), and one read-only CatalogReader for each thread
// that asks. A file is in here only once it is hashed. Second walk of architecture.md, section 8.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/hash_tree.h"
#include "protocols/base/query.h"
#include "protocols/base/result.h"
#include "protocols/base/uuhash.h"

namespace p2p::index {

// What tells without reading it whether a file is still the one that was hashed.
struct Stamp {
  std::uint64_t size_bytes = 0;
  std::int64_t mtime_ns = 0;  // since 1970
  std::uint64_t inode = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

// One row. `file.id` is given by Catalog::add; a changed file is removed and added anew, and so is
// one without a UuHash: an older program has put it there, which knew no tags either.
struct Entry {
  SharedFile file;
  std::filesystem::path root;      // the shared folder, absolute
  std::filesystem::path relative;  // below root; never absolute, never with ".."
  Stamp stamp;
  // What Catalog::add() keeps for CatalogReader::tree(), with its root in `file`; of an entry that
  // is read there is none.
  std::optional<HashTree> tree{};
};

struct Totals {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

// Every word that a shared name ever had, for all threads: most questions that come by name a word
// that is in no file, and are answered from here without SQLite. Stale words are harmless.
class KnownWords {
 public:
  void add(const std::vector<std::string>& words);
  bool has_all(const std::vector<std::string>& words) const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_set<std::string> words_;
};

class CatalogReader {
 public:
  // `known`: the writer's words; without it every query goes to SQLite.
  static Result<CatalogReader> open(const std::filesystem::path& file,
                                    std::shared_ptr<const KnownWords> known = {});
  CatalogReader(CatalogReader&&) noexcept;
  CatalogReader& operator=(CatalogReader&&) noexcept;
  CatalogReader(const CatalogReader&) = delete;
  CatalogReader& operator=(const CatalogReader&) = delete;
  ~CatalogReader();

  // At most `limit`, in no promised order. A query that passes `time_limit` gives what it has.
  // Words are looked for in names, texts in tags; of what words or texts find, a thousand files are
  // compared with the other fields.
  Result<std::vector<SharedFile>> match(const Query& query, std::size_t limit,
                                        std::chrono::milliseconds time_limit);
  Result<std::optional<Entry>> find(const Sha1& digest);
  Result<std::optional<Entry>> find(const UuHash& hash);
  Result<std::optional<Entry>> find(std::string_view shared_name);  // byte for byte
  // Of a file with this content; nothing when there is no such file, or it has no tree yet.
  Result<std::optional<HashTree>> tree(const Sha1& digest);
  Result<std::vector<SharedFile>> page(std::uint64_t after, std::size_t limit);  // ascending ids
  // Those in one folder, by name, at most `limit`; not those in folders below it.
  Result<std::vector<SharedFile>> files_in(const std::string& folder, std::size_t limit);
  Result<Totals> totals();

 private:
  struct State;
  explicit CatalogReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Catalog {
 public:
  // Makes the file when there is none. One that is corrupt, or none of ours, is renamed to
  // "<file>.bad-<n>" and an empty one made: set_aside() then says where the old one is.
  static Result<Catalog> open(const std::filesystem::path& file);
  // The same for a file that was found corrupt while in use. Nobody may have it open any more.
  static Result<Catalog> start_over(const std::filesystem::path& file);
  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog();

  // One transaction each; at most 1000 are meant. add() fills in the ids.
  Result<void> add(std::span<Entry> entries);
  Result<void> remove(std::span<const std::uint64_t> ids);
  // One bounded step (some ten milliseconds) of joining the index's pieces into one, which readers
  // are asked faster and which takes less room; false: there is nothing left to join. For an idle
  // moment after a scan (performance.md, section 1).
  Result<bool> merge();
  Result<void> rest();  // a scan is over: gives its memory back, as far as nothing else needs it
  Result<std::vector<Entry>> entries(std::uint64_t after, std::size_t limit);  // for scans
  const std::optional<std::filesystem::path>& set_aside() const;
  std::shared_ptr<const KnownWords> known_words() const;

 private:
  struct State;
  explicit Catalog(std::unique_ptr<State> state);
  static Result<Catalog> load(const std::filesystem::path& file);
  std::unique_ptr<State> state_;
};

}  // namespace p2p::index
