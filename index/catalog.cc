#include "index/catalog.h"

#include <algorithm>
#include <array>

#include "protocols/base/keywords.h"

#include "index/db.h"
#include "index/rows.h"
#include "index/schema.h"

namespace p2p::index {

namespace fs = std::filesystem;

struct Catalog::State {
  // The steps by which the pieces of one full-text table become one.
  struct Merging {
    const char* first;
    const char* next;
    bool is_begun = false;  // and not at its end
  };

  Db db;
  std::optional<fs::path> set_aside;
  std::shared_ptr<KnownWords> known = std::make_shared<KnownWords>();
  std::array<Merging, 2> merging{{
      {"INSERT INTO file_fts(file_fts, rank) VALUES('merge', -500)",
       "INSERT INTO file_fts(file_fts, rank) VALUES('merge', 500)"},
      {"INSERT INTO tag_fts(tag_fts, rank) VALUES('merge', -500)",
       "INSERT INTO tag_fts(tag_fts, rank) VALUES('merge', 500)"},
  }};
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
Result<void> check_pages(Db& db) {
  auto pages = db.prepare("PRAGMA quick_check(1)");
  if (!pages) return tl::unexpected(pages.error());
  const auto said = pages->step();
  if (!said) return tl::unexpected(said.error());
  if (!*said || pages->text(0) != "ok")
    return fail(Errc::malformed, "catalogue: " + std::string(pages->text(0)));
  const std::string rows = select("FROM file f LIMIT 1");
  for (const std::string_view sql :
       {std::string_view(rows),
        std::string_view("SELECT rowid FROM file_fts WHERE file_fts MATCH '\"a\"' LIMIT 1"),
        std::string_view("SELECT rowid FROM tag_fts WHERE tag_fts MATCH '\"a\"' LIMIT 1"),
        std::string_view("SELECT nodes FROM tree LIMIT 1")}) {
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
  if (const auto sound = check_pages(*db); !sound) return tl::unexpected(sound.error());
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

namespace {

template <class T>
void bind_digest(Statement& statement, int place, const std::optional<T>& digest) {
  if (digest)
    statement.bind_blob(place, digest->bytes);
  else
    statement.bind_null(place);
}

// The statements that write one file, prepared once for a transaction. Without RETURNING and
// without triggers: at either FTS5 would flush at every row.
class Adding {
 public:
  static Result<Adding> prepare(Db& db) {
    auto file = db.prepare(
        "INSERT INTO file(path, name, terms, size, mtime, sha1, root, inode, start_md5, bitrate, "
        "sample_rate, duration, kind, uuhash, tagged, artist, title, album, genre, year, width, "
        "height, tth) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,"
        "?20,?21,?22,?23)");
    auto words = db.prepare("INSERT INTO file_fts(rowid, terms) VALUES(?1, ?2)");
    auto tags = db.prepare(
        "INSERT INTO tag_fts(rowid, artist, title, album, genre) VALUES(?1, ?2, ?3, ?4, ?5)");
    auto tree = db.prepare("INSERT INTO tree(file, nodes) VALUES(?1, ?2)");
    for (const auto* made : {&file, &words, &tags, &tree})
      if (!*made) return tl::unexpected(made->error());
    return Adding(db, std::move(*file), std::move(*words), std::move(*tags), std::move(*tree));
  }

  // Sets the entry's id. `words`: those of its name.
  Result<void> add(Entry& entry, const std::vector<std::string>& words) {
    const std::string terms = terms_of(words);
    bind(entry, terms);
    if (auto done = run(file_); !done) return done;
    entry.file.id = static_cast<std::uint64_t>(db_.last_id());
    const auto id = static_cast<std::int64_t>(entry.file.id);
    words_.bind(1, id);
    words_.lend_text(2, terms);
    if (auto done = run(words_); !done) return done;
    if (auto done = add_tree(id, entry.tree); !done) return done;
    return entry.file.tags == FileTags{} ? Result<void>() : add_tags(id, entry.file.tags);
  }

 private:
  Adding(Db& db, Statement file, Statement words, Statement tags, Statement tree)
      : db_(db),
        file_(std::move(file)),
        words_(std::move(words)),
        tags_(std::move(tags)),
        tree_(std::move(tree)) {}

  static Result<void> run(Statement& statement) {
    const auto done = statement.step();
    statement.reset();
    if (!done) return tl::unexpected(done.error());
    return {};
  }

  void bind(const Entry& entry, const std::string& terms) {
    const SharedFile& file = entry.file;
    file_.lend_text(1, entry.relative.native());
    file_.lend_text(2, file.name);
    file_.lend_text(3, terms);
    file_.bind(4, static_cast<std::int64_t>(entry.stamp.size_bytes));
    file_.bind(5, entry.stamp.mtime_ns);
    bind_digest(file_, 6, file.sha1);
    file_.lend_text(7, entry.root.native());
    file_.bind(8, static_cast<std::int64_t>(entry.stamp.inode));
    bind_digest(file_, 9, file.start_md5);
    file_.bind(10, file.media.bitrate_kbps);
    file_.bind(11, file.media.sample_rate_hz);
    file_.bind(12, file.media.duration_s);
    file_.bind(13, static_cast<std::int64_t>(file_kind(file.name)));
    bind_digest(file_, 14, file.uuhash);
    bind_digest(file_, 23, file.tree_root);
    if (file.tags == FileTags{}) return;
    file_.bind(15, 1);
    file_.lend_text(16, file.tags.artist);
    file_.lend_text(17, file.tags.title);
    file_.lend_text(18, file.tags.album);
    file_.lend_text(19, file.tags.genre);
    file_.bind(20, file.tags.year);
    file_.bind(21, file.tags.width);
    file_.bind(22, file.tags.height);
  }

  // A tree that is its root is told by the file's own row.
  Result<void> add_tree(std::int64_t id, const std::optional<HashTree>& tree) {
    if (!tree || tree->shape().depth == 0) return {};
    tree_.bind(1, id);
    tree_.bind_blob(2, tree->to_nodes());
    return run(tree_);
  }

  // A file without texts has no row there.
  Result<void> add_tags(std::int64_t id, const FileTags& tags) {
    int place = 1;
    bool has_text = false;
    for (const std::string* text : {&tags.artist, &tags.title, &tags.album, &tags.genre}) {
      const std::string terms = text->empty() ? "" : terms_of(words_of(*text, kMaxTagWords));
      has_text = has_text || !terms.empty();
      tags_.bind_text(++place, terms);
    }
    tags_.bind(1, id);
    if (has_text) return run(tags_);
    tags_.reset();
    return {};
  }

  Db& db_;
  Statement file_;
  Statement words_;
  Statement tags_;
  Statement tree_;
};

}  // namespace

Result<void> Catalog::add(std::span<Entry> entries) {
  auto transaction = Transaction::begin(state_->db);
  if (!transaction) return tl::unexpected(transaction.error());
  auto adding = Adding::prepare(state_->db);
  if (!adding) return tl::unexpected(adding.error());
  std::vector<std::string> words;
  for (Entry& entry : entries) {
    words_into(entry.file.name, kNameWords, words);
    if (auto done = adding->add(entry, words); !done) return done;
    state_->known->add(words);
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
  auto terms = state_->db.prepare("SELECT terms, tagged FROM file WHERE id = ?1");
  auto words =
      state_->db.prepare("INSERT INTO file_fts(file_fts, rowid, terms) VALUES('delete', ?1, ?2)");
  auto tags = state_->db.prepare("DELETE FROM tag_fts WHERE rowid = ?1");
  auto tree = state_->db.prepare("DELETE FROM tree WHERE file = ?1");
  auto file = state_->db.prepare("DELETE FROM file WHERE id = ?1");
  for (const auto* made : {&terms, &words, &tags, &tree, &file})
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
    const bool is_tagged = terms->integer(1) != 0;
    terms->reset();
    file->bind(1, row_id);
    tags->bind(1, row_id);
    tree->bind(1, row_id);
    for (Statement* statement : {&*words, &*tags, &*tree, &*file}) {
      if (statement == &*tags && !is_tagged) continue;
      if (const auto done = statement->step(); !done) return tl::unexpected(done.error());
      statement->reset();
    }
  }
  return transaction->commit();
}

// A negative count joins all pieces, however unlike in size; a step that moved less than two rows
// was the last (SQLite's documentation of FTS5, "merge").
Result<bool> Catalog::merge() {
  for (State::Merging& index : state_->merging) {
    const std::int64_t before = state_->db.changes();
    const char* step = index.is_begun ? index.next : index.first;
    if (const auto done = state_->db.run(step); !done) return tl::unexpected(done.error());
    index.is_begun = state_->db.changes() - before >= 2;
    if (index.is_begun) return true;
  }
  return false;
}

Result<void> Catalog::rest() {
  return state_->db.run("PRAGMA shrink_memory");
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
