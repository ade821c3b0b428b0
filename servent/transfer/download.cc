#include "servent/transfer/download.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace asio = boost::asio;
using api::DownloadState;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// How long each may take, in milliseconds.
constexpr std::int64_t kAnswer = 40'000;  // the network says how a source is reached
constexpr std::int64_t kCall = 60'000;    // a firewalled source calls
constexpr std::int64_t kLookAgain = 600'000;
// Who can be asked for by UuHash is asked for when fewer have hope than this.
constexpr std::size_t kFewSources = 3;

constexpr Md5 kNoMd5{};  // some programs send zeros for "unknown"

Wanted usable(Wanted wanted) {
  wanted.sources.clear();  // they are in Sources
  // A digest of the whole file decides alone: programs do not agree on what start the hash covers.
  if (wanted.sha1 || wanted.start_md5 == kNoMd5) wanted.start_md5.reset();
  return wanted;
}

std::uint64_t before(std::uint64_t have_bytes) {
  return have_bytes - std::min(have_bytes, kOverlap);
}

}  // namespace

Download::Download(ContextPtr context, std::uint32_t id, const Resume& resume)
    : context_(std::move(context)),
      wanted_(usable(resume.wanted)),
      sources_(context_->settings.first_wait.count()),
      part_(context_, wanted_),
      timer_(context_->io) {
  row_.id = id;
  row_.name = wanted_.name;
  row_.size_bytes = wanted_.size_bytes;
  row_.have_bytes = std::min(resume.have_bytes, wanted_.size_bytes);
  row_.started_ms = now_ms();
  if (resume.paused) row_.state = DownloadState::paused;
  if (wanted_.sha1) row_.digest = to_urn(*wanted_.sha1);
  row_.path = part_.path().string();
  for (const KnownSource& known : resume.sources)
    sources_.add(known);
}

Download::~Download() {
  if (delivery_) delivery_->close();
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

api::DownloadRow Download::row(std::int64_t now) const {
  api::DownloadRow row = row_;
  row.rate_bps = meter_.rate(now);
  for (std::size_t i = 0; i < sources_.entries().size(); ++i) {
    const Sources::Entry& entry = sources_.entries()[i];
    const bool active = row.sources_active > 0 && i == source_;
    row.sources.push_back({entry.source.network, entry.source.user, entry.source.name,
                           active ? "running" : entry.note, active ? row.rate_bps : 0,
                           entry.got_bytes});
  }
  return row;
}

void Download::set(DownloadState state, std::string reason) {
  row_.state = state;
  row_.reason = std::move(reason);
  context_->changed();
}

// ---- what the user wants

void Download::start() {
  asio::post(context_->io, [self = shared_from_this(), n = attempt_] {
    if (n == self->attempt_ && !self->context_->stopping) self->ask();
  });
}

void Download::add_sources(const std::vector<Source>& sources) {
  bool any = false;
  for (const Source& source : sources)
    any = sources_.add({source}) || any;
  for (const Source& source : sources)  // what is known to have it before what is said to
    any = hear(source.alternates, source.endpoint.address, source.network) || any;
  if (!any || !opened_) return;
  keep_record();
  const bool queued = row_.place > 0 && row_.retry_ms > 0;
  if ((is_idle() || queued) && row_.state != DownloadState::paused && !looking_) ask();
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
  leave();
  sources_.forgive();
  row_.state = DownloadState::waiting;
  look();
  ask();
  keep_record();  // not paused any more
}

void Download::remove() {
  leave();
  part_.remove();
}

void Download::stop() {
  leave();
  if (!is_done() && !part_.is_kept(row_.have_bytes)) part_.keep(resume(), false, now_ms(), {});
}

// ---- one source after the other

void Download::leave() {
  ++attempt_;
  reach_ = ReachId{};
  is_awaited_ = false;
  fresh_bytes_ = got_bytes_ = 0;
  row_.retry_ms = 0;
  row_.place = 0;
  row_.sources_active = 0;
  timer_.cancel();
  if (!delivery_) return;
  context_->note(noted_, sources_.entries()[source_].source.network, false, false);
  delivery_->close();
  delivery_.reset();
  part_.rest();
}

void Download::look() {
  if (!context_->hooks.find_sources) return;
  look_at_ = now_ms() + kLookAgain;
  looking_ = true;
  context_->hooks.find_sources(row_.id, wanted_);
  looking_ = false;
}

void Download::ask() {
  leave();
  if (!opened_) return open();
  // What the last source gave is written first: the next one goes on behind it.
  if (part_.is_writing()) return part_.tell(still(&Download::opened));
  if (row_.have_bytes == row_.size_bytes) return check();
  using What = Sources::What;
  const bool is_low = wanted_.uuhash && sources_.hopeful() < kFewSources && now_ms() >= look_at_;
  if (is_low) look();
  Sources::Next next = sources_.next(now_ms());
  if ((next.what == What::none || next.what == What::all_wrong) && !is_low) {
    look();
    next = sources_.next(now_ms());
  }
  switch (next.what) {
    case What::ask: return ask_for(next.index);
    case What::start_over: return start_over(next.index);
    case What::wait: return wait_until(next.at);
    case What::none: return nobody_left();
    case What::all_wrong:
      context_->log(api::LogLevel::error, row_.name + ": content does not match, given up");
      return set(DownloadState::failed, "content does not match; no other source");
  }
}

void Download::ask_for(std::size_t index) {
  source_ = index;
  const Source source = sources_.entries()[index].source;
  reach_ = ReachId{++context_->last_reach};
  set(DownloadState::waiting, "asked " + source.user);
  watch(now_ms() + kAnswer, [this] { failed("no answer"); });
  if (context_->hooks.reach) context_->hooks.reach(reach_, source);
}

// Only sources are left that have other bytes than those that are there.
void Download::start_over(std::size_t index) {
  sources_.started_over();
  forget_learned();
  ++generation_;
  row_.have_bytes = 0;
  context_->log(api::LogLevel::warn,
                row_.name + ": the only source has other bytes, starting over");
  part_.start_over(resume(), still(&Download::opened));
  source_ = index;
}

void Download::wait_until(std::int64_t time) {
  row_.retry_ms = time;
  for (const Sources::Entry& entry : sources_.entries()) {
    if (entry.place == 0 || (row_.place != 0 && row_.place <= entry.place)) continue;
    row_.place = entry.place;
    row_.reason = "queue " + std::to_string(entry.place) + " at " + entry.source.user;
  }
  set(row_.place > 0 ? DownloadState::waiting : DownloadState::retrying, row_.reason);
  watch(time, [this] { ask(); });
}

void Download::nobody_left() {
  const std::int64_t time = now_ms() + kLookAgain;
  std::string reason = "no source";
  for (const Sources::Entry& entry : sources_.entries())
    if (entry.gone) reason = "no source: " + entry.note;
  set(DownloadState::no_source, reason);
  row_.retry_ms = time;
  watch(time, [this] { ask(); });
}

void Download::watch(std::int64_t time, std::function<void()> late) {
  timer_.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(time - now_ms(), 0)));
  timer_.async_wait(
      [self = shared_from_this(), n = attempt_, late = std::move(late)](error_code e) {
        if (!e && n == self->attempt_ && !self->context_->stopping) late();
      });
}

// The source that was asked failed: the next one has its turn.
void Download::failed(const std::string& why) {
  context_->log(api::LogLevel::debug, row_.name + ": " + why);
  sources_.failed(source_, why, now_ms());
  row_.reason = why;
  ask();
}

void Download::on_queued(std::uint32_t place) {
  sources_.queued(source_, {place, 0, {}}, now_ms());
  row_.reason = sources_.entries()[source_].note;
  ask();
}

void Download::on_unreached(const std::string& why, bool permanent) {
  if (!permanent) return failed(why);
  sources_.gone(source_, why);
  ask();
}

void Download::on_awaited(const Awaited& awaited) {
  is_awaited_ = true;
  awaited_ = awaited;
  reach_ = ReachId{};
  set(DownloadState::waiting, "waits for a call of " + sources_.entries()[source_].source.user);
  watch(now_ms() + kCall, [this] { failed("the source did not call"); });
}

// ---- the bytes

void Download::on_reached(const Reached& reached) {
  reach_ = ReachId{};
  timer_.cancel();
  if (reached.dialect.kind == DialectKind::http) sources_.asked_at(source_, reached.endpoint);
  context_->alternates.ours(reached.dialect.node);
  delivery_ = make_delivery();
  delivery_->connect(reached);
}

std::shared_ptr<Delivery> Download::make_delivery() {
  const Sources::Entry& entry = sources_.entries()[source_];
  FetchAsk ask;
  ask.name = entry.source.name;
  ask.index = entry.source.index;
  ask.sha1 = wanted_.sha1;
  ask.total = row_.size_bytes;
  ask.offset = before(row_.have_bytes);
  ask.queue_ticket = entry.ticket;
  ask.uuhash = entry.source.uuhash ? *entry.source.uuhash : wanted_.uuhash.value_or(UuHash{});
  ask.absolute = entry.absolute;
  if (ask.sha1) ask.others = sources_.others(entry.web);
  return std::make_shared<Delivery>(context_, *this, std::move(ask));
}

bool Download::awaits(const Call& call) const {
  if (!is_awaited_) return false;
  const Source& source = sources_.entries()[source_].source;
  if (call.token) return source.network == call.network && *call.token == awaited_.token;
  return source.network == call.network && same_user(source.user, call.user) &&
         (!call.name || wire_form(source.name) == wire_form(*call.name));
}

bool Download::take_call(const Call& call, const std::shared_ptr<tcp::socket>& socket) {
  if (call.size_bytes.value_or(row_.size_bytes) != row_.size_bytes) {
    failed("the source's file has another size");
    return false;
  }
  if (call.sha1 && !agrees(*call.sha1)) return false;
  leave();
  delivery_ = make_delivery();
  delivery_->adopt(socket, awaited_.dialect);
  return true;
}

void Download::began() {
  const Source& source = sources_.entries()[source_].source;
  row_.sources_active = 1;
  context_->note(noted_, source.network, false, true);
  context_->log(api::LogLevel::info, "fetching " + row_.name + " from " + source.user);
  set(DownloadState::running, "");
}

bool Download::told(const Sha1& sha1) {
  return agrees(sha1);
}

// A source says what its file's content is: learned where nothing is known, else compared. False,
// and the source is left, when it means another file.
bool Download::agrees(const Sha1& told) {
  const std::optional<Sha1>& expected = wanted_.sha1 ? wanted_.sha1 : learned_;
  if (!expected) {
    learned_ = told;
    row_.digest = to_urn(told);
    part_.expect(told);
    return true;
  }
  if (*expected == told) return true;
  row_.reason = "the source's file has another digest";
  disown(source_);
  if (wanted_.sha1)
    sources_.gone(source_, row_.reason);
  else
    sources_.differs(source_, now_ms());
  ask();
  return false;
}

// Nothing is known of the content any more but what was promised.
void Download::forget_learned() {
  if (learned_) row_.digest.clear();
  learned_.reset();
}

void Download::arrived(BlockPtr block, std::uint64_t at) {
  const std::uint64_t bytes = block->size;
  got_bytes_ += bytes;
  meter_.add(bytes, now_ms());
  part_.write(std::move(block), at, attempt_,
              [self = shared_from_this(), bytes, n = attempt_, g = generation_,
               source = source_](const Stored& stored) {
                if (g == self->generation_ && !self->is_done())
                  self->written(stored, n, source, bytes);
              });
}

void Download::heard_of(const Others& others, const Endpoint& from) {
  if (!wanted_.sha1) return;
  context_->alternates.told(*wanted_.sha1, others, from.address, now_ms());
  const std::string network = sources_.entries()[source_].source.network;
  if (hear(others.alive, from.address, network)) keep_record();
}

void Download::disown(std::size_t index) const {
  const Endpoint& web = sources_.entries()[index].web;
  if (wanted_.sha1 && web.port != 0) context_->alternates.failed(*wanted_.sha1, web, now_ms());
}

void Download::praise(std::size_t index) const {
  const Endpoint& web = sources_.entries()[index].web;
  if (wanted_.sha1 && web.port != 0) context_->alternates.proved(*wanted_.sha1, web, now_ms());
}

void Download::ended(const FetchEnd& end) {
  const bool is_lost = end.why == FetchEnd::Why::failed && got_bytes_ == 0;
  if (is_lost || end.why == FetchEnd::Why::gone) disown(source_);
  switch (end.why) {
    case FetchEnd::Why::failed: return failed(end.text);
    case FetchEnd::Why::gone: return on_unreached(end.text, true);
    case FetchEnd::Why::queued:
      sources_.queued(source_, {end.place, end.retry_after.count() * 1000, end.ticket}, now_ms());
      row_.reason = sources_.entries()[source_].note;
      return ask();
    case FetchEnd::Why::ended:
      // One that gives next to nothing each time would be asked in a loop.
      if (got_bytes_ < context_->settings.least_bytes + kOverlap) return failed(end.text);
      sources_.again(source_);
      return ask();
    case FetchEnd::Why::unheard:
      if (!sources_.turn_form(source_)) return failed(end.text);
      return ask();
  }
}

void Download::written(const Stored& stored, unsigned attempt, std::size_t source,
                       std::uint64_t bytes) {
  if (stored.have_bytes > row_.have_bytes) sources_.gave(source, bytes);
  row_.have_bytes = stored.have_bytes;
  context_->changed();
  if (stored.what == Stored::What::start_differs)
    return content_is_wrong("its start does not match its hash");
  if (attempt == attempt_ && stored.what == Stored::What::differs) {
    sources_.differs(source, now_ms());
    row_.reason = "the source's file differs";
    return ask();
  }
  const bool paused = row_.state == DownloadState::paused;
  if (stored.what == Stored::What::trouble && !paused) return disk_trouble(stored.why);
  if (row_.have_bytes == row_.size_bytes && !paused) return check();
  if (attempt != attempt_) return;
  fresh_bytes_ += bytes;
  if (fresh_bytes_ >= context_->settings.least_bytes) {
    sources_.went_well(source);
    praise(source);
  }
  if (part_.is_due(row_.have_bytes, now_ms())) keep_record();
}

// The source, if it is known, is not asked again; its bytes are thrown away.
void Download::content_is_wrong(const std::string& why) {
  const bool known = sources_.wrong_content(why);
  for (std::size_t i = 0; i < sources_.entries().size(); ++i)
    if (sources_.entries()[i].blamed) disown(i);
  context_->log(api::LogLevel::warn, row_.name + ": content does not match (" + why + ")" +
                                         (known ? ", source blamed" : ", from several sources"));
  leave();
  forget_learned();
  ++generation_;
  row_.have_bytes = 0;
  if (row_.state != DownloadState::paused) set(DownloadState::waiting, "content does not match");
  part_.start_over(resume(), still(&Download::opened));
}

void Download::check() {
  leave();
  set(DownloadState::checking, "");
  part_.finish(safe_name(wanted_.name),
               [self = shared_from_this(), n = attempt_](const Stored& stored) {
                 // A file that has its name is done, whatever else was wanted meanwhile.
                 if (stored.what == Stored::What::ok || n == self->attempt_) self->checked(stored);
               });
}

void Download::checked(const Stored& stored) {
  if (stored.what == Stored::What::wrong) return content_is_wrong("not the promised SHA-1");
  if (stored.what != Stored::What::ok)
    return disk_trouble("cannot put it into the download folder: " + stored.why);
  leave();
  for (std::size_t i = 0; i < sources_.entries().size(); ++i)
    if (sources_.entries()[i].gave) praise(i);
  row_.verified = wanted_.sha1 || learned_;
  row_.path = stored.path.string();
  set(DownloadState::done, "");
  context_->log(api::LogLevel::info,
                "fetched " + row_.name + (row_.verified ? "" : ", unverified"));
  if (context_->hooks.finished) context_->hooks.finished(stored.path);
}

// ---- the disk

PartJobs::Then Download::still(void (Download::*then)(const Stored&)) {
  return [self = shared_from_this(), n = attempt_, then](const Stored& stored) {
    if (n == self->attempt_) (self.get()->*then)(stored);
  };
}

void Download::open() {
  set(DownloadState::waiting, "looks at what is there");
  part_.open(still(&Download::opened));
}

void Download::opened(const Stored& stored) {
  row_.have_bytes = stored.have_bytes;
  if (stored.what == Stored::What::trouble) return disk_trouble(stored.why);
  if (stored.what == Stored::What::unfinished) return part_.catch_up(still(&Download::opened));
  if (!std::exchange(opened_, true)) {
    const bool known = std::ranges::any_of(sources_.entries(), &Sources::Entry::gave);
    if (row_.have_bytes > 0 && !known) sources_.bytes_of_unknown_origin();
    keep_record();
  }
  if (row_.state != DownloadState::paused) ask();
}

// Nothing is tried again before the user says so: what the disk refused it would refuse again.
void Download::disk_trouble(const std::string& why) {
  leave();
  set(DownloadState::paused, why + "; resume when that is mended");
  context_->log(api::LogLevel::error, row_.name + ": " + why + ", paused");
  keep_record();
}

Resume Download::resume() const {
  Resume resume{wanted_, {}, row_.have_bytes, row_.state == DownloadState::paused, {}};
  for (const Sources::Entry& entry : sources_.entries())
    resume.sources.push_back(entry);
  return resume;
}

void Download::keep_record() {
  if (context_->settings.state.empty() || context_->stopping || is_done()) return;
  part_.keep(
      resume(), delivery_ != nullptr, now_ms(), [self = shared_from_this()](const Stored& stored) {
        if (stored.what != Stored::What::trouble) return;
        self->context_->log(api::LogLevel::warn,
                            self->row_.name + " would not go on after a restart: " + stored.why);
      });
}

}  // namespace p2p::transfer
