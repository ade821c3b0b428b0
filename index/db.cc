#include "index/db.h"

#include <string>

#include <sqlite3.h>

namespace p2p::index {

namespace {

Error error_of(sqlite3* db, int code) {
  const bool broken = (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
  const char* text = db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db);
  return {broken ? Errc::malformed : Errc::io, std::string("catalogue: ") + text};
}

}  // namespace

void Statement::Close::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Db::Close::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

void Statement::bind(int place, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), place, value);
}

void Statement::bind_text(int place, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

void Statement::lend_text(int place, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void Statement::bind_blob(int place, std::span<const std::byte> value) {
  sqlite3_bind_blob64(statement_.get(), place, value.data(), value.size(), SQLITE_TRANSIENT);
}

void Statement::bind_null(int place) {
  sqlite3_bind_null(statement_.get(), place);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  if (code == SQLITE_INTERRUPT) return fail(Errc::stopped, "catalogue: time limit");
  return tl::unexpected(error_of(sqlite3_db_handle(statement_.get()), code));
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  return text_of(blob(column));
}

std::span<const std::byte> Statement::blob(int column) const {
  // The pointer first: asking for it may convert the value and so change its length.
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

Result<Db> Db::open(const std::filesystem::path& file, Access access) {
  const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY
                                                : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Db db(raw);
  if (code != SQLITE_OK) return tl::unexpected(error_of(raw, code));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 2000);  // the writer of the same process, never another
  // The first read of a page shows whether it is a database at all.
  if (const auto read = db.run("PRAGMA schema_version"); !read) return tl::unexpected(read.error());
  return db;
}

Result<Statement> Db::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error_of(db_.get(), code));
  return Statement(raw);
}

Result<void> Db::run(const char* sql) {
  const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error_of(db_.get(), code));
  return {};
}

std::int64_t Db::changes() const {
  return sqlite3_total_changes64(db_.get());
}

std::int64_t Db::last_id() const {
  return sqlite3_last_insert_rowid(db_.get());
}

void Db::stop_after(std::chrono::milliseconds limit) {
  if (!watch_) watch_ = std::make_unique<Watch>();
  watch_->end = std::chrono::steady_clock::now() + limit;
  constexpr int kOperations = 4096;  // some tens of microseconds of SQLite's virtual machine
  sqlite3_progress_handler(
      db_.get(), kOperations,
      [](void* watch) {
        return std::chrono::steady_clock::now() > static_cast<Watch*>(watch)->end ? 1 : 0;
      },
      watch_.get());
}

Result<Transaction> Transaction::begin(Db& db) {
  if (const auto begun = db.run("BEGIN IMMEDIATE"); !begun) return tl::unexpected(begun.error());
  return Transaction(db);
}

Transaction::~Transaction() {
  // An error here means that SQLite rolled back by itself already.
  if (db_ != nullptr) (void)db_->run("ROLLBACK");
}

Result<void> Transaction::commit() {
  auto done = db_->run("COMMIT");
  if (done) db_ = nullptr;
  return done;
}

}  // namespace p2p::index
