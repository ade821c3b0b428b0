#include "servent/transfer/uploads.h"

#include <algorithm>
#include <map>
#include <utility>

#include "servent/transfer/giver_key.h"
#include "servent/transfer/names.h"

namespace p2p::transfer {
using boost::asio::ip::tcp;

namespace {

constexpr std::size_t kMaxListings = 8;           // at once: each reads the whole catalogue
constexpr std::int64_t kKeptMs = 5'000;           // for one who calls anew
constexpr std::uint32_t kQueuedRows = 1U << 31U;  // ids of queued uploads begin here

static_assert(std::int64_t{kQueueLifetime} * 1000 == UploadQueue::kWaitingMs,
              "what HTTP askers are told");

}  // namespace

Uploads::Uploads(ContextPtr context, HandOver hand_over)
    : context_(std::move(context)),
      hand_over_(std::move(hand_over)),
      queue_({context_->settings.upload_slots, context_->settings.per_user,
              context_->settings.upload_queue},
             context_->gifts, Rng(context_->rng())) {}

UploadQueue::Holds Uploads::running(std::int64_t now) const {
  UploadQueue::Holds holds;
  for (const UploadPtr& upload : uploads_)
    if (const auto since = upload->slot_since()) holds.push_back({upload->who(), *since});
  for (const Kept& kept : kept_)
    if (kept.until >= now) holds.push_back(kept.hold);
  return holds;
}

bool Uploads::has_free_slot(std::int64_t now) const {
  return !queue_.is_awaited() && running(now).size() < limits().slots;
}

void Uploads::asked(const std::string& network, const UploadAsked& asked) {
  if (!context_->hooks.locate || !context_->hooks.upload_answer) return;
  context_->hooks.locate(NamedFile{asked.name}, [self = shared_from_this(), network,
                                                 asked](const std::optional<Offer>& offer) {
    if (self->context_->stopping) return;
    self->context_->hooks.upload_answer(network, self->answer(network, asked, offer));
    self->context_->changed();
  });
}

UploadAnswer Uploads::answer(const std::string& network, const UploadAsked& asked,
                             const std::optional<Offer>& offer) {
  UploadAnswer answer;
  answer.ticket = asked.ticket;
  answer.slots = static_cast<std::uint32_t>(limits().slots);
  answer.verdict = UploadAnswer::Verdict::not_shared;
  if (!offer) return answer;
  const std::int64_t now = now_ms();
  const UploadQueue::Asker who{network, asked.user, giver_key(DialectKind::napster, asked.user, 0)};
  context_->stats.asked(who.giver, asked.name);
  const auto place = is_blocked(who)
                         ? std::nullopt
                         : queue_.ask(who, asked.name, offer->file.size_bytes, running(now), now);
  if (!place) context_->stats.refused(who.giver, is_blocked(who) ? "blocked" : "queue full");
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

// Where all places are taken, the oldest caller that is asking for nothing gives up its own: who
// only holds connections open keeps nobody out. It is one of those who hold most of them.
bool Uploads::make_room() {
  if (uploads_.size() < context_->settings.max_inbound) return true;
  std::map<std::string, std::size_t> silent_of;
  for (const UploadPtr& upload : uploads_)
    if (!upload->is_asked()) ++silent_of[upload->who().giver];
  const auto most =
      std::ranges::max_element(silent_of, {}, [](const auto& counted) { return counted.second; });
  if (most == silent_of.end()) return false;
  const auto silent = std::ranges::find_if(uploads_, [&](const UploadPtr& upload) {
    return !upload->is_asked() && upload->who().giver == most->first;
  });
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

std::optional<std::string> Uploads::admit(const UploadQueue::Asker& who, const std::string& name) {
  if (is_blocked(who)) return {};
  const std::int64_t now = now_ms();
  return queue_.take(who, name, running(now), now);
}

UploadHost::Turn Uploads::ask_turn(const Upload& asker, const SharedFile& file, bool waits) {
  const UploadQueue::Asker& who = asker.who();
  context_->stats.asked(who.giver, file.name);
  if (is_blocked(who)) {
    context_->stats.refused(who.giver, "blocked");
    return {};
  }
  const std::vector<UploadPtr> all = uploads_;
  for (const UploadPtr& upload : all)  // he goes on here
    if (upload.get() != &asker && same_user(upload->who().user, who.user)) upload->yield();
  const std::int64_t now = now_ms();
  if (const auto since = take_kept(who, file.name)) return {true, {}, *since};
  const UploadQueue::Holds holds = running(now);
  if (!waits) return {queue_.take(who, file.name, holds, now).has_value(), {}, now};
  const auto place = queue_.ask(who, file.name, file.size_bytes, holds, now);
  context_->changed();
  if (!place) {
    context_->stats.refused(who.giver, "queue full");
    return {};
  }
  if (*place == 0) return {queue_.take(who, file.name, holds, now).has_value(), {}, now};
  const auto waiting = queue_.waiting(holds, now);
  const UploadQueue::Entry& his = waiting[*place - 1];
  return {false, QueuePlace{*place, static_cast<std::uint32_t>(waiting.size()),
                            static_cast<std::uint32_t>(limits().slots), his.id,
                            static_cast<std::uint32_t>(his.wait.count())}};
}

void Uploads::keep_slot(const Upload& holder, const std::string& name) {
  if (!holder.slot_since()) return;
  kept_.push_back({{holder.who(), *holder.slot_since()}, name, now_ms() + kKeptMs});
}

void Uploads::forget_kept(std::int64_t now) {
  std::erase_if(kept_, [&](const Kept& kept) {
    if (kept.until >= now) return false;
    queue_.gave_back(kept.until - kept.hold.since);
    return true;
  });
}

// Since when he has it. Nothing: he has none, or his turn is over.
std::optional<std::int64_t> Uploads::take_kept(const UploadQueue::Asker& who,
                                               const std::string& name) {
  const std::int64_t now = now_ms();
  forget_kept(now);
  const auto his = std::ranges::find_if(kept_, [&](const Kept& kept) {
    return kept.name == name && same_user(kept.hold.who.user, who.user);
  });
  if (his == kept_.end()) return {};
  const UploadQueue::Holds holds = running(now);  // those that are kept stand at the end
  const std::size_t number = holds.size() - static_cast<std::size_t>(kept_.end() - his);
  const bool goes_on = queue_.keeps(number, holds, now);
  const std::int64_t since = his->hold.since;
  if (!goes_on) queue_.gave_back(now - since);
  kept_.erase(his);
  if (!goes_on) return {};
  return since;
}

bool Uploads::keeps_turn(const Upload& holder) {
  std::size_t number = 0;
  for (const UploadPtr& upload : uploads_) {
    if (upload.get() == &holder) break;
    if (upload->slot_since()) ++number;
  }
  const std::int64_t now = now_ms();
  return queue_.keeps(number, running(now), now);
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

// ---- rows, and what is asked of them

UploadPtr Uploads::find(std::uint32_t id) const {
  const auto at = std::ranges::find_if(uploads_, [id](const UploadPtr& upload) {
    return upload->is_running() && upload->row(now_ms()).id == id;
  });
  return at == uploads_.end() ? nullptr : *at;
}

bool Uploads::end(std::uint32_t id) {
  if (id >= kQueuedRows) return queue_.drop(id - kQueuedRows);
  const UploadPtr upload = find(id);
  if (upload) upload->drop();
  return upload != nullptr;
}

bool Uploads::limit(std::uint32_t id, std::uint64_t bytes_per_s) {
  const UploadPtr upload = find(id);
  if (upload) upload->set_limit(bytes_per_s);
  return upload != nullptr;
}

bool Uploads::move(std::uint32_t id, api::Where where) {
  const std::int64_t now = now_ms();
  return id >= kQueuedRows && queue_.move(id - kQueuedRows, where, running(now), now);
}

bool Uploads::is_blocked(const UploadQueue::Asker& who) const {
  return blocked_.contains(who.giver);
}

std::string Uploads::giver_of(std::uint32_t id) const {
  if (const UploadPtr upload = find(id)) return upload->who().giver;
  const std::int64_t now = now_ms();
  for (const UploadQueue::Entry& entry : queue_.waiting(running(now), now))
    if (kQueuedRows + entry.id == id) return entry.who.giver;
  return {};
}

void Uploads::block(std::set<std::string> givers) {
  blocked_ = std::move(givers);
  for (const std::string& giver : blocked_)
    queue_.drop_all(giver);
  const std::vector<UploadPtr> all = uploads_;
  for (const UploadPtr& upload : all)
    if (is_blocked(upload->who())) upload->drop();
}

std::vector<api::UploadRow> Uploads::rows(std::int64_t now) const {
  std::vector<api::UploadRow> rows;
  const auto gave = [&](const UploadQueue::Asker& who) {
    return context_->gifts.lately(who.giver, Time(Duration(now)));
  };
  for (const UploadPtr& upload : uploads_) {
    if (!upload->is_running()) continue;
    rows.push_back(upload->row(now));
    rows.back().network = upload->who().network;
    rows.back().gave_bytes = gave(upload->who());
  }
  std::uint32_t place = 0;
  for (const UploadQueue::Entry& entry : queue_.waiting(running(now), now)) {
    api::UploadRow& row = rows.emplace_back();
    row.id = kQueuedRows + entry.id;
    row.network = entry.who.network;
    row.user = entry.who.user;
    row.agent = entry.who.agent;
    row.name = entry.name;
    row.size_bytes = entry.size_bytes;
    row.place = ++place;
    row.wait_s = static_cast<std::uint32_t>(entry.wait.count());
    row.state = "queued";
    row.reason = entry.reason;
    row.gave_bytes = gave(entry.who);
    row.started_ms = entry.since;
  }
  return rows;
}

}  // namespace p2p::transfer
