// SQLite as values: Db, Statement, Transaction. Only db.cc knows <sqlite3.h>; nothing here is
// shared between threads, each has its own Db.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace p2p::index {

// Bound and stepped again and again; prepared once. Must not outlive its Db.
class Statement {
 public:
  void bind(int place, std::int64_t value);           // places count from 1
  void bind_text(int place, std::string_view value);  // copied; may hold any byte
  void lend_text(int place, std::string_view value);  // as it is until the reset
  void bind_blob(int place, std::span<const std::byte> value);
  void bind_null(int place);
  Result<bool> step();  // true: a row is there
  void reset();         // also forgets what is bound
  // Columns count from 0; views live until the next step or reset.
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::span<const std::byte> blob(int column) const;

 private:
  friend class Db;
  struct Close {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Close> statement_;
};

class Db {
 public:
  enum class Access : std::uint8_t { read_write, read_only };
  // Errc::malformed: the file is corrupt or no database; set it aside.
  static Result<Db> open(const std::filesystem::path& file, Access access);
  Result<Statement> prepare(std::string_view sql);
  Result<void> run(const char* sql);
  std::int64_t changes() const;  // rows inserted, changed or deleted so far
  std::int64_t last_id() const;  // of the row inserted last
  // From now on a statement that is still running after `limit` ends with Errc::stopped.
  void stop_after(std::chrono::milliseconds limit);

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  struct Watch {
    std::chrono::steady_clock::time_point end;
  };
  explicit Db(sqlite3* db) : db_(db) {}
  std::unique_ptr<Watch> watch_;  // outlives the handle that looks at it
  std::unique_ptr<sqlite3, Close> db_;
};

// Rolls back unless commit() was reached.
class Transaction {
 public:
  static Result<Transaction> begin(Db& db);  // `db` outlives it
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Db& db) : db_(&db) {}
  Db* db_;
};

}  // namespace p2p::index
