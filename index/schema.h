// The catalogue's tables and their settings, exactly along performance.md, section 1: an external
// content FTS5 table without triggers, columnsize=0, detail=full, pages of 1000 bytes. The texts of
// tags have a full-text table of their own, so that questions for names cost what they did, and
// trees of hashes, up to 48 KiB each, one of theirs.
#pragma once

#include "index/db.h"

namespace p2p::index {

// Makes or migrates the tables. Errc::unsupported when a newer program wrote the file,
// Errc::malformed when it has tables that are not ours.
Result<void> prepare_schema(Db& db);

// Of the connection that writes: WAL, synchronous=NORMAL, cache.
Result<void> prepare_connection(Db& db);

}  // namespace p2p::index
