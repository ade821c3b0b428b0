#include "index/schema.h"

#include <string>

namespace p2p::index {

namespace {

constexpr int kVersion = 1;

// AUTOINCREMENT: an id is never used twice, so ids ascend and cursors stay right.
constexpr const char* kTables = R"sql(
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

}  // namespace

Result<void> prepare_connection(Db& db) {
  return db.run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824; "
      "PRAGMA cache_size=-65536;");
}

Result<void> prepare_schema(Db& db) {
  auto statement = db.prepare("PRAGMA user_version");
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  const auto version = *row ? statement->integer(0) : 0;
  statement->reset();
  if (version == kVersion) return {};
  if (version > kVersion)
    return fail(Errc::unsupported,
                "the catalogue is of a newer servent (version " + std::to_string(version) + ")");
  auto tables = db.prepare("SELECT 1 FROM sqlite_master");
  if (!tables) return tl::unexpected(tables.error());
  const auto used = tables->step();
  if (!used) return tl::unexpected(used.error());
  if (*used) return fail(Errc::malformed, "the catalogue is no database of ours");
  tables->reset();
  auto transaction = Transaction::begin(db);
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto made = db.run(kTables); !made) return made;
  if (auto marked = db.run("PRAGMA user_version = 1"); !marked) return marked;
  return transaction->commit();
}

}  // namespace p2p::index
