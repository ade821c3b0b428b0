// The catalogue against raw SQLite (performance.md, section 6: index.*).
#include <filesystem>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "protocols/base/keywords.h"
#include "protocols/base/query.h"

#include "index/catalog.h"

#include "tests/bench/corpus.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/bench/rounds.h"
#include "tests/support/temp_dir.h"

namespace {

using namespace p2p;
using namespace p2p::bench;
namespace fs = std::filesystem;

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kAsked = 100'000;   // rows of the catalogue that is asked
constexpr std::size_t kFilled = 200'000;  // rows of the one that is filled and emptied
constexpr std::size_t kRemoved = 10'000;
constexpr std::size_t kQueries = 2000;

std::vector<index::Entry> entries(std::size_t count) {
  Corpus corpus(count);
  std::vector<index::Entry> out(count);
  std::unordered_set<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    index::Entry& entry = out[i];
    do
      entry.file.name = corpus.name();
    while (!names.insert(entry.file.name).second);
    entry.root = "/home/someone/Music";
    entry.relative = entry.file.name;
    entry.file.size_bytes = 1'000'000 + i;
    entry.file.sha1.emplace();
    for (std::byte& b : entry.file.sha1->bytes)
      b = static_cast<std::byte>(corpus.rng().below(256));
    entry.file.uuhash.emplace(UuHash{entry.file.sha1->bytes});
    entry.stamp = {entry.file.size_bytes, static_cast<std::int64_t>(i), i};
  }
  return out;
}

// Rows a second of CPU: what the disk and other programs do meanwhile is not ours.
double fill(const fs::path& file, std::span<index::Entry> from) {
  auto catalog = index::Catalog::open(file);
  if (!catalog) throw std::runtime_error(catalog.error().detail);
  const double start = thread_cpu_us();
  for (std::size_t at = 0; at < from.size(); at += kBatch)
    if (const auto done = catalog->add(from.subspan(at, kBatch)); !done)
      throw std::runtime_error(done.error().detail);
  return static_cast<double>(from.size()) / (thread_cpu_us() - start) * 1e6;
}

struct Terms {
  explicit Terms(const std::vector<index::Entry>& of) {
    for (const index::Entry& entry : of) {
      std::string& text = terms.emplace_back();
      for (const std::string& word : words_of(entry.file.name, 64))
        text += (text.empty() ? "" : " ") + word;
    }
  }
  std::vector<std::string> terms;
};

void put_row(const RawDb::Statement& row, const index::Entry& entry, std::string_view terms) {
  put(row, 1, entry.relative.native());
  put(row, 2, entry.file.name);
  put(row, 3, terms);
  put(row, 4, static_cast<std::int64_t>(entry.file.size_bytes));
  put(row, 5, entry.stamp.mtime_ns);
  sqlite3_bind_blob(row.get(), 6, entry.file.sha1->bytes.data(), 20, SQLITE_STATIC);
  put(row, 7, entry.root.native());
  put(row, 8, static_cast<std::int64_t>(entry.stamp.inode));
  for (int place = 9; place <= 12; ++place)
    put(row, place, 0);
  sqlite3_bind_blob(row.get(), 13, entry.file.uuhash->bytes.data(), 20, SQLITE_STATIC);
}

// `bare` is the brief's schema: without the three indexes by which we find a file by its digests
// and by its name.
enum class Tables : std::uint8_t { ours, bare };

void make_tables(RawDb& db, Tables tables) {
  if (tables == Tables::bare)
    db.run("DROP INDEX file_name; DROP INDEX file_sha1; DROP INDEX file_uuhash");
}

// The same statements, the words cut before; with a trigger as the schema might have had.
double raw_fill(const fs::path& file, const std::vector<index::Entry>& from, const Terms& cut,
                Tables tables, bool by_trigger) {
  if (!index::Catalog::open(file)) throw std::runtime_error("no catalogue");
  RawDb db(file);
  make_tables(db, tables);
  if (by_trigger)
    db.run(
        "CREATE TRIGGER words AFTER INSERT ON file BEGIN "
        "INSERT INTO file_fts(rowid, terms) VALUES(new.id, new.terms); END");
  const auto row = db.prepare(
      "INSERT INTO file(path, name, terms, size, mtime, sha1, root, inode, bitrate, sample_rate, "
      "duration, kind, uuhash) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)");
  const auto words = db.prepare("INSERT INTO file_fts(rowid, terms) VALUES(?1, ?2)");
  const std::size_t count = from.size();
  const double start = thread_cpu_us();
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kBatch == 0) db.run("BEGIN IMMEDIATE");
    put_row(row, from[i], cut.terms[i]);
    db.step(row);
    if (!by_trigger) {
      put(words, 1, static_cast<std::int64_t>(i + 1));
      put(words, 2, cut.terms[i]);
      db.step(words);
    }
    if (i % kBatch == kBatch - 1) db.run("COMMIT");
  }
  return static_cast<double>(count) / (thread_cpu_us() - start) * 1e6;
}

// --- asking --------------------------------------------------------------------------------

constexpr const char* kAsk =
    "SELECT f.id, f.name, f.size, f.sha1, f.start_md5, f.bitrate, f.sample_rate, f.duration, "
    "f.root, f.path, f.mtime, f.inode, f.uuhash, f.tagged, f.artist, f.title, f.album, "
    "f.genre, f.year, f.width, f.height FROM file_fts x JOIN file f ON f.id = x.rowid "
    "WHERE file_fts MATCH ?1 LIMIT 100";

// p50, p99 and mean of CPU: whoever else uses the machine must not count as a slow query.
std::vector<double> times_of(std::size_t count, const std::function<void(std::size_t)>& ask) {
  std::vector<double> times;
  const double first = thread_cpu_us();
  for (std::size_t i = 0; i < count; ++i)
    ask(i);
  const double mean = (thread_cpu_us() - first) / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double start = thread_cpu_us();
    ask(i);
    times.push_back(thread_cpu_us() - start);
  }
  return {percentile(times, 50), percentile(times, 99), mean};
}

Compared ask_both(const fs::path& file, const std::vector<Query>& queries) {
  const auto catalog = index::Catalog::open(file);  // gives the words that are known
  auto reader = index::CatalogReader::open(file, catalog->known_words());
  RawDb db(file);
  const auto raw = db.prepare(kAsk);
  std::vector<std::string> matches;
  for (const Query& query : queries) {
    std::string& text = matches.emplace_back();
    for (const std::string& word : query.words)
      text += (text.empty() ? "\"" : " AND \"") + word + '"';
  }
  std::size_t our_rows = 0;
  std::size_t raw_rows = 0;
  const auto out = compare(
      [&] {
        return times_of(queries.size(), [&](std::size_t i) {
          our_rows += reader->match(queries[i], 100, std::chrono::seconds(5)).value().size();
        });
      },
      [&] {
        return times_of(queries.size(), [&](std::size_t i) {
          put(raw, 1, matches[i]);
          while (sqlite3_step(raw.get()) == SQLITE_ROW) {
            const std::string name(static_cast<const char*>(sqlite3_column_blob(raw.get(), 1)),
                                   static_cast<std::size_t>(sqlite3_column_bytes(raw.get(), 1)));
            raw_rows += name.empty() ? 0U : 1U;
          }
          sqlite3_reset(raw.get());
        });
      });
  if (our_rows != raw_rows) throw std::runtime_error("the answers differ");
  return out;
}

void asking(const fs::path& file, const std::vector<index::Entry>& rows) {
  Corpus corpus(rows.size());
  std::vector<Query> three;
  std::vector<Query> one;
  std::vector<Query> two;
  std::vector<Query> missed;
  for (std::size_t i = 0; i < kQueries; ++i) {
    const auto words = words_of(rows[corpus.rng().below(rows.size())].file.name);
    Query query;
    while (query.words.size() < std::min<std::size_t>(3, words.size()))
      if (const std::string& word = words[corpus.rng().below(words.size())];
          std::ranges::find(query.words, word) == query.words.end())
        query.words.push_back(word);
    three.push_back(query);
    query.words = {corpus.hot_word()};
    one.push_back(query);
    query.words.push_back(corpus.hot_word());
    two.push_back(query);
    query.words = {words[0], "unknown" + std::to_string(i)};
    missed.push_back(query);
  }
  Compared got = ask_both(file, three);
  print({"index.and3.p50", got.ours[0], "us CPU", "raw FTS5", got.ratios[0], "<= 1.3x",
         got.ratios[0] <= 1.3});
  print({"index.and3.p99", got.ours[1], "us CPU", "raw FTS5", got.ratios[1], "<= 1.3x, <= 2000 us",
         got.ratios[1] <= 1.3 && got.ours[1] <= 2000});
  got = ask_both(file, one);
  print({"index.popular.1.p99", got.ours[1], "us CPU", "raw FTS5", got.ratios[1], "<= 1.5x",
         got.ratios[1] <= 1.5});
  got = ask_both(file, two);
  print({"index.popular.2.p99", got.ours[1], "us CPU", "raw FTS5", got.ratios[1], "<= 1.5x",
         got.ratios[1] <= 1.5});
  got = ask_both(file, missed);
  print({"index.miss", got.ours[2], "us CPU", "raw FTS5", got.ratios[2], "<= 0.1x, <= 1 us",
         got.ratios[2] <= 0.1 && got.ours[2] <= 1});
}

// Every file with an artist of a thousand and one of ten genres, then asked for: what has no
// reference, since no other program of ours searches by tags.
void asking_tags(const fs::path& file, std::vector<index::Entry>& rows) {
  Corpus corpus(rows.size());
  const auto artist = [&] { return "artist" + std::to_string(corpus.rng().below(1000)); };
  const auto genre = [&] { return "genre" + std::to_string(corpus.rng().below(10)); };
  for (index::Entry& entry : rows) {
    entry.file.tags.artist = "The " + artist();
    entry.file.tags.genre = genre();
  }
  fill(file, rows);
  const auto catalog = index::Catalog::open(file);
  auto reader = index::CatalogReader::open(file, catalog->known_words());
  const auto ask = [&](const char* name, const std::function<std::string()>& text) {
    std::vector<Query> queries;
    for (std::size_t i = 0; i < kQueries; ++i)
      queries.push_back(parse_query(text()));
    const auto times = times_of(queries.size(), [&](std::size_t i) {
      if (!reader->match(queries[i], 100, std::chrono::milliseconds(20)))
        throw std::runtime_error("not asked");
    });
    print({std::string(name) + ".p50", times[0], "us CPU", "", 0, "report", true});
    print({std::string(name) + ".p99", times[1], "us CPU", "", 0, "<= 20 ms", times[1] <= 20'000});
  };
  ask("index.tags.artist", [&] { return "artist:" + artist(); });
  ask("index.tags.genre", [&] { return "genre:" + genre(); });
  ask("index.tags.joint", [&] { return corpus.hot_word() + " genre:" + genre(); });
  ask("index.tags.both", [&] { return "artist:" + artist() + " genre:" + genre(); });
}

// As the program does at the end of a scan.
void settle(const fs::path& file) {
  auto catalog = index::Catalog::open(file);
  if (!catalog) throw std::runtime_error(catalog.error().detail);
  while (catalog->merge().value()) {
  }
}

void size_of_index(const fs::path& file, const std::vector<index::Entry>& rows) {
  RawDb db(file);
  std::size_t names = 0;
  for (const index::Entry& entry : rows)
    names += entry.file.name.size();
  const auto count = static_cast<double>(rows.size());
  const double bytes =
      static_cast<double>(db.number("SELECT sum(length(block)) FROM file_fts_data")) / count;
  const double ratio = bytes / (static_cast<double>(names) / count);
  print({"index.size", bytes, "bytes/row", "name text", ratio, "<= 0.6x", ratio <= 0.6});
}

// --- writing -------------------------------------------------------------------------------

void filling(const fs::path& folder, std::vector<index::Entry>& rows) {
  const Terms cut(rows);
  int number = 0;
  const auto fresh = [&] { return folder / ("fill" + std::to_string(number++)); };
  const auto gone = [](const fs::path& file) {
    for (const char* tail : {"", "-wal", "-shm"})
      fs::remove(file.string() + tail);
  };
  const auto once = [&](const std::function<double(const fs::path&)>& run) -> Run {
    return [&, run] {
      const fs::path file = fresh();
      const std::vector<double> out{run(file)};
      gone(file);
      return out;
    };
  };
  const Run ours = once([&](const fs::path& file) { return fill(file, rows); });
  const auto raw = [&](Tables tables, bool by_trigger) {
    return once([&, tables, by_trigger](const fs::path& file) {
      return raw_fill(file, rows, cut, tables, by_trigger);
    });
  };
  Compared got = compare(ours, raw(Tables::ours, false));
  print({"index.fill", got.ours[0], "rows/CPU s", "raw SQLite, same statements", got.ratios[0],
         ">= 0.8x", got.ratios[0] >= 0.8});
  got = compare(ours, raw(Tables::ours, true));
  print({"index.fill.trigger", got.ours[0], "rows/CPU s", "raw SQLite, by trigger", got.ratios[0],
         ">= 1.2x", got.ratios[0] >= 1.2});
  got = compare(raw(Tables::bare, false), raw(Tables::bare, true));
  print({"index.fill.bare", got.ours[0], "rows/CPU s", "raw by trigger, both without our indexes",
         got.ratios[0], "report", true});
}

// The plain statements in this order, in one transaction: us of CPU a row.
double raw_remove(const fs::path& file, Tables tables, const std::vector<std::uint64_t>& ids) {
  RawDb db(file.string());
  make_tables(db, tables);
  const auto terms = db.prepare("SELECT terms FROM file WHERE id = ?1");
  const auto words =
      db.prepare("INSERT INTO file_fts(file_fts, rowid, terms) VALUES('delete', ?1, ?2)");
  const auto row = db.prepare("DELETE FROM file WHERE id = ?1");
  const double start = thread_cpu_us();
  db.run("BEGIN IMMEDIATE");
  for (const std::uint64_t id : ids) {
    put(terms, 1, static_cast<std::int64_t>(id));
    sqlite3_step(terms.get());
    const std::string text(static_cast<const char*>(sqlite3_column_blob(terms.get(), 0)),
                           static_cast<std::size_t>(sqlite3_column_bytes(terms.get(), 0)));
    sqlite3_reset(terms.get());
    put(words, 1, static_cast<std::int64_t>(id));
    put(words, 2, text);
    db.step(words);
    put(row, 1, static_cast<std::int64_t>(id));
    db.step(row);
  }
  db.run("COMMIT");
  return (thread_cpu_us() - start) / static_cast<double>(ids.size());
}

void removing(const fs::path& folder, std::vector<index::Entry>& rows) {
  const fs::path full = folder / "full";
  fill(full, rows);
  RawDb(full).run("PRAGMA wal_checkpoint(TRUNCATE)");
  Corpus corpus(1);
  std::vector<std::uint64_t> ids(rows.size());
  std::iota(ids.begin(), ids.end(), 1U);
  for (std::size_t i = 0; i < kRemoved; ++i)
    std::swap(ids[i], ids[i + corpus.rng().below(ids.size() - i)]);
  ids.resize(kRemoved);
  const fs::path copy = folder / "copy";
  const auto restore = [&] {
    for (const char* tail : {"-wal", "-shm"})
      fs::remove(copy.string() + tail);
    fs::copy_file(full, copy, fs::copy_options::overwrite_existing);
  };
  const auto ours = [&] {
    restore();
    auto catalog = index::Catalog::open(copy);
    const double start = thread_cpu_us();
    if (!catalog->remove(ids)) throw std::runtime_error("not removed");
    return std::vector{(thread_cpu_us() - start) / kRemoved};
  };
  std::vector<std::uint64_t> sorted = ids;
  std::ranges::sort(sorted);
  const auto raw = [&](Tables tables, const std::vector<std::uint64_t>& order) -> Run {
    return [&, tables] {
      restore();
      return std::vector{raw_remove(copy, tables, order)};
    };
  };
  Compared got = compare(ours, raw(Tables::ours, ids));
  print({"index.remove", got.ours[0], "us CPU/row", "raw SQLite, unsorted", got.ratios[0],
         "<= 0.5x", got.ratios[0] <= 0.5});
  got = compare(ours, raw(Tables::ours, sorted));
  print({"index.remove.raw", got.ours[0], "us CPU/row", "raw SQLite, sorted", got.ratios[0],
         "<= 1.15x", got.ratios[0] <= 1.15});
  got = compare(raw(Tables::bare, sorted), raw(Tables::bare, ids));
  print({"index.remove.bare", got.ours[0], "us CPU/row", "raw unsorted, both without our indexes",
         got.ratios[0], "report", true});
}

}  // namespace

int main() {
  const test::TempDir folder;
  {
    std::vector<index::Entry> rows = entries(kAsked);
    const fs::path file = folder.path() / "asked";
    fill(file, rows);
    settle(file);
    size_of_index(file, rows);
    asking(file, rows);
    asking_tags(folder.path() / "tagged", rows);
  }
  std::vector<index::Entry> rows = entries(kFilled);
  removing(folder.path(), rows);
  filling(folder.path(), rows);
}
