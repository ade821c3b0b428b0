// The yardstick of the catalogue's benchmarks: short loops on SQLite's own C API over the same
// tables, without anything of ours in between.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace p2p::bench {

class RawDb {
 public:
  explicit RawDb(const std::string& file) {
    sqlite3* db = nullptr;
    check(sqlite3_open(file.c_str(), &db), db);
    db_.reset(db);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824; "
        "PRAGMA cache_size=-65536;");
  }
  void run(const char* sql) {
    check(sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr), db_.get());
  }
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Close>;
  Statement prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(db_.get(), sql, -1, &statement, nullptr), db_.get());
    return Statement(statement);
  }
  std::int64_t number(const char* sql) {
    const Statement statement = prepare(sql);
    sqlite3_step(statement.get());
    return sqlite3_column_int64(statement.get(), 0);
  }
  // Runs a statement that gives no row, and makes it ready for the next one.
  void step(const Statement& statement) {
    if (sqlite3_step(statement.get()) != SQLITE_DONE)
      throw std::runtime_error(sqlite3_errmsg(db_.get()));
    sqlite3_reset(statement.get());
  }

 private:
  static void check(int code, sqlite3* db) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db));
  }
  std::unique_ptr<sqlite3, Close> db_;
};

inline void put(const RawDb::Statement& statement, int place, std::string_view text) {
  sqlite3_bind_text(statement.get(), place, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
}
inline void put(const RawDb::Statement& statement, int place, std::int64_t value) {
  sqlite3_bind_int64(statement.get(), place, value);
}

}  // namespace p2p::bench
