#include "servent/transfer/uploads.h"

#include <algorithm>
#include <utility>

#include "servent/transfer/names.h"

namespace p2p::transfer {
using boost::asio::ip::tcp;

namespace {

constexpr std::size_t kMaxListings = 8;           // at once: each reads the whole catalogue
constexpr std::uint32_t kQueuedRows = 1U << 31U;  // ids of queued uploads begin here

static_assert(std::int64_t{kQueueLifetime} * 1000 == UploadQueue::kWaitingMs,
              "what HTTP askers are told");

}  // namespace

Uploads::Uploads(ContextPtr context, HandOver hand_over)
    : context_(std::move(context)),
      hand_over_(std::move(hand_over)),
      queue_(context_->settings.upload_slots, context_->settings.per_user,
             context_->settings.upload_queue) {}

UploadQueue::Users Uploads::running() const {
  UploadQueue::Users users;
  for (const UploadPtr& upload : uploads_)
    if (upload->has_slot()) users.push_back(upload->user());
  return users;
}

void Uploads::asked(const std::string& network, const UploadAsked& asked) {
  if (!context_->hooks.locate || !context_->hooks.upload_answer) return;
  context_->hooks.locate(NamedFile{asked.name}, [self = shared_from_this(), network,
                                                 asked](const std::optional<Offer>& offer) {
    if (self->context_->stopping) return;
    self->context_->hooks.upload_answer(network, self->answer(asked, offer));
    self->context_->changed();
  });
}

UploadAnswer Uploads::answer(const UploadAsked& asked, const std::optional<Offer>& offer) {
  UploadAnswer answer;
  answer.ticket = asked.ticket;
  answer.slots = static_cast<std::uint32_t>(context_->settings.upload_slots);
  answer.verdict = UploadAnswer::Verdict::not_shared;
  if (!offer) return answer;
  const auto place =
      queue_.ask(asked.user, asked.name, offer->file.size_bytes, running(), now_ms());
  answer.verdict = !place        ? UploadAnswer::Verdict::refused
                   : *place == 0 ? UploadAnswer::Verdict::accept
                                 : UploadAnswer::Verdict::queued;
  answer.place = place.value_or(0);
  return answer;
}

void Uploads::accept(const std::string& network, DialectKind kind, tcp::socket socket,
                     Bytes first_bytes) {
  if (context_->stopping || !make_room()) return;
  const UploadPtr upload =
      make_upload(kind, context_, *this, network, std::make_shared<tcp::socket>(std::move(socket)));
  uploads_.push_back(upload);
  upload->answer(first_bytes);
}

// Where all places are taken, the oldest caller that has asked for nothing yet gives up its own:
// who only holds connections open keeps nobody out.
bool Uploads::make_room() {
  if (uploads_.size() < context_->settings.max_inbound) return true;
  const auto silent =
      std::ranges::find_if(uploads_, [](const UploadPtr& upload) { return !upload->is_asked(); });
  if (silent == uploads_.end()) return false;
  const UploadPtr dropped = *silent;
  dropped->drop();
  return true;
}

void Uploads::push(const std::string& network, const PushWanted& wanted) {
  if (context_->stopping || !make_room()) return;
  const UploadPtr upload = make_upload(wanted.dialect.kind, context_, *this, network,
                                       std::make_shared<tcp::socket>(context_->io));
  uploads_.push_back(upload);
  upload->call(wanted);
}

std::optional<std::string> Uploads::admit(const std::string& user, const std::string& name) {
  return queue_.take(user, name, running(), now_ms());
}

UploadHost::Turn Uploads::ask_turn(const Upload& asker, const SharedFile& file, bool waits) {
  const std::string& user = asker.user();
  for (const UploadPtr& upload : uploads_)  // he goes on here
    if (upload.get() != &asker && same_user(upload->user(), user)) upload->yield();
  if (!waits) return {queue_.take(user, file.name, running(), now_ms()).has_value(), {}};
  const auto place = queue_.ask(user, file.name, file.size_bytes, running(), now_ms());
  context_->changed();
  if (!place) return {};
  if (*place == 0) return {queue_.take(user, file.name, running(), now_ms()).has_value(), {}};
  const auto waiting = queue_.waiting(now_ms());
  return {false, QueuePlace{*place, static_cast<std::uint32_t>(waiting.size()),
                            static_cast<std::uint32_t>(context_->settings.upload_slots),
                            waiting[*place - 1].id}};
}

bool Uploads::hand_over(const Call& call, const std::shared_ptr<tcp::socket>& socket) {
  return hand_over_(call, socket);
}

// Null: too many listen to our list already.
ListingPtr Uploads::make_listing(std::shared_ptr<tcp::socket> socket) {
  if (context_->stopping || !context_->hooks.page || listings_.size() >= kMaxListings) return {};
  listings_.push_back(std::make_shared<Listing>(
      context_, std::move(socket), [weak = weak_from_this()](const ListingPtr& listing) {
        if (const auto self = weak.lock()) std::erase(self->listings_, listing);
      }));
  return listings_.back();
}

bool Uploads::tell_list(const std::shared_ptr<tcp::socket>& socket) {
  const ListingPtr listing = make_listing(socket);
  if (listing) listing->answer();
  return listing != nullptr;
}

void Uploads::tell_list(const ListWanted& wanted) {
  if (const ListingPtr listing = make_listing(std::make_shared<tcp::socket>(context_->io)))
    listing->call(wanted);
}

void Uploads::ended(const UploadPtr& upload) {
  std::erase(uploads_, upload);
}

void Uploads::stop() {
  const std::vector<UploadPtr> open = uploads_;
  for (const UploadPtr& upload : open)
    upload->drop();
  const std::vector<ListingPtr> told = listings_;
  for (const ListingPtr& listing : told)
    listing->drop();
}

std::vector<api::UploadRow> Uploads::rows(std::int64_t now) const {
  std::vector<api::UploadRow> rows;
  for (const UploadPtr& upload : uploads_)
    if (upload->is_running()) rows.push_back(upload->row(now));
  std::uint32_t place = 0;
  for (const UploadQueue::Entry& entry : queue_.waiting(now)) {
    api::UploadRow& row = rows.emplace_back();
    row.id = kQueuedRows + entry.id;
    row.user = entry.user;
    row.name = entry.name;
    row.size_bytes = entry.size_bytes;
    row.place = ++place;
    row.state = "queued";
    row.started_ms = entry.since;
  }
  return rows;
}

}  // namespace p2p::transfer
