#include "index/catalog.h"

#include <algorithm>
#include <mutex>

#include "protocols/base/keywords.h"

#include "index/db.h"
#include "index/schema.h"

namespace p2p::index {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNameWords = 64;       // of one name that are indexed
constexpr std::size_t kFilteredRows = 1000;  // looked at when fields are asked for

constexpr std::string_view kColumns =
    "f.id, f.name, f.size, f.sha1, f.start_md5, f.bitrate, f.sample_rate, f.duration, f.root, "
    "f.path, f.mtime, f.inode";

std::string select(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + ' ' + std::string(rest);
}

std::string terms_of(const std::vector<std::string>& words) {
  std::string terms;
  for (const std::string& word : words) {
    if (!terms.empty()) terms += ' ';
    terms += word;
  }
  return terms;
}

template <class Digest>
std::optional<Digest> digest_of(std::span<const std::byte> blob) {
  Digest digest;
  if (blob.size() != digest.bytes.size()) return {};
  std::ranges::copy(blob, digest.bytes.begin());
  return digest;
}

SharedFile file_of(const Statement& row) {
  SharedFile file;
  file.id = static_cast<std::uint64_t>(row.integer(0));
  file.name = row.text(1);
  file.size_bytes = static_cast<std::uint64_t>(row.integer(2));
  file.sha1 = digest_of<Sha1>(row.blob(3));
  file.start_md5 = digest_of<Md5>(row.blob(4));
  file.media = {static_cast<std::uint32_t>(row.integer(5)),
                static_cast<std::uint32_t>(row.integer(6)),
                static_cast<std::uint32_t>(row.integer(7))};
  return file;
}

Entry entry_of(const Statement& row) {
  Entry entry;
  entry.file = file_of(row);
  entry.root = std::string(row.text(8));
  entry.relative = std::string(row.text(9));
  entry.stamp = {entry.file.size_bytes, row.integer(10),
                 static_cast<std::uint64_t>(row.integer(11))};
  return entry;
}

// Nothing a user or peer typed goes into MATCH but folded words in quotes.
std::string match_text(const Query& query) {
  std::string text;
  const auto add = [&](const std::string& word, std::string_view joint, std::string_view end) {
    if (!text.empty()) text += joint;
    text += '"';
    for (const char c : word)
      if (c != '"' && c != '\0') text += c;
    text += '"';
    text += end;
  };
  for (const std::string& word : query.words)
    add(word, " AND ", "");
  for (const std::string& word : query.prefixes)
    add(word, " AND ", " *");
  for (const std::string& word : query.excluded)
    add(word, " NOT ", "");
  return text;
}

bool asks_fields(const Query& query) {
  return !query.size_bytes.is_everything() || !query.bitrate_kbps.is_everything() ||
         !query.sample_rate_hz.is_everything() || !query.duration_s.is_everything() ||
         query.kind != FileKind::any;
}

bool fields_fit(const Query& query, const SharedFile& file) {
  return query.size_bytes.holds(file.size_bytes) &&
         query.bitrate_kbps.holds(file.media.bitrate_kbps) &&
         query.sample_rate_hz.holds(file.media.sample_rate_hz) &&
         query.duration_s.holds(file.media.duration_s) &&
         (query.kind == FileKind::any || query.kind == file_kind(file.name));
}

template <class T>
void bind_digest(Statement& statement, int place, const std::optional<T>& digest) {
  if (digest)
    statement.bind_blob(place, digest->bytes);
  else
    statement.bind_null(place);
}

}  // namespace

void KnownWords::add(const std::vector<std::string>& words) {
  const std::unique_lock lock(mutex_);
  words_.insert(words.begin(), words.end());
}

bool KnownWords::has_all(const std::vector<std::string>& words) const {
  const std::shared_lock lock(mutex_);
  return std::ranges::all_of(words, [&](const std::string& word) { return words_.contains(word); });
}

// --- reading -------------------------------------------------------------------------------

struct CatalogReader::State {
  Db db;
  Statement match;
  Statement by_sha1;
  Statement by_name;
  Statement page;
  std::shared_ptr<const KnownWords> known;
};

CatalogReader::CatalogReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CatalogReader::CatalogReader(CatalogReader&&) noexcept = default;
CatalogReader& CatalogReader::operator=(CatalogReader&&) noexcept = default;
CatalogReader::~CatalogReader() = default;

Result<CatalogReader> CatalogReader::open(const fs::path& file,
                                          std::shared_ptr<const KnownWords> known) {
  auto db = Db::open(file, Db::Access::read_only);
  if (!db) return tl::unexpected(db.error());
  if (const auto set = db->run("PRAGMA mmap_size=1073741824; PRAGMA cache_size=-65536;"); !set)
    return tl::unexpected(set.error());
  // No ORDER BY: it would count and sort every match (performance.md, section 1).
  auto match = db->prepare(
      select("FROM file_fts x JOIN file f ON f.id = x.rowid WHERE file_fts MATCH ?1 LIMIT ?2"));
  auto by_sha1 = db->prepare(select("FROM file f WHERE f.sha1 = ?1 LIMIT 1"));
  auto by_name = db->prepare(select("FROM file f WHERE f.name = ?1"));
  auto page = db->prepare(select("FROM file f WHERE f.id > ?1 ORDER BY f.id LIMIT ?2"));
  for (const auto* made : {&match, &by_sha1, &by_name, &page})
    if (!*made) return tl::unexpected(made->error());
  return CatalogReader(
      std::make_unique<State>(State{std::move(*db), std::move(*match), std::move(*by_sha1),
                                    std::move(*by_name), std::move(*page), std::move(known)}));
}

Result<std::vector<SharedFile>> CatalogReader::match(const Query& query, std::size_t limit,
                                                     std::chrono::milliseconds time_limit) {
  std::vector<SharedFile> files;
  if (query.sha1) {
    auto found = find(*query.sha1);
    if (!found) return tl::unexpected(found.error());
    if (*found) files.push_back(std::move((*found)->file));
    return files;
  }
  if (query.asks_nothing()) return files;
  if (state_->known && !state_->known->has_all(query.words)) return files;
  const bool filtered = asks_fields(query);
  Statement& statement = state_->match;
  statement.reset();
  statement.bind_text(1, match_text(query));
  statement.bind(2, static_cast<std::int64_t>(filtered ? std::max(limit, kFilteredRows) : limit));
  state_->db.stop_after(time_limit);
  while (files.size() < limit) {
    const auto row = statement.step();
    if (!row && row.error().code == Errc::stopped) break;  // time is up: what there is
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    SharedFile file = file_of(statement);
    if (!filtered || fields_fit(query, file)) files.push_back(std::move(file));
  }
  statement.reset();
  return files;
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

Result<std::optional<Entry>> CatalogReader::find(std::string_view shared_name) {
  state_->db.stop_after(std::chrono::seconds(5));
  state_->by_name.reset();
  state_->by_name.bind_text(1, shared_name);
  return one_entry(state_->by_name);
}

Result<std::vector<SharedFile>> CatalogReader::page(std::uint64_t after, std::size_t limit) {
  state_->db.stop_after(std::chrono::seconds(5));
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

Result<Totals> CatalogReader::totals() {
  auto statement = state_->db.prepare("SELECT count(*), coalesce(sum(size), 0) FROM file");
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return Totals{static_cast<std::uint64_t>(statement->integer(0)),
                static_cast<std::uint64_t>(statement->integer(1))};
}

// --- writing -------------------------------------------------------------------------------

struct Catalog::State {
  Db db;
  std::optional<fs::path> set_aside;
  std::shared_ptr<KnownWords> known = std::make_shared<KnownWords>();
  bool merging = false;  // begun and not at its end
};

Catalog::Catalog(std::unique_ptr<State> state) : state_(std::move(state)) {}
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;
Catalog::~Catalog() = default;

const std::optional<fs::path>& Catalog::set_aside() const {
  return state_->set_aside;
}
std::shared_ptr<const KnownWords> Catalog::known_words() const {
  return state_->known;
}

namespace {

// The tables are ours and every page of them can be read: some 50 ms for 100,000 files, far less
// than the words that are read next.
Result<void> check(Db& db) {
  auto pages = db.prepare("PRAGMA quick_check(1)");
  if (!pages) return tl::unexpected(pages.error());
  const auto said = pages->step();
  if (!said) return tl::unexpected(said.error());
  if (!*said || pages->text(0) != "ok")
    return fail(Errc::malformed, "catalogue: " + std::string(pages->text(0)));
  const std::string rows = select("FROM file f LIMIT 1");
  for (const std::string_view sql :
       {std::string_view(rows),
        std::string_view("SELECT rowid FROM file_fts WHERE file_fts MATCH '\"a\"' LIMIT 1")}) {
    auto statement = db.prepare(sql);
    if (!statement) return fail(Errc::malformed, statement.error().detail);
    if (const auto row = statement->step(); !row) return tl::unexpected(row.error());
  }
  return {};
}

Result<Db> open_ready(const fs::path& file) {
  auto db = Db::open(file, Db::Access::read_write);
  if (!db) return db;
  if (const auto ready = prepare_connection(*db); !ready) return tl::unexpected(ready.error());
  if (const auto ready = prepare_schema(*db); !ready) return tl::unexpected(ready.error());
  if (const auto sound = check(*db); !sound) return tl::unexpected(sound.error());
  return db;
}

// The first free "<file>.bad-<n>"; its journal goes along.
Result<fs::path> move_aside(const fs::path& file) {
  constexpr int kMost = 1000;
  for (int n = 1; n < kMost; ++n) {
    const fs::path aside = file.string() + ".bad-" + std::to_string(n);
    std::error_code error;
    if (fs::exists(aside, error)) continue;
    fs::rename(file, aside, error);
    if (error) return fail(Errc::io, "cannot set the catalogue aside: " + error.message());
    for (const char* tail : {"-wal", "-shm"})
      fs::rename(file.string() + tail, aside.string() + tail, error);
    return aside;
  }
  return fail(Errc::io, "a thousand bad catalogues beside " + file.string());
}

}  // namespace

Result<Catalog> Catalog::open(const fs::path& file) {
  auto catalog = load(file);
  if (catalog || catalog.error().code != Errc::malformed) return catalog;
  return start_over(file);
}

Result<Catalog> Catalog::start_over(const fs::path& file) {
  auto aside = move_aside(file);
  if (!aside) return tl::unexpected(aside.error());
  auto catalog = load(file);
  if (catalog) catalog->state_->set_aside = std::move(*aside);
  return catalog;
}

Result<Catalog> Catalog::load(const fs::path& file) {
  auto db = open_ready(file);
  if (!db) return tl::unexpected(db.error());
  auto state = std::make_unique<State>(State{std::move(*db), {}});
  auto names = state->db.prepare("SELECT terms FROM file");
  if (!names) return tl::unexpected(names.error());
  while (true) {
    const auto row = names->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    state->known->add(words_of(names->text(0), kNameWords));
  }
  return Catalog(std::move(state));
}

Result<void> Catalog::add(std::span<Entry> entries) {
  auto transaction = Transaction::begin(state_->db);
  if (!transaction) return tl::unexpected(transaction.error());
  // Without RETURNING, which works as a trigger does: FTS5 would flush at every row.
  auto file = state_->db.prepare(
      "INSERT INTO file(path, name, terms, size, mtime, sha1, root, inode, start_md5, bitrate, "
      "sample_rate, duration, kind) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)");
  auto words = state_->db.prepare("INSERT INTO file_fts(rowid, terms) VALUES(?1, ?2)");
  if (!file) return tl::unexpected(file.error());
  if (!words) return tl::unexpected(words.error());
  std::vector<std::string> found;
  for (Entry& entry : entries) {
    words_into(entry.file.name, kNameWords, found);
    const std::string terms = terms_of(found);
    file->lend_text(1, entry.relative.native());
    file->lend_text(2, entry.file.name);
    file->lend_text(3, terms);
    file->bind(4, static_cast<std::int64_t>(entry.stamp.size_bytes));
    file->bind(5, entry.stamp.mtime_ns);
    bind_digest(*file, 6, entry.file.sha1);
    file->lend_text(7, entry.root.native());
    file->bind(8, static_cast<std::int64_t>(entry.stamp.inode));
    bind_digest(*file, 9, entry.file.start_md5);
    file->bind(10, entry.file.media.bitrate_kbps);
    file->bind(11, entry.file.media.sample_rate_hz);
    file->bind(12, entry.file.media.duration_s);
    file->bind(13, static_cast<std::int64_t>(file_kind(entry.file.name)));
    if (const auto done = file->step(); !done) return tl::unexpected(done.error());
    entry.file.id = static_cast<std::uint64_t>(state_->db.last_id());
    file->reset();
    words->bind(1, static_cast<std::int64_t>(entry.file.id));
    words->lend_text(2, terms);
    if (const auto done = words->step(); !done) return tl::unexpected(done.error());
    words->reset();
    state_->known->add(found);
  }
  return transaction->commit();
}

Result<void> Catalog::remove(std::span<const std::uint64_t> ids) {
  std::vector<std::uint64_t> sorted(ids.begin(), ids.end());
  std::ranges::sort(sorted);  // 38 us a row sorted, 244 unsorted (performance.md)
  auto transaction = Transaction::begin(state_->db);
  if (!transaction) return tl::unexpected(transaction.error());
  // With exactly the old text, before the row goes: anything else leaves ghosts. Not as one INSERT
  // from a SELECT, at each of which FTS5 would flush.
  auto terms = state_->db.prepare("SELECT terms FROM file WHERE id = ?1");
  auto words =
      state_->db.prepare("INSERT INTO file_fts(file_fts, rowid, terms) VALUES('delete', ?1, ?2)");
  auto file = state_->db.prepare("DELETE FROM file WHERE id = ?1");
  for (const auto* made : {&terms, &words, &file})
    if (!*made) return tl::unexpected(made->error());
  for (const std::uint64_t id : sorted) {
    const auto row_id = static_cast<std::int64_t>(id);
    terms->reset();
    terms->bind(1, row_id);
    const auto known = terms->step();
    if (!known) return tl::unexpected(known.error());
    if (!*known) continue;
    words->bind(1, row_id);
    words->bind_text(2, terms->text(0));
    terms->reset();
    file->bind(1, row_id);
    for (Statement* statement : {&*words, &*file}) {
      if (const auto done = statement->step(); !done) return tl::unexpected(done.error());
      statement->reset();
    }
  }
  return transaction->commit();
}

// A negative count joins all pieces, however unlike in size; a step that moved less than two rows
// was the last (SQLite's documentation of FTS5, "merge").
Result<bool> Catalog::merge() {
  const std::int64_t before = state_->db.changes();
  const char* step = state_->merging ? "INSERT INTO file_fts(file_fts, rank) VALUES('merge', 500)"
                                     : "INSERT INTO file_fts(file_fts, rank) VALUES('merge', -500)";
  if (const auto done = state_->db.run(step); !done) return tl::unexpected(done.error());
  state_->merging = state_->db.changes() - before >= 2;
  return state_->merging;
}

Result<std::vector<Entry>> Catalog::entries(std::uint64_t after, std::size_t limit) {
  auto statement = state_->db.prepare(select("FROM file f WHERE f.id > ?1 ORDER BY f.id LIMIT ?2"));
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, static_cast<std::int64_t>(after));
  statement->bind(2, static_cast<std::int64_t>(limit));
  std::vector<Entry> entries;
  while (true) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return entries;
    entries.push_back(entry_of(*statement));
  }
}

}  // namespace p2p::index
