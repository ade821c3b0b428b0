#include "servent/transfer/engine.h"

#include <algorithm>
#include <utility>

#include "protocols/base/empty_file.h"

#include "servent/transfer/context.h"
#include "servent/transfer/download.h"
#include "servent/transfer/resume.h"
#include "servent/transfer/uploads.h"

namespace p2p::transfer {
using boost::asio::ip::tcp;

namespace {

constexpr std::size_t kMaxDownloads = 1000;
constexpr std::chrono::milliseconds kStopLimit{400};  // for the disk, of the half second

}  // namespace

bool is_fetchable(const Wanted& wanted) {
  return (wanted.size_bytes == 0) == (wanted.sha1 == kEmptySha1);
}

Engine::Engine(boost::asio::io_context& io, Settings settings, Hooks hooks)
    : context_(std::make_shared<Context>(io, std::move(settings), std::move(hooks))),
      uploads_(std::make_shared<Uploads>(context_, [this](const Call& call, const auto& socket) {
        for (const auto& [id, download] : downloads_)
          if (download->awaits(call)) return download->take_call(call, socket);
        return false;
      })) {
  context_->stir_download = [this](std::uint32_t id) {
    if (const auto download = find(id)) download->start();
  };
  if (context_->settings.state.empty()) return;
  std::vector<Resume> records = read_records(context_->settings.state);
  std::stable_partition(records.begin(), records.end(),
                        [](const Resume& each) { return each.order.has_value(); });
  for (const Resume& resume : records) {
    const auto download = add(resume);
    if (download && !resume.paused) download->start();
  }
}

Engine::~Engine() {
  stop();
}

void Engine::stop() {
  if (context_->stopping) return;
  forget_cleared();
  context_->stopping = true;
  for (const auto& [id, download] : downloads_)
    download->stop();
  uploads_->stop();
  context_->disk.stop(kStopLimit);
}

// ---- downloads

std::shared_ptr<Download> Engine::add(const Resume& resume) {
  if (!is_fetchable(resume.wanted) || downloads_.size() >= kMaxDownloads) return nullptr;
  const std::uint32_t id = ++last_id_;
  return downloads_[id] = std::make_shared<Download>(context_, id, resume);
}

std::uint32_t Engine::fetch(const Wanted& wanted) {
  for (const auto& [id, download] : downloads_) {
    if (!download->is(wanted)) continue;
    download->add_sources(wanted.sources);
    if (download->is_idle()) download->retry();
    return id;
  }
  // Two must not have the same part file.
  if (std::ranges::any_of(cleared_, [&](const auto& each) { return each.second->is(wanted); }))
    forget_cleared();
  const auto download = add({wanted, {}, 0, false, {}});
  if (!download) return 0;
  download->add_sources(wanted.sources);
  download->keep_record();
  download->start();
  return last_id_;
}

std::shared_ptr<Download> Engine::find(std::uint32_t id) const {
  const auto at = downloads_.find(id);
  return at == downloads_.end() || at->second->is_done() ? nullptr : at->second;
}

void Engine::add_sources(std::uint32_t id, const std::vector<Source>& sources) {
  if (const auto download = find(id)) download->add_sources(sources);
}

bool Engine::pause(std::uint32_t id) {
  const auto download = find(id);
  if (download) download->pause();
  return download != nullptr;
}

bool Engine::cancel(std::uint32_t id) {
  if (!pause(id)) return false;
  downloads_[id]->remove();
  downloads_.erase(id);
  return true;
}

bool Engine::change(const api::ChangeDownload& wanted) {
  const auto download = find(wanted.id);
  if (download) download->change(wanted);
  return download != nullptr;
}

bool Engine::move(std::uint32_t id, api::Where where) {
  if (!find(id)) return false;
  for (const std::uint32_t moved : context_->turns.move(id, where))
    if (const auto download = find(moved)) download->keep_record();
  context_->stir_changed();
  return true;
}

bool Engine::retry(std::uint32_t id) {
  const auto download = find(id);
  if (download) download->retry();
  return download != nullptr;
}

bool Engine::find_sources(std::uint32_t id) {
  const auto download = find(id);
  if (download) download->find_sources();
  return download != nullptr;
}

void Engine::clear() {
  forget_cleared();
  for (auto at = downloads_.begin(); at != downloads_.end();) {
    const auto each = at++;
    if (each->second->is_failed() || each->second->is_done())
      cleared_.insert(downloads_.extract(each));
  }
}

bool Engine::restore() {
  const bool any = !cleared_.empty();
  downloads_.merge(cleared_);
  return any;
}

void Engine::forget_cleared() {
  for (const auto& [id, download] : cleared_)
    if (download->is_failed() && download->is_empty()) download->remove();
  cleared_.clear();
}

SupplyPtr Engine::waiting_for(ReachId id) const {
  for (const auto& [number, download] : downloads_)
    if (auto supply = download->waiting_for(id)) return supply;
  return nullptr;
}

void Engine::on_reached(const std::string&, const Reached& reached) {
  if (const auto supply = waiting_for(reached.id)) supply->on_reached(reached);
}

void Engine::on_awaited(const std::string&, const Awaited& awaited) {
  if (const auto supply = waiting_for(awaited.id)) supply->on_awaited(awaited);
}

void Engine::on_queued(const std::string&, const Queued& queued) {
  if (const auto supply = waiting_for(queued.id)) supply->on_queued(queued.place);
}

void Engine::on_unreached(const std::string&, const Unreached& unreached) {
  if (const auto supply = waiting_for(unreached.id))
    supply->on_unreached(unreached.why, unreached.permanent);
}

// ---- uploads

void Engine::on_upload_asked(const std::string& network, const UploadAsked& asked) {
  uploads_->asked(network, asked);
}

void Engine::on_push_wanted(const std::string& network, const PushWanted& wanted) {
  uploads_->push(network, wanted);
}

void Engine::on_list_wanted(const std::string& /*network*/, const ListWanted& wanted) {
  uploads_->tell_list(wanted);
}

void Engine::accept(const std::string& network, DialectKind kind, tcp::socket socket,
                    const Buffer& first_bytes) {
  uploads_->accept(network, kind, std::move(socket), first_bytes);
}

void Engine::set_rates(std::uint64_t up_bps, std::uint64_t down_bps) {
  context_->rates.up.set_rate(up_bps, now_time());
  context_->rates.down.set_rate(down_bps, now_time());
}

std::uint64_t Engine::up_limit() const {
  return context_->rates.up.rate();
}

std::uint64_t Engine::down_limit() const {
  return context_->rates.down.rate();
}

void Engine::set_upload_limits(const UploadQueue::Limits& limits) {
  uploads_->set_limits(limits);
}

const UploadQueue::Limits& Engine::upload_limits() const {
  return uploads_->limits();
}

bool Engine::limit_upload(std::uint32_t id, std::uint64_t bytes_per_s) {
  return uploads_->limit(id, bytes_per_s);
}

bool Engine::end_upload(std::uint32_t id) {
  return uploads_->end(id);
}

bool Engine::move_upload(std::uint32_t id, api::Where where) {
  return uploads_->move(id, where);
}

std::string Engine::giver_of(std::uint32_t upload) const {
  return uploads_->giver_of(upload);
}

void Engine::block(std::set<std::string> givers) {
  uploads_->block(std::move(givers));
}

// ---- rows

std::vector<SharedFile> Engine::match_parts(const Query& query, std::size_t most) const {
  return context_->parts.match(query, most);
}

std::vector<SharedFile> Engine::parts() const {
  return context_->parts.all();
}

std::vector<api::DownloadRow> Engine::downloads() const {
  std::vector<api::DownloadRow> rows;
  for (const std::uint32_t id : context_->turns.list())
    if (const auto at = downloads_.find(id); at != downloads_.end())
      rows.push_back(at->second->row(now_ms()));
  return rows;
}

std::vector<api::UploadRow> Engine::uploads() const {
  return uploads_->rows(now_ms());
}

bool Engine::has_free_slot() const {
  return uploads_->has_free_slot(now_ms());
}

api::GivenRow Engine::given() const {
  return context_->stats.row(Context::moment());
}

std::uint64_t Engine::down_bps() const {
  return context_->down.rate(now_ms());
}

std::uint64_t Engine::up_bps() const {
  return context_->up.rate(now_ms());
}

}  // namespace p2p::transfer
