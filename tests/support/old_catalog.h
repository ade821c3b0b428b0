// Catalogues as older versions of the schema had them: version 1 without tags and UuHash, version 2
// without trees of hashes.
#pragma once

#include <filesystem>
#include <string>

#include "index/db.h"

namespace p2p::test {

inline constexpr const char* kOldTables = R"sql(
CREATE TABLE file(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL, name TEXT NOT NULL, terms TEXT NOT NULL,
  size INTEGER, mtime INTEGER, sha1 BLOB, tth BLOB,
  root TEXT NOT NULL, inode INTEGER, start_md5 BLOB,
  bitrate INTEGER, sample_rate INTEGER, duration INTEGER, kind INTEGER);
CREATE UNIQUE INDEX file_name ON file(name);
CREATE INDEX file_sha1 ON file(sha1);
CREATE VIRTUAL TABLE file_fts USING fts5(terms, content='file', content_rowid='id', columnsize=0,
  tokenize='unicode61 remove_diacritics 2');
INSERT INTO file_fts(file_fts, rank) VALUES('pgsz', 1000);
PRAGMA user_version = 1;
)sql";

inline constexpr const char* kTagTables = R"sql(
ALTER TABLE file ADD COLUMN tagged INTEGER;
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
PRAGMA user_version = 2;
)sql";

// `rows` insert into `file` first; its words then go to the index.
inline Result<void> write_old_catalog(const std::filesystem::path& file, const std::string& rows,
                                      int version = 1) {
  auto db = index::Db::open(file, index::Db::Access::read_write);
  if (!db) return tl::unexpected(db.error());
  if (auto made = db->run(kOldTables); !made) return made;
  if (version == 2)
    if (auto made = db->run(kTagTables); !made) return made;
  if (auto filled = db->run(rows.c_str()); !filled) return filled;
  return db->run("INSERT INTO file_fts(rowid, terms) SELECT id, terms FROM file");
}

}  // namespace p2p::test
