#include "servent/app/library.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "protocols/base/bytes.h"
#include "protocols/base/overloaded.h"

#include "index/catalog.h"
#include "index/hasher.h"
#include "index/scanner.h"
#include "index/tags.h"

#include "servent/app/share_tree.h"
#include "servent/app/shared_file.h"
#include "servent/transfer/last_hour.h"
#include "servent/transfer/meter.h"

namespace p2p::app {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using api::LogLevel;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kBatch = 500;                  // files in one transaction; also of one Shared
constexpr auto kBatchAge = std::chrono::seconds(1);  // a kill loses no more than this
constexpr auto kProgressGap = std::chrono::milliseconds(200);
constexpr auto kMatchLimit = std::chrono::milliseconds(20);  // of one neighbour's question
constexpr int kSeldom = 60;  // first waits: so long until all folders are looked through once more
constexpr std::size_t kMaxWaiting = 1000;  // questions; one more is answered with nothing

// The name must fit as well: a number may be of an earlier catalogue.
Result<std::optional<index::Entry>> find(index::CatalogReader& reader,
                                         const transfer::NumberedFile& wanted) {
  if (wanted.index == 0) return std::optional<index::Entry>{};
  const auto row = reader.page(wanted.index - 1, 1);
  if (!row) return tl::unexpected(row.error());
  if (row->empty() || row->front().id != wanted.index) return std::optional<index::Entry>{};
  const std::string& name = row->front().name;
  if (name != wanted.name && base_name(name) != wanted.name) return std::optional<index::Entry>{};
  return reader.find(name);
}

Result<std::optional<index::Entry>> find(index::CatalogReader& reader,
                                         const transfer::FileWanted& wanted) {
  return std::visit(Overloaded{
                        [&](const transfer::NamedFile& file) { return reader.find(file.name); },
                        [&](const transfer::NumberedFile& file) { return find(reader, file); },
                        [&](const Sha1& digest) { return reader.find(digest); },
                        [&](const UuHash& hash) { return reader.find(hash); },
                    },
                    wanted);
}

// Rounded down, as its time is told over HTTP.
std::int64_t seconds_of(const index::Stamp& stamp) {
  using namespace std::chrono;
  return floor<seconds>(nanoseconds(stamp.mtime_ns)).count();
}

}  // namespace

struct Library::Impl : std::enable_shared_from_this<Library::Impl> {
  Impl(asio::io_context& loop_, fs::path file_, LibraryHooks hooks_, index::Trees trees_,
       std::chrono::milliseconds again)
      : loop(loop_),
        file(std::move(file_)),
        hooks(std::move(hooks_)),
        trees(trees_),
        first_wait(again),
        wait(again),
        timer(loop_) {}

  // --- on the scan thread --------------------------------------------------------------------

  void open() {
    // Be the last to get the processor: hashing is nobody's hurry.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
    adopt(index::Catalog::open(file));
  }

  void adopt(Result<index::Catalog> opened) {
    if (!opened) {
      say(LogLevel::error, opened.error().detail + "; nothing can be shared");
      return asio::post(*query_thread, [self = shared_from_this()] { self->answer_early(); });
    }
    catalog.emplace(std::move(*opened));
    if (catalog->set_aside())
      say(LogLevel::error, "the catalogue could not be read: set aside as " +
                               catalog->set_aside()->string() + ", all files are hashed again");
    asio::post(*query_thread, [self = shared_from_this(), known = catalog->known_words()] {
      auto opened_too = index::CatalogReader::open(self->file, known);
      if (opened_too) {
        self->reader.emplace(std::move(*opened_too));
      } else {
        self->say(LogLevel::error, opened_too.error().detail);
        if (opened_too.error().code == Errc::malformed)
          asio::post(self->loop, [self] { self->mend(); });
      }
      self->answer_early();
    });
  }

  // The catalogue showed itself corrupt: nobody may have it open when it is set aside, or closing
  // it would take the new one's journal along.
  void start_over() {
    catalog.reset();
    std::promise<void> closed;
    asio::post(*query_thread, [this, &closed] {
      reader.reset();
      closed.set_value();
    });
    closed.get_future().wait();
    adopt(index::Catalog::start_over(file));
    Shared change;
    change.start_over = true;
    publish(std::move(change));
    asio::post(loop, [self = shared_from_this()] { self->mending = false; });
  }

  // Which folders are there at all.
  void see(const std::vector<fs::path>& wanted) {
    for (const fs::path& folder : wanted) {
      std::error_code error;
      const bool present = fs::is_directory(folder, error);
      update([&](api::LibraryRow& row) {
        for (api::ShareRow& share : row.folders)
          if (share.folder == folder.string()) share.present = present;
      });
    }
  }

  void look_through(const std::vector<fs::path>& wanted) {
    if (stopping) return;
    see(wanted);
    if (!catalog) open();
    if (!catalog) return tell(false);
    auto looked = compare(wanted);
    if (!looked && looked.error().code == Errc::malformed && !stopping) {
      start_over();
      looked = catalog ? compare(wanted) : looked;
    }
    update([](api::LibraryRow& row) {
      row.scanning = false;
      row.to_hash = row.to_hash_bytes = row.hash_bps = 0;
      row.hashing.clear();
      ++row.revision;
    });
    if (!looked && !stopping)
      say(LogLevel::error, looked.error().detail + "; looking again in a while");
    tell(looked && *looked);
  }

  void tell(bool is_done) {
    asio::post(loop, [self = shared_from_this(), is_done] { self->look_again(is_done); });
  }

  // False when a file changed while it was read; the error when the catalogue cannot be kept.
  Result<bool> compare(const std::vector<fs::path>& wanted) {
    update([](api::LibraryRow& row) { row.scanning = true; });
    index::Scan found = index::scan(index::shares_of(wanted), stopping);
    if (stopping) return true;
    ShareTree seen;
    for (const index::Entry& entry : found.files)
      seen.found(entry.file.name, entry.file.size_bytes);
    const std::uint64_t count = found.files.size();
    if (const auto gone = drop_known(found.files); !gone) return tl::unexpected(gone.error());
    show_found(found, std::move(seen), count);
    auto hashed = hash_all(found.files);
    if (hashed) settle();
    return hashed;
  }

  // `found` has the files that are to be read, `count` is of all.
  void show_found(const index::Scan& found, ShareTree seen, std::uint64_t count) {
    std::uint64_t bytes = 0;
    for (const index::Entry& entry : found.files) {
      seen.waits(entry.file.name, entry.file.size_bytes);
      bytes += entry.file.size_bytes;
    }
    seen.finish();
    std::uint64_t on_disk = 0;
    for (const char* const part : {"", "-wal"}) {
      std::error_code error;
      const std::uint64_t size = fs::file_size(file.string() + part, error);
      on_disk += error ? 0 : size;
    }
    const index::Skipped& skipped = found.skipped;
    update([&](api::LibraryRow& row) {
      row.scanning = false;
      row.to_hash = found.files.size();
      row.to_hash_bytes = bytes;
      row.found = count;
      row.found_folders = found.folders;
      row.on_disk = on_disk;
      row.looked_ms = transfer::now_ms();
      row.skipped = skipped.empty + skipped.unreadable + skipped.bad_name;
      row.skipped_rows.clear();
      for (const index::Skipped::One& one : skipped.first)
        row.skipped_rows.push_back({one.path.string(), one.why});
      for (api::ShareRow& share : row.folders) {
        const ShareTree::Amount amount = seen.in(share.label);
        share.files = amount.files;
        share.bytes = amount.bytes;
      }
      ++row.revision;
      found_tree = std::make_shared<const ShareTree>(std::move(seen));
    });
  }

  bool knows_all(const SharedFile& known) const {
    return known.uuhash && (known.tree_root || trees == index::Trees::none);
  }

  // Takes out of `found` what the catalogue has unchanged, and out of the catalogue what is gone.
  Result<void> drop_known(std::vector<index::Entry>& found) {
    std::map<std::string, std::size_t> by_name;
    for (std::size_t i = 0; i < found.size(); ++i)
      by_name.emplace(found[i].file.name, i);
    std::vector<char> known(found.size(), 0);
    std::vector<std::uint64_t> gone;
    std::vector<std::string> names;
    index::Totals totals;
    for (std::uint64_t after = 0;;) {
      const auto entries = catalog->entries(after, kBatch);
      if (!entries) return tl::unexpected(entries.error());
      if (entries->empty()) break;
      for (const index::Entry& entry : *entries) {
        const auto at = by_name.find(entry.file.name);
        if (at != by_name.end() && found[at->second].stamp == entry.stamp &&
            found[at->second].root == entry.root) {
          // The row of an older program, or of other modes, knows less of it: the new one takes
          // its place when it is read.
          if (knows_all(entry.file))
            known[at->second] = 1;
          else
            found[at->second].file.id = entry.file.id;
          ++totals.files;
          totals.bytes += entry.file.size_bytes;
        } else {
          gone.push_back(entry.file.id);
          names.push_back(entry.file.name);
        }
      }
      after = entries->back().file.id;
    }
    for (std::size_t at = 0; at < gone.size(); at += kBatch) {
      const std::size_t count = std::min(kBatch, gone.size() - at);
      auto removed = catalog->remove(std::span(gone).subspan(at, count));
      if (!removed) return removed;
    }
    std::size_t next = 0;
    std::erase_if(found, [&](const index::Entry&) { return known[next++] != 0; });
    update([&](api::LibraryRow& row) {
      row.files = totals.files;
      row.bytes = totals.bytes;
    });
    for (std::size_t at = 0; at < names.size(); at += kBatch) {
      Shared change;
      const std::size_t end = std::min(at + kBatch, names.size());
      change.removed.assign(names.begin() + static_cast<std::ptrdiff_t>(at),
                            names.begin() + static_cast<std::ptrdiff_t>(end));
      publish(std::move(change));
    }
    return {};
  }

  // The scan is over: the index is made small and fast. What is not done now is done later.
  void settle() {
    for (bool more = true; more && !stopping;) {
      const auto merged = catalog->merge();
      if (!merged) say(LogLevel::warn, merged.error().detail);
      more = merged.value_or(false);
    }
  }

  Result<bool> hash_all(std::vector<index::Entry>& files) {
    std::vector<index::Entry> batch;
    bool is_complete = true;
    auto since = Clock::now();
    for (index::Entry& entry : files) {
      if (stopping) break;
      update([&](api::LibraryRow& row) { row.hashing = entry.file.name; });
      const std::uint64_t size = entry.file.size_bytes;  // by the scan
      const auto hashed = hash(entry);
      if (hashed)
        batch.push_back(std::move(entry));
      else if (hashed.error().code == Errc::refused)
        is_complete = false;
      update([&](api::LibraryRow& row) {
        --row.to_hash;
        row.to_hash_bytes -= std::min(size, row.to_hash_bytes);
        row.hash_bps = hash_rate.rate(transfer::now_ms());
      });
      if (batch.size() >= kBatch || Clock::now() - since >= kBatchAge) {
        if (const auto saved = save(batch); !saved) return tl::unexpected(saved.error());
        since = Clock::now();
      }
    }
    if (const auto saved = save(batch); !saved) return tl::unexpected(saved.error());
    return is_complete;
  }

  // The file as it is now, which may be later than the scan. Errc::refused: it changes just now.
  Result<void> hash(index::Entry& entry) {
    const File opened(open_beneath(entry.root, entry.relative));
    const auto stamp = index::stamp_of(opened.get());
    if (!stamp) {
      say(LogLevel::warn, "cannot read " + escaped(entry.file.name) + " (skipped)");
      return fail(Errc::io, stamp.error().detail);
    }
    if (entry.file.id != 0 && entry.stamp != *stamp)
      return fail(Errc::refused, "changed after the scan");  // no longer what the row tells
    entry.stamp = *stamp;
    entry.file.size_bytes = stamp->size_bytes;
    auto digests =
        index::hash_file(opened.get(), entry.stamp, trees, stopping,
                         [this](std::uint64_t bytes) { hash_rate.add(bytes, transfer::now_ms()); });
    if (!digests) {
      if (digests.error().code != Errc::stopped)
        say(LogLevel::warn,
            escaped(entry.file.name) + ": " + digests.error().detail + " (next time)");
      return tl::unexpected(digests.error());
    }
    entry.file.sha1 = digests->sha1;
    entry.file.start_md5 = digests->start_md5;
    entry.file.uuhash = digests->uuhash;
    entry.tree = std::move(digests->tree);
    if (entry.tree) entry.file.tree_root = entry.tree->root();
    index::Described described = index::describe(opened.get(), entry.root / entry.relative);
    entry.file.media = described.media;
    entry.file.tags = std::move(described.tags);
    return {};
  }

  Result<void> save(std::vector<index::Entry>& batch) {
    if (batch.empty()) return {};
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    for (const index::Entry& entry : batch) {
      if (entry.file.id != 0) continue;
      ++files;
      bytes += entry.file.size_bytes;
    }
    if (auto replaced = replace(batch); !replaced) return replaced;
    if (auto added = catalog->add(batch); !added) return added;
    Shared change;
    for (index::Entry& entry : batch)
      change.added.push_back(std::move(entry.file));
    update([&](api::LibraryRow& row) {
      row.files += files;
      row.bytes += bytes;
      ++row.revision;
    });
    batch.clear();
    publish(std::move(change));
    return {};
  }

  // Takes the rows out whose place these files take.
  Result<void> replace(const std::vector<index::Entry>& batch) {
    std::vector<std::uint64_t> old;
    Shared change;
    for (const index::Entry& entry : batch) {
      if (entry.file.id == 0) continue;
      old.push_back(entry.file.id);
      change.removed.push_back(entry.file.name);
    }
    if (old.empty()) return {};
    if (auto removed = catalog->remove(old); !removed) return removed;
    publish(std::move(change));
    return {};
  }

  // --- from any thread to the loop -------------------------------------------------------------

  void publish(Shared change) {
    asio::post(loop, [self = shared_from_this(), change = std::move(change)]() mutable {
      change.revision = ++self->revision;
      if (!self->stopping) self->hooks.changed(change);
    });
  }

  void say(LogLevel level, std::string text) {
    asio::post(loop, [self = shared_from_this(), level, text = std::move(text)] {
      if (!self->stopping) self->hooks.log(level, text);
    });
  }

  template <class Change>
  void update(Change change) {
    const std::lock_guard lock(mutex);
    change(shown);
    const auto now = Clock::now();
    if (now - told < kProgressGap && shown.to_hash > 0) return;
    told = now;
    asio::post(loop, [self = shared_from_this()] {
      if (!self->stopping) self->hooks.progress();
    });
  }

  // --- on the loop -----------------------------------------------------------------------------

  void rescan() {
    if (stopping) return;
    asio::post(*scan_thread,
               [self = shared_from_this(), wanted = folders] { self->look_through(wanted); });
  }

  void look_again(bool is_done) {
    timer.cancel();
    if (stopping) return;
    timer.expires_after(is_done ? first_wait * kSeldom : wait);
    wait = is_done ? first_wait : std::min(wait * 2, first_wait * kSeldom);
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) self->rescan();
    });
  }

  // The catalogue cannot be read any more.
  void mend() {
    if (stopping || std::exchange(mending, true)) return;
    asio::post(*scan_thread, [self = shared_from_this()] {
      if (!self->stopping && self->catalog)
        self->start_over();
      else
        asio::post(self->loop, [self] { self->mending = false; });
    });
    rescan();
  }

  // --- on the query thread ---------------------------------------------------------------------

  // Runs `ask(reader)` there and `done(answer)` on the loop; without a reader, or with too many
  // waiting, the answer is empty.
  template <class T, class Ask, class Done>
  void ask(Ask question, Done done) {
    if (stopping) return;
    if (waiting >= kMaxWaiting) {
      asio::post(loop, [done = std::move(done)]() mutable { done(T{}); });
      return;
    }
    ++waiting;
    auto run = [self = shared_from_this(), question = std::move(question),
                done = std::move(done)]() mutable {
      T answer{};
      bool is_broken = false;
      if (self->reader) {
        auto result = question(*self->reader);
        if (result) {
          answer = std::move(*result);
        } else {
          self->say(LogLevel::warn, result.error().detail);
          is_broken = result.error().code == Errc::malformed;
        }
      }
      asio::post(self->loop,
                 [self, is_broken, done = std::move(done), answer = std::move(answer)]() mutable {
                   --self->waiting;
                   if (is_broken) self->mend();
                   if (!self->stopping) done(std::move(answer));
                 });
    };
    asio::post(*query_thread, [self = shared_from_this(), run = std::move(run)]() mutable {
      if (self->is_opened)
        run();
      else
        self->early.emplace_back(std::move(run));
    });
  }

  // A network that was faster than the catalogue would else hear that nothing is shared.
  void answer_early() {
    is_opened = true;
    for (const auto& run : std::exchange(early, {}))
      run();
  }

  asio::io_context& loop;
  fs::path file;
  LibraryHooks hooks;
  const index::Trees trees;
  const std::chrono::milliseconds first_wait;
  std::chrono::milliseconds wait;  // the loop's: until the next look after trouble
  asio::steady_timer timer;        // the loop's
  bool mending = false;            // the loop's: a corrupt catalogue is being set aside
  std::atomic<bool> stopping = false;
  std::uint64_t revision = 0;                  // the loop's
  std::size_t waiting = 0;                     // the loop's
  std::vector<fs::path> folders;               // the loop's
  transfer::LastHour queries;                  // the loop's
  transfer::LastHour matched;                  // the loop's
  transfer::Meter hash_rate;                   // the scan thread's
  std::optional<index::Catalog> catalog;       // the scan thread's
  std::optional<index::CatalogReader> reader;  // the query thread's
  bool is_opened = false;                      // the query thread's: or it cannot be opened
  std::vector<std::function<void()>> early;    // the query thread's: asked before
  mutable std::mutex mutex;                    // guards the three below
  api::LibraryRow shown;
  std::shared_ptr<const ShareTree> found_tree = std::make_shared<const ShareTree>();
  Clock::time_point told;
  // Gone after stop(): work that waits in them holds this Impl.
  std::optional<asio::thread_pool> scan_thread{std::in_place, 1U};
  std::optional<asio::thread_pool> query_thread{std::in_place, 1U};
};

Library::Library(asio::io_context& loop, fs::path catalogue, LibraryHooks hooks, index::Trees trees,
                 std::chrono::milliseconds look_again)
    : impl_(std::make_shared<Impl>(loop, std::move(catalogue), std::move(hooks), trees,
                                   look_again)) {}

Library::~Library() {
  stop();
}

void Library::stop() {
  if (impl_->stopping.exchange(true)) return;
  impl_->timer.cancel();
  // The scan thread first: it posts to the other.
  for (auto* thread : {&impl_->scan_thread, &impl_->query_thread}) {
    (*thread)->stop();
    (*thread)->join();
    thread->reset();
  }
  impl_->early.clear();  // they hold this Impl
}

void Library::set_folders(std::vector<fs::path> folders) {
  impl_->folders = std::move(folders);
  {
    const std::lock_guard lock(impl_->mutex);
    const auto before = std::exchange(impl_->shown.folders, {});
    for (const index::Share& share : index::labelled(impl_->folders)) {
      const auto known = std::ranges::find(before, share.root.string(), &api::ShareRow::folder);
      api::ShareRow row = known == before.end() ? api::ShareRow{} : *known;
      row.folder = share.root.string();
      row.label = share.label;
      impl_->shown.folders.push_back(std::move(row));
    }
  }
  rescan();
}

void Library::rescan() {
  impl_->rescan();
}

void Library::match(Query query, std::size_t limit,
                    std::function<void(std::vector<SharedFile>)> done) {
  impl_->queries.add(1, transfer::now_ms());
  impl_->ask<std::vector<SharedFile>>(
      [query = std::move(query), limit](index::CatalogReader& reader) {
        return reader.match(query, limit, kMatchLimit);
      },
      [self = impl_.get(), done = std::move(done)](std::vector<SharedFile> files) {
        if (!files.empty()) self->matched.add(1, transfer::now_ms());
        done(std::move(files));
      });
}

void Library::look_into(const std::string& folder, std::function<void(api::Listing)> done) {
  impl_->ask<api::Listing>(
      [self = impl_.get(), folder](index::CatalogReader& reader) -> Result<api::Listing> {
        const auto files = reader.files_in(folder, api::Listing::kMost + 1);
        if (!files) return tl::unexpected(files.error());
        std::unique_lock lock(self->mutex);
        const auto tree = self->found_tree;
        const std::string hashing = self->shown.hashing;
        lock.unlock();
        return tree->listing(folder, *files, hashing);
      },
      std::move(done));
}

void Library::page(std::uint64_t after, std::size_t limit,
                   std::function<void(std::vector<SharedFile>, std::uint64_t, bool)> done) {
  impl_->ask<std::vector<SharedFile>>(
      [after, limit](index::CatalogReader& reader) { return reader.page(after, limit); },
      [after, limit, done = std::move(done)](std::vector<SharedFile> files) {
        const std::uint64_t next = files.empty() ? after : files.back().id;
        const bool last = files.size() < limit;
        done(std::move(files), next, last);
      });
}

void Library::which(std::vector<Sha1> contents, std::function<void(std::vector<Sha1>)> done) {
  impl_->ask<std::vector<Sha1>>(
      [contents = std::move(contents)](index::CatalogReader& reader) -> Result<std::vector<Sha1>> {
        std::vector<Sha1> shared;
        for (const Sha1& content : contents) {
          const auto found = reader.find(content);
          if (!found) return tl::unexpected(found.error());
          if (*found) shared.push_back(content);
        }
        return shared;
      },
      std::move(done));
}

void Library::locate(transfer::FileWanted wanted,
                     std::function<void(std::optional<Located>)> done) {
  impl_->ask<std::optional<Located>>(
      [wanted = std::move(wanted)](index::CatalogReader& reader) -> Result<std::optional<Located>> {
        auto found = find(reader, wanted);
        if (!found) return tl::unexpected(found.error());
        if (!*found) return std::optional<Located>{};
        index::Entry& entry = **found;
        entry.file.modified_unix = seconds_of(entry.stamp);
        return Located{entry.root, entry.relative, entry.stamp.size_bytes, entry.stamp.mtime_ns,
                       entry.file};
      },
      std::move(done));
}

void Library::tree(const Sha1& content, std::function<void(std::optional<HashTree>)> done) {
  impl_->ask<std::optional<HashTree>>(
      [content](index::CatalogReader& reader) { return reader.tree(content); }, std::move(done));
}

api::LibraryRow Library::row() const {
  const std::int64_t now = transfer::now_ms();
  const std::lock_guard lock(impl_->mutex);
  api::LibraryRow row = impl_->shown;
  row.queries = impl_->queries.sum(now);
  row.matched = impl_->matched.sum(now);
  return row;
}

}  // namespace p2p::app
