#include "servent/app/library.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "protocols/base/overloaded.h"

#include "index/catalog.h"
#include "index/scanner.h"

#include "servent/app/library_scan.h"
#include "servent/app/share_tree.h"
#include "servent/app/shared_file.h"
#include "servent/transfer/last_hour.h"

namespace p2p::app {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using api::LogLevel;
using Clock = std::chrono::steady_clock;

namespace {

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

struct Library::Impl : ScanHost, std::enable_shared_from_this<Library::Impl> {
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
    ::malloc_trim(0);  // tens of megabytes for a large share, which the allocator would keep
    tell(looked && *looked);
  }

  Result<bool> compare(const std::vector<fs::path>& wanted) {
    return LibraryScan(*this, *catalog, stopping, file, trees).compare(wanted);
  }

  void tell(bool is_done) {
    asio::post(loop, [self = shared_from_this(), is_done] { self->look_again(is_done); });
  }

  // --- from any thread to the loop -------------------------------------------------------------

  void publish(Shared change) override {
    asio::post(loop, [self = shared_from_this(), change = std::move(change)]() mutable {
      change.revision = ++self->revision;
      if (!self->stopping) self->hooks.changed(change);
    });
  }

  void say(LogLevel level, std::string text) override {
    asio::post(loop, [self = shared_from_this(), level, text = std::move(text)] {
      if (!self->stopping) self->hooks.log(level, text);
    });
  }

  void update(const std::function<void(api::LibraryRow&)>& change) override {
    const std::lock_guard lock(mutex);
    change(shown);
    const auto now = Clock::now();
    if (now - told < kProgressGap && shown.to_hash > 0) return;
    told = now;
    asio::post(loop, [self = shared_from_this()] {
      if (!self->stopping) self->hooks.progress();
    });
  }

  void found(std::shared_ptr<const ShareTree> tree) override {
    const std::lock_guard lock(mutex);
    found_tree = std::move(tree);
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
  std::atomic<index::Trees> trees;
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
  std::uint64_t looking_up = 0;                // the loop's
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

void Library::want_trees(index::Trees trees) {
  const index::Trees before = impl_->trees.exchange(trees);
  if (before == index::Trees::none && trees == index::Trees::wanted) rescan();
}

void Library::match(Query query, std::size_t limit,
                    std::function<void(std::vector<SharedFile>)> done) {
  impl_->queries.add(1, transfer::now_ms());
  ++impl_->looking_up;
  impl_->ask<std::vector<SharedFile>>(
      [query = std::move(query), limit](index::CatalogReader& reader) {
        return reader.match(query, limit, kMatchLimit);
      },
      [self = impl_.get(), done = std::move(done)](std::vector<SharedFile> files) {
        if (!files.empty()) self->matched.add(1, transfer::now_ms());
        done(std::move(files));
        --self->looking_up;  // once it is answered
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
  row.looking_up = impl_->looking_up;
  return row;
}

}  // namespace p2p::app
