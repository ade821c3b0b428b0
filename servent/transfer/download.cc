#include "servent/transfer/download.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace p2p::transfer {
namespace asio = boost::asio;
using api::DownloadState;

namespace {

// Who can be asked for by UuHash is asked for when fewer have hope than this.
constexpr std::size_t kFewSources = 3;
// Another source is asked when what is missing takes longer, in seconds.
constexpr std::uint64_t kSoon = 3;

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
  row_.priority = resume.priority;
  row_.in_order = wanted_.in_order;
  row_.limit_bps = resume.limit_bps;
  limit_->set_rate(resume.limit_bps, context_->now());
  context_->turns.add(id, resume.priority, resume.order);
  if (resume.paused) row_.state = DownloadState::paused;
  if (wanted_.sha1) row_.digest = to_urn(*wanted_.sha1);
  row_.path = content_->path().string();
  if (resume.modified_unix) content_->modified(*resume.modified_unix);
  for (const KnownSource& known : resume.sources)
    sources_.add(known);
}

Download::~Download() {
  content_->close();
  crew_.close();
  context_->turns.remove(row_.id);
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
  leave_sources();
  sources_.forgive();
  last_failure_.clear();
  disk_at_ = 0;
  row_.state = DownloadState::waiting;
  look();
  tend();
  if (content_->is_open()) keep_record();  // not paused any more
}

void Download::find_sources() {
  if (content_->is_finishing()) return;
  look();
  stirred();
}

void Download::change(const api::ChangeDownload& wanted) {
  if (wanted.limit_bps) {
    row_.limit_bps = *wanted.limit_bps;
    limit_->set_rate(row_.limit_bps, context_->now());
  }
  if (wanted.priority) {
    row_.priority = *wanted.priority;
    context_->turns.set_priority(row_.id, row_.priority);
    context_->stir_changed();
  }
  if (wanted.in_order) {
    row_.in_order = wanted_.in_order = *wanted.in_order;
    content_->set_in_order(row_.in_order);
  }
  keep_record();
  context_->changed();
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
  content_->keep_record(crew_.giving() > 0);
}

Resume Download::resume() const {
  Resume resume{wanted_, {}, row_.have_bytes, row_.state == DownloadState::paused, {}};
  for (const Sources::Entry& entry : sources_.entries())
    resume.sources.push_back(entry);
  resume.limit_bps = row_.limit_bps;
  resume.priority = row_.priority;
  resume.order = context_->turns.order(row_.id);
  resume.modified_unix = content_->modified_unix();
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
  if (now_ms() < disk_at_) return set_alarm(disk_at_);
  if (!content_->is_open()) {
    if (!std::exchange(opening_, true)) {
      set(DownloadState::waiting, "looks at what is there");
      content_->open();
    }
    return;
  }
  content_->finish_if_complete();
  if (!is_open()) return;
  if (!crew_.empty() && !context_->turns.has(row_.id)) leave_sources();
  wake_idle();
  ask_more();
  if (crew_.empty() && held_ == Held::no) context_->end_turn(row_.id);
  if (is_open()) show();
}

// Who owes nothing any more, and who waits for work.
void Download::wake_idle() {
  for (const SourceIndex source : content_->take_cancelled())
    if (Supply* const supply = crew_.find(source)) give_work(*supply, content_->next(source));
  for (const SourceIndex source : content_->wake())
    if (Supply* const supply = crew_.find(source)) give_work(*supply, content_->next(source));
}

bool Download::wants_more() const {
  const std::size_t most = content_->may_mix() ? context_->settings.sources_at_once : 1;
  if (crew_.size() >= most) return false;
  const auto& map = content_->plan().map();
  const std::uint64_t missing = map.size_bytes() - map.had().bytes();
  if (crew_.empty()) return missing > 0;
  return missing / kSoon > crew_.rate(content_->plan(), context_->now());
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
  held_ = Held::no;
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
    if (next.what == Sources::What::ask && !may_ask()) return;
    if (!take(next)) return;
  }
}

bool Download::may_ask() {
  if (!context_->turns.take(row_.id))
    held_ = Held::for_turn;
  else if (!context_->may_ask(row_.id))
    held_ = Held::for_others;
  return held_ == Held::no;
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
      if (!crew_.empty()) return false;
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
  crew_.add(supply);
  supply->reach();
}

void Download::let_go(std::size_t index, Ending why) {
  const SupplyPtr supply = crew_.take(index);
  if (!supply) return;
  supply->close();
  sources_.set_busy(index, false);
  if (content_->is_open()) content_->leave(static_cast<SourceIndex>(index), why);
  stirred();
}

void Download::leave() {
  leave_sources();
  held_ = Held::no;
  context_->end_turn(row_.id);
}

void Download::leave_sources() {
  while (!crew_.empty())
    let_go(crew_.last().index(), Ending::broke);
  row_.retry_ms = 0;
  row_.place = 0;
  row_.sources_active = 0;
  timer_.cancel();
  if (content_->is_open()) content_->rest();
}

}  // namespace p2p::transfer
