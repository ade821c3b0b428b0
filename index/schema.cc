#include "index/schema.h"

#include <array>
#include <cstdint>
#include <string>

namespace p2p::index {

namespace {

// What makes version n of version n-1; an empty file is version 0.

// AUTOINCREMENT: an id is never used twice, so ids ascend and cursors stay right.
constexpr const char* kNames = R"sql(
CREATE TABLE file(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL,      -- below root
  name TEXT NOT NULL,      -- as the networks see it
  terms TEXT NOT NULL,     -- the words of the name; what file_fts indexes
  size INTEGER, mtime INTEGER, sha1 BLOB, tth BLOB,
  root TEXT NOT NULL, inode INTEGER, start_md5 BLOB,
  bitrate INTEGER, sample_rate INTEGER, duration INTEGER, kind INTEGER);
CREATE UNIQUE INDEX file_name ON file(name);
CREATE INDEX file_sha1 ON file(sha1);
CREATE VIRTUAL TABLE file_fts USING fts5(terms, content='file', content_rowid='id', columnsize=0,
  tokenize='unicode61 remove_diacritics 2');
INSERT INTO file_fts(file_fts, rank) VALUES('pgsz', 1000);
)sql";

// tag_fts holds the folded words of the four texts itself: few files have any, and what it deletes
// is then what it was given. Rows of version 1 stay as they are; without a UuHash they are read
// again when their folder is looked through.
constexpr const char* kTags = R"sql(
ALTER TABLE file ADD COLUMN tagged INTEGER;  -- 1: any of the seven that follow is known
ALTER TABLE file ADD COLUMN artist TEXT;
ALTER TABLE file ADD COLUMN title TEXT;
ALTER TABLE file ADD COLUMN album TEXT;
ALTER TABLE file ADD COLUMN genre TEXT;
ALTER TABLE file ADD COLUMN year INTEGER;
ALTER TABLE file ADD COLUMN width INTEGER;
ALTER TABLE file ADD COLUMN height INTEGER;
ALTER TABLE file ADD COLUMN uuhash BLOB;
CREATE INDEX file_uuhash ON file(uuhash) WHERE uuhash IS NOT NULL;
CREATE VIRTUAL TABLE tag_fts USING fts5(artist, title, album, genre, columnsize=0,
  tokenize='unicode61 remove_diacritics 2');
INSERT INTO tag_fts(tag_fts, rank) VALUES('pgsz', 1000);
)sql";

// The root of a file's HashTree is in the column `tth` that was always there and empty; what is
// below the root stands apart, in no row that a search reads. Rows without it stay, and are read
// again where a mode wants trees.
constexpr const char* kTrees = R"sql(
CREATE TABLE tree(
  file INTEGER PRIMARY KEY,  -- file.id; only of those whose tree is more than its root
  nodes BLOB NOT NULL);      -- level by level from the root, 24 bytes each
)sql";

constexpr std::array kSteps{kNames, kTags, kTrees};
constexpr std::int64_t kVersion = kSteps.size();

Result<std::int64_t> version_of(Db& db) {
  auto statement = db.prepare("PRAGMA user_version");
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

// Errc::malformed: it has tables that are not those of this version.
Result<void> check_tables(Db& db, std::int64_t version) {
  if (version > 0) {
    auto rows = db.prepare("SELECT id, terms FROM file LIMIT 1");
    if (!rows) return fail(Errc::malformed, rows.error().detail);
    return {};
  }
  auto tables = db.prepare("SELECT 1 FROM sqlite_master");
  if (!tables) return tl::unexpected(tables.error());
  const auto used = tables->step();
  if (!used) return tl::unexpected(used.error());
  if (*used) return fail(Errc::malformed, "the catalogue is no database of ours");
  return {};
}

}  // namespace

// No memory map: all that a scan compares would stay in it, and count as ours, for good.
Result<void> prepare_connection(Db& db) {
  return db.run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=0; "
      "PRAGMA cache_size=-65536;");
}

Result<void> prepare_schema(Db& db) {
  const auto version = version_of(db);
  if (!version) return tl::unexpected(version.error());
  if (*version == kVersion) return {};
  if (*version > kVersion || *version < 0)
    return fail(Errc::unsupported,
                "the catalogue is of a newer servent (version " + std::to_string(*version) + ")");
  if (auto ours = check_tables(db, *version); !ours) return ours;
  auto transaction = Transaction::begin(db);
  if (!transaction) return tl::unexpected(transaction.error());
  for (auto step = static_cast<std::size_t>(*version); step < kSteps.size(); ++step)
    if (auto made = db.run(kSteps.at(step)); !made) return made;
  const std::string mark = "PRAGMA user_version = " + std::to_string(kVersion);
  if (auto marked = db.run(mark.c_str()); !marked) return marked;
  return transaction->commit();
}

}  // namespace p2p::index
