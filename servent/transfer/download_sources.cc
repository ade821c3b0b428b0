// Download: a source at work, and what became of the bytes.
#include <utility>

#include "servent/transfer/download.h"
#include "servent/transfer/final_name.h"

namespace p2p::transfer {
using api::DownloadState;
using boost::asio::ip::tcp;

namespace {

// One that lacks what is missing is asked again then, in milliseconds.
constexpr std::int64_t kLacking = 30'000;
constexpr std::int64_t kLackingPart = 1'000;  // one that is fetching it itself

}  // namespace

// ---- a source at work

bool Download::take_call(const Call& call, const std::shared_ptr<tcp::socket>& socket) {
  const SupplyPtr supply = crew_.awaiting(call);
  if (!supply) return false;
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

void Download::modified(std::int64_t unix_s) {
  content_->modified(unix_s);
}

void Download::arrived(Supply& supply, BlockPtr block, std::uint64_t at) {
  const auto source = static_cast<SourceIndex>(supply.index());
  meter_.add(block->size, now_ms());
  pace_.add(block->size, now_ms());
  sources_.gave(supply.index(), block->size);
  if (sources_.entries()[supply.index()].giver.empty())
    sources_.set_giver(supply.index(), supply.giver());
  const Content::Took took =
      content_->arrived(source, supply.number(), std::move(block), at, supply.own());
  if (took.is_enough) give_work(supply, took.next);
  if (took.is_enough && !took.next) content_->finish_if_complete();
  for (const SourceIndex cancelled : content_->take_cancelled())
    if (Supply* const other = crew_.find(cancelled)) give_work(*other, content_->next(cancelled));
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
  if (is_lost || end.why == Why::gone || end.why == Why::absent) disown(index);
  Ending ending = Ending::broke;
  std::string why = end.text;
  switch (end.why) {
    case Why::gone: sources_.gone(index, why); break;
    case Why::absent: sources_.absent(index, why, now_ms()); break;
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
  disk_why_.clear();
  context_->changed();
  const Supply* const supply = crew_.find(source);
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
  sources_.some_lost();
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
  if (!is_accused) return;
  sources_.some_lost();
  let_go(source, Ending::broke);
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
  if (context_->hooks.finished)
    context_->hooks.finished(path, verified ? wanted_.sha1 : std::nullopt);
}

// Most of what the disk refused it would refuse again: then nothing is tried before the user says
// so.
void Download::trouble(const std::string& why, int error) {
  opening_ = false;
  row_.have_bytes = content_->have_bytes();
  leave();
  if (is_passing(error)) {
    const std::int64_t wait = context_->settings.disk_wait.count();
    disk_at_ = row_.retry_ms = now_ms() + wait;
    set(DownloadState::retrying, why + "; tries again in " + std::to_string(wait / 1000) + " s");
    set_alarm(disk_at_);
    if (std::exchange(disk_why_, why) == why) return;  // said and kept
    context_->log(api::LogLevel::error, row_.name + ": " + row_.reason);
    return keep_record();
  }
  set(DownloadState::paused, why + "; resume when that is mended");
  context_->log(api::LogLevel::error, row_.name + ": " + why + ", paused");
  keep_record();
}

}  // namespace p2p::transfer
