#include "servent/transfer/download.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/post.hpp>

namespace p2p::transfer {
namespace asio = boost::asio;
using api::DownloadState;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLookAgain = 600'000;  // milliseconds
// Who can be asked for by UuHash is asked for when fewer have hope than this.
constexpr std::size_t kFewSources = 3;
// Another source is asked when what is missing takes longer, in seconds; looked at each kThink.
constexpr std::uint64_t kSoon = 3;
constexpr std::int64_t kThink = 2'000;
// A source that was just asked is believed to give kGuess for so long.
constexpr std::int64_t kBelieved = 5'000;
// One that lacks what is missing is asked again then.
constexpr std::int64_t kLacking = 30'000;
constexpr std::int64_t kLackingPart = 1'000;  // one that is fetching it itself

constexpr Md5 kNoMd5{};  // some programs send zeros for "unknown"

Wanted usable(Wanted wanted) {
  wanted.sources.clear();  // they are in Sources
  // A digest of the whole file decides alone: programs do not agree on what start the hash covers.
  if (wanted.sha1 || wanted.start_md5 == kNoMd5) wanted.start_md5.reset();
  return wanted;
}

}  // namespace

Download::Download(ContextPtr context, std::uint32_t id, const Resume& resume)
    : context_(std::move(context)),
      wanted_(usable(resume.wanted)),
      sources_(context_->settings.first_wait.count()),
      content_(std::make_shared<Content>(context_, wanted_, *this)),
      timer_(context_->io) {
  row_.id = id;
  row_.name = wanted_.name;
  row_.size_bytes = wanted_.size_bytes;
  row_.have_bytes = std::min(resume.have_bytes, wanted_.size_bytes);
  row_.started_ms = now_ms();
  if (resume.paused) row_.state = DownloadState::paused;
  if (wanted_.sha1) row_.digest = to_urn(*wanted_.sha1);
  row_.path = content_->path().string();
  for (const KnownSource& known : resume.sources)
    sources_.add(known);
}

Download::~Download() {
  content_->close();
  for (const SupplyPtr& supply : supplies_)
    supply->close();
}

bool Download::is(const Wanted& wanted) const {
  if (is_done()) return false;
  if (wanted.sha1 && wanted_.sha1) return wanted.sha1 == wanted_.sha1;
  if (wanted.size_bytes != wanted_.size_bytes) return false;
  if (wanted.uuhash && wanted_.uuhash) return wanted.uuhash == wanted_.uuhash;
  return wanted.name == wanted_.name;
}

bool Download::is_idle() const {
  return is_failed() || row_.state == DownloadState::paused ||
         row_.state == DownloadState::retrying || row_.state == DownloadState::no_source;
}

bool Download::is_open() const {
  const bool waits_for_user = row_.state == DownloadState::paused || is_failed() || is_done();
  return content_->is_open() && !content_->is_finishing() && !waits_for_user && !context_->stopping;
}

void Download::set(DownloadState state, std::string reason) {
  row_.state = state;
  row_.reason = std::move(reason);
  context_->changed();
}

void Download::say(api::LogLevel level, const std::string& text) const {
  context_->log(level, row_.name + ": " + text);
}

// ---- what the user wants

void Download::start() {
  stirred();
}

void Download::add_sources(const std::vector<Source>& sources) {
  bool any = false;
  for (const Source& source : sources)
    any = sources_.add({source}) || any;
  for (const Source& source : sources)  // what is known to have it before what is said to
    any = hear(source.alternates, source.endpoint.address, source.network) || any;
  if (!any) return;
  if (content_->is_open()) keep_record();
  if (!looking_) stirred();
}

// By digest only: of a name nobody knows what the others have.
bool Download::hear(const std::vector<Endpoint>& named, std::uint32_t from,
                    const std::string& network) {
  bool any = false;
  if (!wanted_.sha1) return any;
  for (const Endpoint& one : named)
    if (context_->alternates.may_know(one, from)) any = sources_.hear(network, one) || any;
  return any;
}

void Download::pause() {
  leave();
  set(DownloadState::paused, "");
  keep_record();
}

void Download::retry() {
  if (content_->is_finishing()) return;
  leave();
  sources_.forgive();
  last_failure_.clear();
  row_.state = DownloadState::waiting;
  look();
  tend();
  if (content_->is_open()) keep_record();  // not paused any more
}

void Download::remove() {
  leave();
  content_->close();
  content_->remove();
}

void Download::stop() {
  leave();
  if (!is_done() && content_->is_open() && !content_->is_kept()) content_->keep_record(false);
}

void Download::keep_record() {
  if (context_->settings.state.empty() || context_->stopping || is_done()) return;
  const bool more =
      std::ranges::any_of(supplies_, [](const SupplyPtr& supply) { return supply->is_giving(); });
  content_->keep_record(more);
}

Resume Download::resume() const {
  Resume resume{wanted_, {}, row_.have_bytes, row_.state == DownloadState::paused, {}};
  for (const Sources::Entry& entry : sources_.entries())
    resume.sources.push_back(entry);
  return resume;
}

// ---- whom to ask

// Once for all that happens in this turn of the loop.
void Download::stirred() {
  if (std::exchange(stirred_, true)) return;
  asio::post(context_->io, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->stirred_ = false;
    if (!self->context_->stopping) self->tend();
  });
}

void Download::tend() {
  if (row_.state == DownloadState::paused || is_failed() || is_done()) return;
  if (!content_->is_open()) {
    if (!std::exchange(opening_, true)) {
      set(DownloadState::waiting, "looks at what is there");
      content_->open();
    }
    return;
  }
  content_->finish_if_complete();
  if (!is_open()) return;
  wake_idle();
  ask_more();
  if (is_open()) show();
}

// Who owes nothing any more, and who waits for work.
void Download::wake_idle() {
  for (const SourceIndex source : content_->take_cancelled())
    if (Supply* const supply = at_work(source)) give_work(*supply, content_->next(source));
  for (const SourceIndex source : content_->wake())
    if (Supply* const supply = at_work(source)) give_work(*supply, content_->next(source));
}

bool Download::wants_more() const {
  const std::size_t most = content_->may_mix() ? context_->settings.sources_at_once : 1;
  if (supplies_.size() >= most) return false;
  if (context_->sources_asked >= context_->settings.all_sources_at_once) return false;
  const std::int64_t now = now_ms();
  std::uint64_t rate = 0;
  for (const SupplyPtr& supply : supplies_) {
    const std::uint64_t given =
        content_->plan().rate(static_cast<SourceIndex>(supply->index()), context_->now());
    const bool is_new = now < supply->since() + kBelieved;
    rate += supply->is_giving() && given > 0 ? given : is_new ? kGuess : 0;
  }
  const auto& map = content_->plan().map();
  const std::uint64_t missing = map.size_bytes() - map.had().bytes();
  if (supplies_.empty()) return missing > 0;
  return missing / kSoon > rate;
}

// By the network of a source that was asked over HTTP: that is how they ask us.
void Download::hear_of_askers() {
  if (!wanted_.sha1) return;
  const auto at = std::ranges::find_if(
      sources_.entries(), [](const Sources::Entry& entry) { return entry.web.port != 0; });
  if (at == sources_.entries().end()) return;
  const std::string network = at->source.network;
  for (const Endpoint& one : context_->alternates.of(*wanted_.sha1, now_ms()))
    sources_.hear(network, one);
}

void Download::ask_more() {
  next_at_ = 0;
  if (wants_more()) hear_of_askers();
  bool looked = false;
  while (is_open() && wants_more()) {
    const bool is_low = wanted_.uuhash && sources_.hopeful() < kFewSources && now_ms() >= look_at_;
    if (is_low) look();
    const Sources::Next next = sources_.next(now_ms());
    const bool is_end = next.what == Sources::What::none || next.what == Sources::What::all_wrong;
    if (is_end && !is_low && !std::exchange(looked, true) && now_ms() >= look_at_) {
      look();
      continue;
    }
    if (!take(next)) return;
  }
}

bool Download::take(const Sources::Next& next) {
  switch (next.what) {
    case Sources::What::ask: ask_for(next.index); return true;
    case Sources::What::start_over:  // it has other bytes than those that are there
      if (row_.have_bytes > 0)
        say(api::LogLevel::warn, "the only source has other bytes, starting over");
      content_->start_over(content_->is_careful());
      return false;
    case Sources::What::accused: content_->start_over(true); return false;
    case Sources::What::wait: next_at_ = next.at; return false;
    case Sources::What::none: return false;
    case Sources::What::all_wrong:
      if (!supplies_.empty()) return false;
      if (content_->may_pardon()) {
        content_->start_over(true);
        return false;
      }
      say(api::LogLevel::error, "content does not match, given up");
      set(DownloadState::failed, "content does not match; no other source");
      return false;
  }
  return false;
}

void Download::look() {
  if (!context_->hooks.find_sources) return;
  look_at_ = now_ms() + kLookAgain;
  looking_ = true;
  context_->hooks.find_sources(row_.id, wanted_);
  looking_ = false;
}

void Download::ask_for(std::size_t index) {
  sources_.set_busy(index, true);
  if (++last_number_ == 0) ++last_number_;
  const auto supply = std::make_shared<Supply>(
      context_, *this, index, sources_.entries()[index].source, last_number_, limit_);
  supplies_.push_back(supply);
  supply->reach();
}

Supply* Download::at_work(std::size_t index) const {
  const auto at = std::ranges::find_if(
      supplies_, [index](const SupplyPtr& supply) { return supply->index() == index; });
  return at == supplies_.end() ? nullptr : at->get();
}

void Download::let_go(std::size_t index, Ending why) {
  const auto at = std::ranges::find_if(
      supplies_, [index](const SupplyPtr& supply) { return supply->index() == index; });
  if (at == supplies_.end()) return;
  const SupplyPtr supply = *at;
  supplies_.erase(at);
  supply->close();
  sources_.set_busy(index, false);
  if (content_->is_open()) content_->leave(static_cast<SourceIndex>(index), why);
  stirred();
}

void Download::leave() {
  while (!supplies_.empty())
    let_go(supplies_.back()->index(), Ending::broke);
  row_.retry_ms = 0;
  row_.place = 0;
  row_.sources_active = 0;
  timer_.cancel();
  if (content_->is_open()) content_->rest();
}

// ---- a source at work

SupplyPtr Download::waiting_for(ReachId id) const {
  const auto at = std::ranges::find_if(
      supplies_, [id](const SupplyPtr& supply) { return supply->waits_for(id); });
  return at == supplies_.end() ? nullptr : *at;
}

bool Download::awaits(const Call& call) const {
  return std::ranges::any_of(supplies_,
                             [&](const SupplyPtr& supply) { return supply->awaits(call); });
}

bool Download::take_call(const Call& call, const std::shared_ptr<tcp::socket>& socket) {
  const auto at = std::ranges::find_if(
      supplies_, [&](const SupplyPtr& supply) { return supply->awaits(call); });
  if (at == supplies_.end()) return false;
  const SupplyPtr supply = *at;
  if (call.size_bytes.value_or(row_.size_bytes) != row_.size_bytes) {
    ended(*supply, {FetchEnd::Why::failed, "the source's file has another size"});
    return false;
  }
  if (call.sha1 && !told(*supply, *call.sha1)) return false;
  supply->take_call(socket);
  return true;
}

void Download::reached(Supply& supply) {
  if (!is_open()) return let_go(supply.index(), Ending::broke);
  if (supply.web().port != 0) sources_.asked_at(supply.index(), supply.web());
  const auto source = static_cast<SourceIndex>(supply.index());
  content_->join(source, supply.manner());
  give_work(supply, content_->next(source));
  stirred();
}

void Download::give_work(Supply& supply, std::optional<Extent> share) {
  if (!share) {
    supply.rest();
    return stirred();
  }
  FetchAsk ask = what_to_ask(supply, *share);
  const std::uint64_t own = share->begin;
  if (!supply.fetch(std::move(ask), own)) {
    sources_.again(supply.index());
    let_go(supply.index(), Ending::gave);
  }
}

FetchAsk Download::what_to_ask(const Supply& supply, const Extent& share) const {
  const Sources::Entry& entry = sources_.entries()[supply.index()];
  FetchAsk ask;
  ask.name = entry.source.name;
  ask.index = entry.source.index;
  ask.sha1 = wanted_.sha1;
  ask.total = row_.size_bytes;
  ask.offset = share.begin;
  if (!supply.is_connected()) ask.offset -= content_->overlap_before(share.begin);
  ask.end = share.end;
  ask.queue_ticket = entry.ticket;
  ask.uuhash = entry.source.uuhash ? *entry.source.uuhash : wanted_.uuhash.value_or(UuHash{});
  ask.absolute = entry.absolute;
  if (ask.sha1) ask.others = sources_.others(entry.web);
  ask.owned = {row_.have_bytes, content_->is_shared()};
  return ask;
}

FetchAsk Download::probe_of(const Supply& supply) const {
  FetchAsk ask = what_to_ask(supply, {0, 0});
  ask.is_probe = true;
  return ask;
}

void Download::has(Supply& supply, const Extents& available, bool refused) {
  const auto source = static_cast<SourceIndex>(supply.index());
  content_->has(source, available);
  if (refused) content_->refused(source);
  if (refused || supply.state() == Supply::State::idle) give_work(supply, content_->next(source));
}

void Download::began(Supply& supply) {
  context_->log(api::LogLevel::info, "fetching " + row_.name + " from " + supply.source().user);
  stirred();
}

bool Download::told(Supply& supply, const Sha1& sha1) {
  const std::size_t index = supply.index();
  if (content_->agrees(sha1)) {
    row_.digest = to_urn(sha1);
    return true;
  }
  const std::string why = "the source's file has another digest";
  last_failure_ = why;
  disown(index);
  if (wanted_.sha1)
    sources_.gone(index, why);
  else
    sources_.differs(index, now_ms());
  let_go(index, Ending::broke);
  return false;
}

void Download::arrived(Supply& supply, BlockPtr block, std::uint64_t at) {
  const auto source = static_cast<SourceIndex>(supply.index());
  meter_.add(block->size, now_ms());
  sources_.gave(supply.index(), block->size);
  if (sources_.entries()[supply.index()].giver.empty())
    sources_.set_giver(supply.index(), supply.giver());
  const Content::Took took =
      content_->arrived(source, supply.number(), std::move(block), at, supply.own());
  if (took.is_enough) give_work(supply, took.next);
  if (took.is_enough && !took.next) content_->finish_if_complete();
  for (const SourceIndex cancelled : content_->take_cancelled())
    if (Supply* const other = at_work(cancelled)) give_work(*other, content_->next(cancelled));
}

void Download::heard_of(Supply& supply, const Others& others, const Endpoint& from) {
  if (!wanted_.sha1) return;
  context_->alternates.told(*wanted_.sha1, others, from.address, now_ms());
  if (!hear(others.alive, from.address, supply.source().network)) return;
  keep_record();
  stirred();
}

void Download::tree_at(Supply& supply, const TreeLink& link) {
  content_->tree_at(static_cast<SourceIndex>(supply.index()), supply.web(), link);
}

void Download::disown(std::size_t index) const {
  const Endpoint& web = sources_.entries()[index].web;
  if (wanted_.sha1 && web.port != 0) context_->alternates.failed(*wanted_.sha1, web, now_ms());
}

void Download::praise(std::size_t index) const {
  const Endpoint& web = sources_.entries()[index].web;
  if (wanted_.sha1 && web.port != 0) context_->alternates.proved(*wanted_.sha1, web, now_ms());
}

void Download::ended(Supply& supply, const FetchEnd& end) {
  const std::size_t index = supply.index();
  const std::uint64_t got = supply.got_bytes();
  using Why = FetchEnd::Why;
  const bool is_lost = end.why == Why::failed && got == 0;
  if (is_lost || end.why == Why::gone) disown(index);
  Ending ending = Ending::broke;
  std::string why = end.text;
  switch (end.why) {
    case Why::gone: sources_.gone(index, why); break;
    case Why::lacks:
      ending = supply.state() == Supply::State::giving ? Ending::lacks : Ending::broke;
      sources_.lacks(index, why, now_ms() + (supply.is_partial() ? kLackingPart : kLacking));
      break;
    case Why::queued:
      sources_.queued(index, {end.place, end.retry_after.count() * 1000, end.ticket}, now_ms());
      why = sources_.entries()[index].note;
      break;
    case Why::ended:
      // One that gives next to nothing each time would be asked in a loop.
      if (got >= context_->settings.least_bytes + kOverlap) {
        ending = Ending::gave;
        sources_.again(index);
        break;
      }
      sources_.failed(index, why, now_ms());
      break;
    case Why::unheard:
      if (!sources_.turn_form(index)) sources_.failed(index, why, now_ms());
      break;
    case Why::failed: sources_.failed(index, why, now_ms()); break;
  }
  last_failure_ = why;
  say(api::LogLevel::debug, supply.source().user + ": " + why);
  let_go(index, ending);
}

// ---- what became of the bytes

void Download::opened() {
  opening_ = false;
  row_.have_bytes = content_->have_bytes();
  keep_record();
  stirred();
}

void Download::written(SourceIndex source) {
  row_.have_bytes = content_->have_bytes();
  context_->changed();
  const Supply* const supply = at_work(source);
  if (supply != nullptr && supply->got_bytes() >= context_->settings.least_bytes) {
    sources_.went_well(source);
    praise(source);
  }
  if (content_->is_due()) keep_record();
}

void Download::gave(SourceIndex source, std::uint64_t bytes) {
  const std::string& giver = sources_.entries()[source].giver;
  if (!giver.empty()) context_->gifts.gave(giver, bytes, context_->now());
}

void Download::differs(SourceIndex source) {
  sources_.differs(source, now_ms());
  last_failure_ = "the source's file differs";
  let_go(source, Ending::broke);
}

void Download::caught(SourceIndex source, const std::string& why) {
  sources_.ban(source, why);
  disown(source);
  say(api::LogLevel::warn,
      sources_.entries()[source].source.user + " " + why + ", not asked again");
  let_go(source, Ending::broke);
}

void Download::pardoned(SourceIndex source) {
  sources_.pardon(source);
}

void Download::accused(SourceIndex source, bool is_accused) {
  sources_.set_accused(source, is_accused);
  if (is_accused) let_go(source, Ending::broke);
}

void Download::restarted(bool all) {
  leave();
  opening_ = true;
  if (all) {
    sources_.started_over();
    row_.have_bytes = 0;
    if (!wanted_.sha1) row_.digest.clear();
  }
  if (content_->is_careful()) sources_.be_careful();
  if (row_.state != DownloadState::paused) set(DownloadState::waiting, "content does not match");
}

void Download::checking() {
  leave();
  set(DownloadState::checking, "");
}

void Download::finished(const std::filesystem::path& path, bool verified) {
  leave();
  for (std::size_t i = 0; i < sources_.entries().size(); ++i)
    if (sources_.entries()[i].gave && !sources_.entries()[i].blamed) praise(i);
  row_.have_bytes = row_.size_bytes;
  row_.verified = verified;
  row_.path = path.string();
  set(DownloadState::done, "");
  context_->log(api::LogLevel::info, "fetched " + row_.name + (verified ? "" : ", unverified"));
  if (context_->hooks.finished) context_->hooks.finished(path);
}

// Nothing is tried again before the user says so: what the disk refused it would refuse again.
void Download::trouble(const std::string& why) {
  opening_ = false;
  row_.have_bytes = content_->have_bytes();
  leave();
  set(DownloadState::paused, why + "; resume when that is mended");
  context_->log(api::LogLevel::error, row_.name + ": " + why + ", paused");
  keep_record();
}

// ---- what is shown

void Download::show() {
  std::size_t active = 0;
  const Supply* asked = nullptr;
  for (const SupplyPtr& supply : supplies_) {
    if (supply->is_giving()) ++active;
    if (asked == nullptr || supply->state() == Supply::State::awaited) asked = supply.get();
  }
  row_.sources_active = static_cast<std::uint32_t>(active);
  row_.retry_ms = 0;
  row_.place = 0;
  std::int64_t alarm = next_at_ == 0 ? kNever : next_at_;
  if (!supplies_.empty()) {
    const Time due = content_->deadline();
    const std::int64_t at = due == p2p::kNever ? kNever : due.time_since_epoch().count();
    alarm = std::min({alarm, at, now_ms() + kThink});
  }
  if (active > 0) {
    set(DownloadState::running, "");
  } else if (asked != nullptr) {
    const bool calls = asked->state() == Supply::State::awaited;
    set(DownloadState::waiting, (calls ? "waits for a call of " : "asked ") + asked->source().user);
  } else {
    alarm = next_at_ == 0 ? now_ms() + kLookAgain : next_at_;
    show_waiting(alarm);
  }
  set_alarm(alarm);
}

void Download::show_waiting(std::int64_t until) {
  row_.retry_ms = until;
  if (next_at_ == 0) {
    std::string reason = "no source";
    for (const Sources::Entry& entry : sources_.entries())
      if (entry.gone) reason = "no source: " + entry.note;
    return set(DownloadState::no_source, reason);
  }
  std::string reason = last_failure_;
  for (const Sources::Entry& entry : sources_.entries()) {
    if (entry.place == 0 || (row_.place != 0 && row_.place <= entry.place)) continue;
    row_.place = entry.place;
    reason = "queue " + std::to_string(entry.place) + " at " + entry.source.user;
  }
  set(row_.place > 0 ? DownloadState::waiting : DownloadState::retrying, reason);
}

void Download::set_alarm(std::int64_t time) {
  if (time == kNever) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(time - now_ms(), 0)));
  timer_.async_wait([weak = weak_from_this()](error_code e) {
    const auto self = weak.lock();
    if (!e && self && !self->context_->stopping) self->tend();
  });
}

api::DownloadRow Download::row(std::int64_t now) const {
  api::DownloadRow row = row_;
  row.rate_bps = meter_.rate(now);
  for (std::size_t i = 0; i < sources_.entries().size(); ++i) {
    const Sources::Entry& entry = sources_.entries()[i];
    const Supply* const supply = at_work(i);
    const bool active = supply != nullptr && supply->is_giving();
    const std::uint64_t rate =
        active ? content_->plan().rate(static_cast<SourceIndex>(i), context_->now()) : 0;
    row.sources.push_back({entry.source.network, entry.source.user, entry.source.name,
                           active ? "running" : entry.note, rate, entry.got_bytes});
  }
  return row;
}

}  // namespace p2p::transfer
