#include <algorithm>
#include <mutex>

#include "protocols/base/keywords.h"

#include "index/catalog.h"
#include "index/db.h"
#include "index/rows.h"

namespace p2p::index {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kFilteredRows = 1000;  // looked at when fields are asked for

constexpr std::size_t kUsualRows = 128;  // of an answer: what most ask for

// An expression for MATCH. Nothing a user or peer typed goes into it but folded words in quotes.
class MatchText {
 public:
  void add(const std::string& word, std::string_view joint, std::string_view column = {},
           bool is_prefix = false) {
    if (!text_.empty()) text_ += joint;
    text_ += column;
    text_ += '"';
    for (const char c : word)
      if (c != '"' && c != '\0') text_ += c;
    text_ += is_prefix ? "\" *" : "\"";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string names_match(const Query& query) {
  MatchText match;
  for (const std::string& word : query.words)
    match.add(word, " AND ");
  for (const std::string& word : query.prefixes)
    match.add(word, " AND ", {}, true);
  for (const std::string& word : query.excluded)
    match.add(word, " NOT ");
  return match.text();
}

std::string tags_match(const Query& query) {
  MatchText match;
  const auto add = [&](const std::vector<std::string>& words, std::string_view column) {
    for (const std::string& word : words)
      match.add(word, " AND ", column, is_half_pair(word));
  };
  add(query.texts.artist, "artist:");
  add(query.texts.title, "title:");
  add(query.texts.album, "album:");
  add(query.texts.genre, "genre:");
  return match.text();
}

bool asks_fields(const Query& query) {
  return !query.size_bytes.is_everything() || !query.bitrate_kbps.is_everything() ||
         !query.sample_rate_hz.is_everything() || !query.duration_s.is_everything() ||
         !query.year.is_everything() || !query.width.is_everything() ||
         !query.height.is_everything() || query.kind != FileKind::any;
}

bool fields_fit(const Query& query, const SharedFile& file) {
  return query.size_bytes.holds(file.size_bytes) &&
         query.bitrate_kbps.holds(file.media.bitrate_kbps) &&
         query.sample_rate_hz.holds(file.media.sample_rate_hz) &&
         query.duration_s.holds(file.media.duration_s) && query.year.holds(file.tags.year) &&
         query.width.holds(file.tags.width) && query.height.holds(file.tags.height) &&
         (query.kind == FileKind::any || query.kind == file_kind(file.name));
}

bool has_any(const SharedFile& file, const std::vector<std::string>& excluded) {
  if (excluded.empty()) return false;
  const std::vector<std::string> words = words_of(file.name, kNameWords);
  return std::ranges::any_of(excluded, [&](const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  });
}

// The ids that an index gives for an expression, ascending.
class Ids {
 public:
  Ids(Statement& statement, const std::string& match) : statement_(statement) {
    statement_.reset();
    statement_.bind_text(1, match);
  }
  ~Ids() { statement_.reset(); }
  Ids(const Ids&) = delete;
  Ids& operator=(const Ids&) = delete;
  Ids(Ids&&) = delete;
  Ids& operator=(Ids&&) = delete;

  // The first one that is not below `least`, which never gets less; 0: there is none.
  Result<std::int64_t> from(std::int64_t least) {
    while (id_ < least) {
      const auto row = statement_.step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return 0;
      id_ = statement_.integer(0);
    }
    return id_;
  }

 private:
  Statement& statement_;
  std::int64_t id_ = 0;
};

}  // namespace

void KnownWords::add(const std::vector<std::string>& words) {
  const std::unique_lock lock(mutex_);
  words_.insert(words.begin(), words.end());
}

bool KnownWords::has_all(const std::vector<std::string>& words) const {
  const std::shared_lock lock(mutex_);
  return std::ranges::all_of(words, [&](const std::string& word) { return words_.contains(word); });
}

struct CatalogReader::State {
  Result<void> match_names(const Query& query, std::size_t limit, std::vector<SharedFile>& files);
  Result<void> match_tags(const Query& query, std::size_t limit, std::vector<SharedFile>& files);

  Db db;
  Db walk;  // of page and names_from: they go through it all, which its map would keep in memory
  std::shared_ptr<const KnownWords> known;
  Statement names;
  Statement name_ids;
  Statement tag_ids;
  Statement by_id;
  Statement by_sha1;
  Statement by_uuhash;
  Statement by_name;
  Statement tree;
  Statement page;
  Statement names_from;
};

namespace {

Result<Db> connect(const fs::path& file, const char* settings) {
  auto db = Db::open(file, Db::Access::read_only);
  if (!db) return db;
  if (const auto set = db->run(settings); !set) return tl::unexpected(set.error());
  return db;
}

}  // namespace

CatalogReader::CatalogReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CatalogReader::CatalogReader(CatalogReader&&) noexcept = default;
CatalogReader& CatalogReader::operator=(CatalogReader&&) noexcept = default;
CatalogReader::~CatalogReader() = default;

Result<CatalogReader> CatalogReader::open(const fs::path& file,
                                          std::shared_ptr<const KnownWords> known) {
  auto db = connect(file, "PRAGMA mmap_size=1073741824; PRAGMA cache_size=-65536;");
  auto walk = connect(file, "PRAGMA mmap_size=0; PRAGMA cache_size=-1024;");
  if (!db) return tl::unexpected(db.error());
  if (!walk) return tl::unexpected(walk.error());
  // No ORDER BY: it would count and sort every match (performance.md, section 1).
  auto names = db->prepare(
      select("FROM file_fts x JOIN file f ON f.id = x.rowid WHERE file_fts MATCH ?1 LIMIT ?2"));
  // FTS5 gives ids in this order by itself.
  auto name_ids = db->prepare("SELECT rowid FROM file_fts WHERE file_fts MATCH ?1 ORDER BY rowid");
  auto tag_ids = db->prepare("SELECT rowid FROM tag_fts WHERE tag_fts MATCH ?1 ORDER BY rowid");
  auto by_id = db->prepare(select("FROM file f WHERE f.id = ?1"));
  auto by_sha1 = db->prepare(select("FROM file f WHERE f.sha1 = ?1 LIMIT 1"));
  auto by_uuhash = db->prepare(select("FROM file f WHERE f.uuhash = ?1 LIMIT 1"));
  auto by_name = db->prepare(select("FROM file f WHERE f.name = ?1"));
  auto tree = db->prepare(
      "SELECT f.size, f.tth, t.nodes FROM file f LEFT JOIN tree t ON t.file = f.id "
      "WHERE f.sha1 = ?1 AND f.tth IS NOT NULL LIMIT 1");
  auto names_from =
      walk->prepare(select("FROM file f WHERE f.name >= ?1 AND f.name < ?2 ORDER BY f.name"));
  auto page = walk->prepare(select("FROM file f WHERE f.id > ?1 ORDER BY f.id LIMIT ?2"));
  for (const auto* made : {&names, &name_ids, &tag_ids, &by_id, &by_sha1, &by_uuhash, &by_name,
                           &tree, &page, &names_from})
    if (!*made) return tl::unexpected(made->error());
  return CatalogReader(std::make_unique<State>(State{
      std::move(*db), std::move(*walk), std::move(known), std::move(*names), std::move(*name_ids),
      std::move(*tag_ids), std::move(*by_id), std::move(*by_sha1), std::move(*by_uuhash),
      std::move(*by_name), std::move(*tree), std::move(*page), std::move(*names_from)}));
}

// Rows that fit are appended to `files` up to `limit`.
Result<void> CatalogReader::State::match_names(const Query& query, std::size_t limit,
                                               std::vector<SharedFile>& files) {
  const bool filtered = asks_fields(query);
  names.reset();
  names.bind_text(1, names_match(query));
  names.bind(2, static_cast<std::int64_t>(filtered ? std::max(limit, kFilteredRows) : limit));
  while (files.size() < limit) {
    const auto row = names.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    if (files.empty()) files.reserve(std::min(limit, kUsualRows));
    SharedFile file = file_of(names);
    if (!filtered || fields_fit(query, file)) files.push_back(std::move(file));
  }
  names.reset();
  return {};
}

// Walks the ids of both indexes side by side, so that neither many files of a genre nor many with a
// frequent word hide the few that have both.
Result<void> CatalogReader::State::match_tags(const Query& query, std::size_t limit,
                                              std::vector<SharedFile>& files) {
  Ids tagged(tag_ids, tags_match(query));
  std::optional<Ids> named;
  if (!query.words.empty() || !query.prefixes.empty()) named.emplace(name_ids, names_match(query));
  const std::size_t most = std::max(limit, kFilteredRows);
  std::int64_t id = 0;
  for (std::size_t looked = 0; files.size() < limit && looked < most;) {
    const auto next = tagged.from(id + 1);
    if (!next) return tl::unexpected(next.error());
    if (*next == 0) break;
    id = *next;
    if (named) {
      const auto other = named->from(id);
      if (!other) return tl::unexpected(other.error());
      if (*other == 0) break;
      if (*other > id) {
        id = *other - 1;
        continue;
      }
    }
    ++looked;
    by_id.reset();
    by_id.bind(1, id);
    const auto row = by_id.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) continue;  // removed just now
    SharedFile file = file_of(by_id);
    if (fields_fit(query, file) && (named || !has_any(file, query.excluded)))
      files.push_back(std::move(file));
  }
  by_id.reset();
  return {};
}

Result<std::vector<SharedFile>> CatalogReader::match(const Query& query, std::size_t limit,
                                                     std::chrono::milliseconds time_limit) {
  std::vector<SharedFile> files;
  if (query.sha1 || query.uuhash) {
    auto found = query.sha1 ? find(*query.sha1) : find(*query.uuhash);
    if (!found) return tl::unexpected(found.error());
    if (*found) files.push_back(std::move((*found)->file));
    return files;
  }
  if (query.asks_nothing()) return files;
  if (state_->known && !state_->known->has_all(query.words)) return files;
  state_->db.stop_after(time_limit);
  const auto done = query.texts.empty() ? state_->match_names(query, limit, files)
                                        : state_->match_tags(query, limit, files);
  if (!done && done.error().code != Errc::stopped) return tl::unexpected(done.error());
  return files;  // if time is up: what there is
}

namespace {

Result<std::optional<Entry>> one_entry(Statement& statement) {
  const auto row = statement.step();
  std::optional<Entry> entry;
  if (row && *row) entry = entry_of(statement);
  statement.reset();
  if (!row) return tl::unexpected(row.error());
  return entry;
}

}  // namespace

Result<std::optional<Entry>> CatalogReader::find(const Sha1& digest) {
  state_->db.stop_after(std::chrono::seconds(5));
  state_->by_sha1.reset();
  state_->by_sha1.bind_blob(1, digest.bytes);
  return one_entry(state_->by_sha1);
}

Result<std::optional<Entry>> CatalogReader::find(const UuHash& hash) {
  state_->db.stop_after(std::chrono::seconds(5));
  state_->by_uuhash.reset();
  state_->by_uuhash.bind_blob(1, hash.bytes);
  return one_entry(state_->by_uuhash);
}

Result<std::optional<Entry>> CatalogReader::find(std::string_view shared_name) {
  state_->db.stop_after(std::chrono::seconds(5));
  state_->by_name.reset();
  state_->by_name.bind_text(1, shared_name);
  return one_entry(state_->by_name);
}

Result<std::optional<HashTree>> CatalogReader::tree(const Sha1& digest) {
  state_->db.stop_after(std::chrono::seconds(5));
  Statement& statement = state_->tree;
  statement.reset();
  statement.bind_blob(1, digest.bytes);
  const auto row = statement.step();
  if (!row) return tl::unexpected(row.error());
  std::optional<HashTree> found;
  if (*row) {
    const Bytes below = statement.blob(2);
    auto tree = HashTree::of_nodes(static_cast<std::uint64_t>(statement.integer(0)),
                                   below.empty() ? statement.blob(1) : below);
    if (tree) found.emplace(std::move(*tree));
  }
  statement.reset();
  return found;
}

Result<std::vector<SharedFile>> CatalogReader::page(std::uint64_t after, std::size_t limit) {
  state_->walk.stop_after(std::chrono::seconds(5));
  Statement& statement = state_->page;
  statement.reset();
  statement.bind(1, static_cast<std::int64_t>(after));
  statement.bind(2, static_cast<std::int64_t>(limit));
  std::vector<SharedFile> files;
  while (true) {
    const auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    files.push_back(file_of(statement));
  }
  statement.reset();
  return files;
}

// By the index of the names, past each folder that lies below in one step.
Result<std::vector<SharedFile>> CatalogReader::files_in(const std::string& folder,
                                                        std::size_t limit) {
  state_->walk.stop_after(std::chrono::seconds(5));
  Statement& statement = state_->names_from;
  const std::string begin = folder + '/';
  const std::string end = folder + static_cast<char>('/' + 1);
  std::vector<SharedFile> files;
  for (std::string from = begin; !from.empty() && files.size() < limit;) {
    statement.reset();
    statement.bind_text(1, from);
    statement.bind_text(2, end);
    from.clear();
    while (files.size() < limit) {
      const auto row = statement.step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      SharedFile file = file_of(statement);
      const std::size_t below = file.name.find('/', begin.size());
      if (below != std::string::npos) {
        from = file.name.substr(0, below) + static_cast<char>('/' + 1);
        break;
      }
      files.push_back(std::move(file));
    }
  }
  statement.reset();
  return files;
}

Result<Totals> CatalogReader::totals() {
  auto statement = state_->db.prepare("SELECT count(*), coalesce(sum(size), 0) FROM file");
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return Totals{static_cast<std::uint64_t>(statement->integer(0)),
                static_cast<std::uint64_t>(statement->integer(1))};
}

}  // namespace p2p::index
