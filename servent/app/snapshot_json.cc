#include "servent/app/snapshot_json.h"

#include <algorithm>
#include <iterator>

#include "servent/app/log.h"
#include "servent/app/wire.h"

namespace p2p::app {

using api::Block;
using api::DownloadRow;
using api::GivenRow;
using api::LibraryRow;
using api::LimitsRow;
using api::LogRow;
using api::MediaRow;
using api::NetworkPeerRow;
using api::NetworkRow;
using api::ResultRow;
using api::SearchRow;
using api::ShareRow;
using api::SourceRow;
using api::TagsRow;
using api::UploadRow;
using api::WishRow;

template <>
struct Words<api::Have> {
  static constexpr std::array kAll{"no", "have", "queued"};
};
template <>
struct Words<api::SearchState> {
  static constexpr std::array kAll{"listening", "finished"};
};
template <>
struct Words<api::DownloadState> {
  static constexpr std::array kAll{"running",   "waiting",  "paused", "retrying",
                                   "no source", "checking", "done",   "failed"};
};
template <>
struct Words<api::Standing> {
  static constexpr std::array kAll{"spare", "asked", "gives", "queued", "fails", "gone"};
};
template <>
struct Words<api::Unwanted> {
  static constexpr std::array kAll{"banned", "blocked", "ignored"};
};
template <>
struct Words<api::FileState> {
  static constexpr std::array kAll{"hashed", "hashing", "waits"};
};
template <>
struct Words<api::LogLevel> {
  static constexpr std::array kAll{"debug", "info", "warn", "error"};
};

template <>
struct Fields<MediaRow> {
  static constexpr std::tuple kAll{Field{"bitrate", &MediaRow::bitrate_kbps},
                                   Field{"sample_rate", &MediaRow::sample_rate_hz},
                                   Field{"duration", &MediaRow::duration_s}};
};
template <>
struct Fields<TagsRow> {
  static constexpr std::tuple kAll{
      Field{"artist", &TagsRow::artist}, Field{"title", &TagsRow::title},
      Field{"album", &TagsRow::album},   Field{"genre", &TagsRow::genre},
      Field{"year", &TagsRow::year},     Field{"width", &TagsRow::width},
      Field{"height", &TagsRow::height}};
};
template <>
struct Fields<SourceRow> {
  static constexpr std::tuple kAll{Field{"network", &SourceRow::network},
                                   Field{"user", &SourceRow::user},
                                   Field{"name", &SourceRow::name},
                                   Field{"state", &SourceRow::state},
                                   Field{"rate", &SourceRow::rate_bps},
                                   Field{"got", &SourceRow::got_bytes},
                                   Field{"begin", &SourceRow::asked_begin},
                                   Field{"end", &SourceRow::asked_end},
                                   Field{"place", &SourceRow::place},
                                   Field{"giver", &SourceRow::giver},
                                   Field{"history", &SourceRow::history},
                                   Field{"standing", &SourceRow::standing},
                                   Field{"at", &SourceRow::at},
                                   Field{"claims", &SourceRow::claims},
                                   Field{"hops", &SourceRow::hops}};
};
template <>
struct Fields<ResultRow> {
  static constexpr std::tuple kAll{
      Field{"key", &ResultRow::key},         Field{"name", &ResultRow::name},
      Field{"folder", &ResultRow::folder},   Field{"size", &ResultRow::size_bytes},
      Field{"digest", &ResultRow::digest},   Field{"media", &ResultRow::media},
      Field{"tags", &ResultRow::tags},       Field{"have", &ResultRow::have},
      Field{"seen_ms", &ResultRow::seen_ms}, Field{"link", &ResultRow::link},
      Field{"sources", &ResultRow::sources}, Field{"change", &ResultRow::change}};
};
template <>
struct Fields<SearchRow> {
  static constexpr std::tuple kAll{Field{"id", &SearchRow::id},
                                   Field{"text", &SearchRow::text},
                                   Field{"state", &SearchRow::state},
                                   Field{"results", &SearchRow::results},
                                   Field{"sources", &SearchRow::sources},
                                   Field{"started_ms", &SearchRow::started_ms},
                                   Field{"ended_ms", &SearchRow::ended_ms},
                                   Field{"why", &SearchRow::why},
                                   Field{"wish", &SearchRow::wish}};
};
template <>
struct Fields<DownloadRow> {
  static constexpr std::tuple kAll{Field{"id", &DownloadRow::id},
                                   Field{"name", &DownloadRow::name},
                                   Field{"size", &DownloadRow::size_bytes},
                                   Field{"have", &DownloadRow::have_bytes},
                                   Field{"rate", &DownloadRow::rate_bps},
                                   Field{"limit", &DownloadRow::limit_bps},
                                   Field{"state", &DownloadRow::state},
                                   Field{"reason", &DownloadRow::reason},
                                   Field{"retry_ms", &DownloadRow::retry_ms},
                                   Field{"priority", &DownloadRow::priority},
                                   Field{"in_order", &DownloadRow::in_order},
                                   Field{"place", &DownloadRow::place},
                                   Field{"verified", &DownloadRow::verified},
                                   Field{"digest", &DownloadRow::digest},
                                   Field{"path", &DownloadRow::path},
                                   Field{"started_ms", &DownloadRow::started_ms},
                                   Field{"active", &DownloadRow::sources_active},
                                   Field{"sources", &DownloadRow::sources},
                                   Field{"blocks", &DownloadRow::blocks},
                                   Field{"givers", &DownloadRow::givers},
                                   Field{"history", &DownloadRow::history}};
};
template <>
struct Fields<UploadRow> {
  static constexpr std::tuple kAll{
      Field{"id", &UploadRow::id},           Field{"network", &UploadRow::network},
      Field{"user", &UploadRow::user},       Field{"name", &UploadRow::name},
      Field{"size", &UploadRow::size_bytes}, Field{"sent", &UploadRow::sent_bytes},
      Field{"rate", &UploadRow::rate_bps},   Field{"limit", &UploadRow::limit_bps},
      Field{"place", &UploadRow::place},     Field{"wait", &UploadRow::wait_s},
      Field{"state", &UploadRow::state},     Field{"reason", &UploadRow::reason},
      Field{"gave", &UploadRow::gave_bytes}, Field{"started_ms", &UploadRow::started_ms},
      Field{"agent", &UploadRow::agent}};
};
template <>
struct Fields<api::GivenSpan> {
  static constexpr std::tuple kAll{Field{"bytes", &api::GivenSpan::bytes},
                                   Field{"users", &api::GivenSpan::users},
                                   Field{"files", &api::GivenSpan::files}};
};
template <>
struct Fields<api::AskedRow> {
  static constexpr std::tuple kAll{Field{"name", &api::AskedRow::name},
                                   Field{"times", &api::AskedRow::times}};
};
template <>
struct Fields<GivenRow> {
  static constexpr std::tuple kAll{
      Field{"today", &GivenRow::today},         Field{"session", &GivenRow::session},
      Field{"refused", &GivenRow::refused},     Field{"refused_why", &GivenRow::refused_why},
      Field{"last_hour", &GivenRow::last_hour}, Field{"most_asked", &GivenRow::most_asked}};
};
template <>
struct Fields<LimitsRow> {
  static constexpr std::tuple kAll{
      Field{"up", &LimitsRow::up_bps},         Field{"down", &LimitsRow::down_bps},
      Field{"why", &LimitsRow::why},           Field{"slots", &LimitsRow::slots},
      Field{"per_user", &LimitsRow::per_user}, Field{"queue", &LimitsRow::queue}};
};
template <>
struct Fields<NetworkPeerRow> {
  static constexpr std::tuple kAll{
      Field{"endpoint", &NetworkPeerRow::endpoint}, Field{"role", &NetworkPeerRow::role},
      Field{"agent", &NetworkPeerRow::agent},       Field{"name", &NetworkPeerRow::name},
      Field{"inbound", &NetworkPeerRow::inbound},   Field{"state", &NetworkPeerRow::state},
      Field{"since_ms", &NetworkPeerRow::since_ms}, Field{"received", &NetworkPeerRow::received},
      Field{"sent", &NetworkPeerRow::sent},         Field{"counters", &NetworkPeerRow::counters},
      Field{"down", &NetworkPeerRow::down_bps},     Field{"up", &NetworkPeerRow::up_bps}};
};
template <>
struct Fields<NetworkRow> {
  static constexpr std::tuple kAll{Field{"mode", &NetworkRow::mode},
                                   Field{"role", &NetworkRow::role},
                                   Field{"online", &NetworkRow::online},
                                   Field{"state", &NetworkRow::state},
                                   Field{"why_role", &NetworkRow::why_role},
                                   Field{"no_hops", &NetworkRow::no_hops},
                                   Field{"listen", &NetworkRow::listen},
                                   Field{"since_ms", &NetworkRow::since_ms},
                                   Field{"called_ms", &NetworkRow::called_ms},
                                   Field{"called_for_file", &NetworkRow::called_for_file},
                                   Field{"users", &NetworkRow::users},
                                   Field{"files", &NetworkRow::files},
                                   Field{"bytes", &NetworkRow::bytes},
                                   Field{"peer_count", &NetworkRow::peer_count},
                                   Field{"peers", &NetworkRow::peers},
                                   Field{"counters", &NetworkRow::counters},
                                   Field{"down", &NetworkRow::down_bps},
                                   Field{"up", &NetworkRow::up_bps}};
};
template <>
struct Fields<ShareRow> {
  static constexpr std::tuple kAll{
      Field{"folder", &ShareRow::folder}, Field{"label", &ShareRow::label},
      Field{"present", &ShareRow::present}, Field{"files", &ShareRow::files},
      Field{"bytes", &ShareRow::bytes}};
};
template <>
struct Fields<api::SkippedRow> {
  static constexpr std::tuple kAll{Field{"path", &api::SkippedRow::path},
                                   Field{"why", &api::SkippedRow::why}};
};
template <>
struct Fields<LibraryRow> {
  static constexpr std::tuple kAll{Field{"folders", &LibraryRow::folders},
                                   Field{"files", &LibraryRow::files},
                                   Field{"bytes", &LibraryRow::bytes},
                                   Field{"to_hash", &LibraryRow::to_hash},
                                   Field{"hashing", &LibraryRow::hashing},
                                   Field{"skipped", &LibraryRow::skipped},
                                   Field{"scanning", &LibraryRow::scanning},
                                   Field{"revision", &LibraryRow::revision},
                                   Field{"found", &LibraryRow::found},
                                   Field{"found_folders", &LibraryRow::found_folders},
                                   Field{"to_hash_bytes", &LibraryRow::to_hash_bytes},
                                   Field{"hash_rate", &LibraryRow::hash_bps},
                                   Field{"on_disk", &LibraryRow::on_disk},
                                   Field{"looked_ms", &LibraryRow::looked_ms},
                                   Field{"queries", &LibraryRow::queries},
                                   Field{"matched", &LibraryRow::matched},
                                   Field{"skipped_rows", &LibraryRow::skipped_rows}};
};
template <>
struct Fields<api::FolderRow> {
  static constexpr std::tuple kAll{
      Field{"name", &api::FolderRow::name}, Field{"files", &api::FolderRow::files},
      Field{"bytes", &api::FolderRow::bytes}, Field{"has_folders", &api::FolderRow::has_folders}};
};
template <>
struct Fields<api::FileRow> {
  static constexpr std::tuple kAll{
      Field{"name", &api::FileRow::name}, Field{"size", &api::FileRow::size_bytes},
      Field{"digest", &api::FileRow::digest}, Field{"state", &api::FileRow::state}};
};
template <>
struct Fields<api::Listing> {
  static constexpr std::tuple kAll{
      Field{"folder", &api::Listing::folder}, Field{"folders", &api::Listing::folders},
      Field{"files", &api::Listing::files}, Field{"all", &api::Listing::is_all}};
};
template <>
struct Fields<api::HostRow> {
  static constexpr std::tuple kAll{
      Field{"network", &api::HostRow::network},  Field{"endpoint", &api::HostRow::endpoint},
      Field{"role", &api::HostRow::role},        Field{"told_by", &api::HostRow::told_by},
      Field{"state", &api::HostRow::state},      Field{"heard_s", &api::HostRow::heard_s},
      Field{"tried_s", &api::HostRow::tried_s},  Field{"good_s", &api::HostRow::good_s},
      Field{"failures", &api::HostRow::failures}};
};
template <>
struct Fields<WishRow> {
  static constexpr std::tuple kAll{Field{"id", &WishRow::id},
                                   Field{"text", &WishRow::text},
                                   Field{"unseen", &WishRow::unseen},
                                   Field{"seen", &WishRow::seen},
                                   Field{"asked_ms", &WishRow::asked_ms},
                                   Field{"next_ms", &WishRow::next_ms},
                                   Field{"download", &WishRow::download},
                                   Field{"fetched", &WishRow::fetched},
                                   Field{"filter", &WishRow::filter},
                                   Field{"group", &WishRow::group}};
};
template <>
struct Fields<api::UnwantedRow> {
  static constexpr std::tuple kAll{
      Field{"id", &api::UnwantedRow::id}, Field{"what", &api::UnwantedRow::what},
      Field{"network", &api::UnwantedRow::network}, Field{"who", &api::UnwantedRow::who}};
};
template <>
struct Fields<api::DiskRow> {
  static constexpr std::tuple kAll{Field{"free", &api::DiskRow::free_bytes},
                                   Field{"size", &api::DiskRow::size_bytes},
                                   Field{"low", &api::DiskRow::is_low}};
};
template <>
struct Fields<LogRow> {
  static constexpr std::tuple kAll{
      Field{"number", &LogRow::number}, Field{"wall_ms", &LogRow::wall_ms},
      Field{"level", &LogRow::level}, Field{"room", &LogRow::room}, Field{"text", &LogRow::text}};
};

// A letter each: missing, asked, written, verified.
template <>
struct Wire<std::vector<Block>> {
  static constexpr std::string_view kLetters = "mawv";
  static Json out(const std::vector<Block>& blocks) {
    std::string text;
    for (const Block block : blocks)
      text += kLetters.at(static_cast<std::size_t>(block));
    return text;
  }
  static bool in(const Json& json, std::vector<Block>& blocks) {
    if (!json.is_string()) return false;
    blocks.clear();
    for (const char letter : json.get_ref<const std::string&>()) {
      const std::size_t at = kLetters.find(letter);
      if (at == std::string_view::npos) return false;
      blocks.push_back(static_cast<Block>(at));
    }
    return true;
  }
};

namespace {

struct Rates {
  std::uint64_t down = 0;
  std::uint64_t up = 0;
  std::vector<std::uint64_t> down_history;
  std::vector<std::uint64_t> up_history;
};

template <class Row>
Json out(const Row& row) {
  return Wire<Row>::out(row);
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

template <>
struct Fields<Rates> {
  static constexpr std::tuple kAll{Field{"down", &Rates::down}, Field{"up", &Rates::up},
                                   Field{"down_history", &Rates::down_history},
                                   Field{"up_history", &Rates::up_history}};
};

Json to_json(const api::LogRow& row) {
  return out(row);
}
Json to_json(const api::WishRow& row) {
  return out(row);
}
Json to_json(const api::UnwantedRow& row) {
  return out(row);
}

Json to_json(const api::Listing& listing) {
  return out(listing);
}
bool listing_in(const Json& json, api::Listing& listing) {
  return Wire<api::Listing>::in(json, listing);
}

Json to_json(const api::HostList& list) {
  return out(list.rows);
}
bool hosts_in(const Json& json, api::HostList& list) {
  return Wire<std::vector<api::HostRow>>::in(json, list.rows);
}

bool SnapshotTeller::wants(std::string_view part) const {
  return parts_.empty() || std::ranges::find(parts_, part) != parts_.end();
}

void SnapshotTeller::add(std::string_view name, std::string_view json) {
  line_.append(line_.empty() ? "\"" : ",\"").append(name).append("\":").append(json);
}

void SnapshotTeller::tell_part(std::string_view name, const Json& part) {
  std::string text = dumped(part);
  std::string& told = told_[std::string(name)];
  if (told == text) return;
  add(name, text);
  told = std::move(text);
}

// Rows are in the order in which they came, so what he does not have comes after what he has.
void SnapshotTeller::tell_results(const api::Snapshot& shot) {
  const bool is_fresh = shot.search != search_ || shot.results.size() < changes_.size();
  if (is_fresh) changes_.clear();
  search_ = shot.search;
  std::string rows;
  for (std::size_t i = 0; i < shot.results.size(); ++i) {
    const ResultRow& row = shot.results[i];
    if (i < changes_.size() && changes_[i] == row.change) continue;
    if (rows.size() > kMostBytes) {
      has_more_ = true;
      break;
    }
    rows.append(rows.empty() ? "" : ",").append(dumped(out(row)));
    changes_.resize(std::max(changes_.size(), i + 1));
    changes_[i] = row.change;
  }
  if (rows.empty() && !is_fresh) return;
  add("results", "{\"search\":" + std::to_string(search_) +
                     ",\"fresh\":" + (is_fresh ? "true" : "false") + ",\"rows\":[" + rows + "]}");
}

void SnapshotTeller::tell_log(const api::Snapshot& shot) {
  std::string rows;
  for (const LogRow& row : shot.log) {
    if (row.number <= log_number_) continue;
    if (rows.size() > kMostBytes) {
      has_more_ = true;
      break;
    }
    rows.append(rows.empty() ? "" : ",").append(dumped(out(row)));
    log_number_ = row.number;
  }
  if (!rows.empty()) add("log", "[" + rows + "]");
}

std::string SnapshotTeller::tell(const api::Snapshot& shot) {
  line_.clear();
  has_more_ = false;
  if (wants("modes")) tell_part("modes", out(shot.modes));
  if (wants("networks")) tell_part("networks", out(shot.networks));
  if (wants("searches")) tell_part("searches", out(shot.searches));
  if (wants("downloads")) tell_part("downloads", out(shot.downloads));
  if (wants("uploads")) tell_part("uploads", out(shot.uploads));
  if (wants("given")) tell_part("given", out(shot.given));
  if (wants("clock")) tell_part("clock", out(shot.epoch_ms));
  if (wants("limits")) tell_part("limits", out(shot.limits));
  if (wants("library")) tell_part("library", out(shot.library));
  if (wants("wishes")) tell_part("wishes", out(shot.wishes));
  if (wants("unwanted")) tell_part("unwanted", out(shot.unwanted));
  if (wants("disk")) tell_part("disk", out(shot.disk));
  if (wants("rates"))
    tell_part("rates", out(Rates{shot.down_bps, shot.up_bps, shot.down_history, shot.up_history}));
  if (wants("results")) tell_results(shot);
  if (wants("log")) tell_log(shot);
  if (line_.empty()) return {};
  return "{\"moment\":{\"now_ms\":" + std::to_string(shot.now_ms) + ',' + line_ + "}}\n";
}

bool SnapshotHeard::take_results(const Json& told) {
  std::vector<ResultRow> rows;
  bool is_fresh = false;
  std::uint32_t search = 0;
  if (!told.is_object() || !Wire<bool>::in(told.value("fresh", Json()), is_fresh) ||
      !Wire<std::uint32_t>::in(told.value("search", Json()), search) ||
      !Wire<std::vector<ResultRow>>::in(told.value("rows", Json()), rows))
    return false;
  if (is_fresh || search != search_) {
    results_.clear();
    place_of_.clear();
  }
  search_ = search;
  for (ResultRow& row : rows) {
    const auto [at, is_new] = place_of_.try_emplace(row.key, results_.size());
    if (is_new)
      results_.push_back(std::move(row));
    else
      results_[at->second] = std::move(row);
  }
  return true;
}

bool SnapshotHeard::take(const Json& moment) {
  if (!moment.is_object()) return false;
  const auto part = [&]<class T>(const char* name, T& to) {
    const auto at = moment.find(name);
    return at == moment.end() || Wire<T>::in(*at, to);
  };
  Rates rates{shot_.down_bps, shot_.up_bps, shot_.down_history, shot_.up_history};
  std::vector<LogRow> log;
  if (!part("now_ms", shot_.now_ms) || !part("modes", shot_.modes) ||
      !part("networks", shot_.networks) || !part("searches", shot_.searches) ||
      !part("downloads", shot_.downloads) || !part("uploads", shot_.uploads) ||
      !part("given", shot_.given) || !part("clock", shot_.epoch_ms) ||
      !part("limits", shot_.limits) || !part("library", shot_.library) ||
      !part("wishes", shot_.wishes) || !part("unwanted", shot_.unwanted) ||
      !part("disk", shot_.disk) || !part("rates", rates) || !part("log", log))
    return false;
  shot_.down_bps = rates.down;
  shot_.up_bps = rates.up;
  shot_.down_history = std::move(rates.down_history);
  shot_.up_history = std::move(rates.up_history);
  std::ranges::move(log, std::back_inserter(log_));
  if (log_.size() > LogRing::kRows)
    log_.erase(log_.begin(), log_.end() - static_cast<std::ptrdiff_t>(LogRing::kRows));
  return !moment.contains("results") || take_results(moment["results"]);
}

api::Snapshot SnapshotHeard::snapshot(std::uint32_t search) const {
  api::Snapshot shot = shot_;
  const std::uint32_t newest = shot.searches.empty() ? 0 : shot.searches.back().id;
  shot.search = search == 0 ? newest : search;
  if (shot.search == search_) shot.results = results_;
  shot.log = log_;
  return shot;
}

}  // namespace p2p::app
