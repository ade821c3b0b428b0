#include "servent/app/json.h"

namespace p2p::app {

namespace {

Json known(std::uint64_t value) {
  return value == 0 ? Json(nullptr) : Json(value);
}
Json known(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json traffic_of(const std::vector<api::TrafficRow>& rows) {
  Json all = Json::array();
  for (const api::TrafficRow& row : rows)
    all.push_back({{"kind", row.kind},
                   {"in", row.in},
                   {"out", row.out},
                   {"in_bytes", row.in_bytes},
                   {"out_bytes", row.out_bytes}});
  return all;
}

Json counters_of(const std::vector<std::pair<std::string, std::uint64_t>>& counters) {
  Json out = Json::object();
  for (const auto& [name, value] : counters)
    out[name] = value;
  return out;
}

char letter_of(api::Block block) {
  switch (block) {
    case api::Block::missing: return 'm';
    case api::Block::asked: return 'a';
    case api::Block::written: return 'w';
    case api::Block::verified: return 'v';
  }
  return '?';
}

// Of a download. `asked` has the first byte that it still owes, and the one behind the last.
Json source_json(const api::SourceRow& row) {
  const bool owes = row.asked_begin < row.asked_end;
  return {{"network", row.network},
          {"user", row.user},
          {"state", known(row.state)},
          {"rate", row.rate_bps},
          {"got", row.got_bytes},
          {"asked", owes ? Json::array({row.asked_begin, row.asked_end}) : Json(nullptr)}};
}

}  // namespace

Json to_json(const api::ResultRow& row) {
  Json users = Json::array();
  for (const api::SourceRow& source : row.sources)
    users.push_back(source.user);
  return {{"name", row.name},
          {"size", row.size_bytes},
          {"digest", known(row.digest)},
          {"sources", row.sources.size()},
          {"users", std::move(users)},
          {"link", known(row.link)},
          {"fields",
           {{"bitrate", known(row.media.bitrate_kbps)},
            {"sample_rate", known(row.media.sample_rate_hz)},
            {"duration", known(row.media.duration_s)},
            {"artist", known(row.tags.artist)},
            {"title", known(row.tags.title)},
            {"album", known(row.tags.album)},
            {"genre", known(row.tags.genre)},
            {"year", known(row.tags.year)},
            {"width", known(row.tags.width)},
            {"height", known(row.tags.height)}}}};
}

Json to_json(const api::DownloadRow& row) {
  Json from = Json::array();
  for (const api::SourceRow& source : row.sources)
    from.push_back(source_json(source));
  std::string blocks;
  for (const api::Block block : row.blocks)
    blocks += letter_of(block);
  return {{"id", row.id},
          {"name", row.name},
          {"size", row.size_bytes},
          {"have", row.have_bytes},
          {"rate", row.rate_bps},
          {"state", to_text(row.state)},
          {"reason", known(row.reason)},
          {"priority", to_text(row.priority)},
          {"limit", row.limit_bps},
          {"in_order", row.in_order},
          {"place", known(row.place)},
          {"done", row.state == api::DownloadState::done},
          {"verified", row.verified},
          {"digest", known(row.digest)},
          {"path", known(row.path)},
          {"blocks", known(blocks)},
          {"sources", row.sources.size()},
          {"from", std::move(from)}};
}

Json to_json(const api::UploadRow& row) {
  return {{"id", row.id},
          {"network", known(row.network)},
          {"user", row.user},
          {"name", row.name},
          {"size", row.size_bytes},
          {"sent", row.sent_bytes},
          {"rate", row.rate_bps},
          {"limit", row.limit_bps},
          {"place", known(row.place)},
          {"wait", known(row.wait_s)},
          {"state", row.state},
          {"reason", known(row.reason)},
          {"gave", row.gave_bytes}};
}

// A limit of 0 is none.
Json to_json(const api::LimitsRow& row) {
  return {{"up", row.up_bps},   {"down", row.down_bps},     {"why", known(row.why)},
          {"slots", row.slots}, {"per_user", row.per_user}, {"queue", row.queue}};
}

Json to_json(const api::ShareRow& row) {
  return {{"folder", row.folder}, {"label", row.label}, {"present", row.present}};
}

// That nobody called says nothing: perhaps nobody had to.
Json to_json(const api::NetworkRow& row) {
  Json reachable;
  if (row.called_ms > 0)
    reachable = true;
  else if (row.listen.empty())
    reachable = false;
  const char* const called_for = row.called_for_file ? "file" : "link";
  Json object{{"mode", row.mode},
              {"role", row.role},
              {"why_role", known(row.why_role)},
              {"online", row.online},
              {"state", row.state},
              {"listen", known(row.listen)},
              {"since_ms", row.since_ms > 0 ? Json(row.since_ms) : Json()},
              {"reachable", std::move(reachable)},
              {"called_ms", row.called_ms > 0 ? Json(row.called_ms) : Json()},
              {"called_for", row.called_ms > 0 ? Json(called_for) : Json()},
              {"users", known(row.users)},
              {"files", known(row.files)},
              {"bytes", known(row.bytes)},
              {"peers", row.peer_count},
              {"counters", counters_of(row.counters)}};
  if (!row.traffic.empty()) object["traffic"] = traffic_of(row.traffic);
  return object;
}

Json to_json(const api::NetworkPeerRow& row, const std::string& network) {
  return {{"network", network},        {"endpoint", known(row.endpoint)},
          {"role", known(row.role)},   {"agent", known(row.agent)},
          {"name", known(row.name)},   {"direction", row.inbound ? "in" : "out"},
          {"state", known(row.state)}, {"received", row.received},
          {"sent", row.sent},          {"counters", counters_of(row.counters)}};
}

Json status_json(const api::Snapshot& snapshot) {
  Json networks = Json::array();
  for (const api::NetworkRow& row : snapshot.networks)
    networks.push_back(to_json(row));
  return {{"now_ms", snapshot.now_ms},
          {"networks", networks},
          {"shared_files", snapshot.library.files},
          {"shared_bytes", snapshot.library.bytes},
          {"to_hash", snapshot.library.to_hash},
          {"scanning", snapshot.library.scanning},
          {"looking_up", snapshot.library.looking_up},
          {"downloads", snapshot.downloads.size()},
          {"uploads", snapshot.uploads.size()},
          {"down_rate", snapshot.down_bps},
          {"up_rate", snapshot.up_bps},
          {"disk_free", known(snapshot.disk.free_bytes)},
          {"disk_low", snapshot.disk.is_low}};
}

Json get_json(const api::DownloadRow& row, const std::string& link) {
  Json object = to_json(row);
  object.erase("from");
  object["link"] = link;
  return object;
}

const char* to_text(api::DownloadState state) {
  switch (state) {
    case api::DownloadState::running: return "running";
    case api::DownloadState::waiting: return "waiting";
    case api::DownloadState::paused: return "paused";
    case api::DownloadState::retrying: return "retrying";
    case api::DownloadState::no_source: return "no source";
    case api::DownloadState::checking: return "checking";
    case api::DownloadState::done: return "done";
    case api::DownloadState::failed: return "failed";
  }
  return "?";
}

const char* to_text(api::Priority priority) {
  switch (priority) {
    case api::Priority::low: return "low";
    case api::Priority::normal: return "normal";
    case api::Priority::high: return "high";
  }
  return "?";
}

std::string write_line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace p2p::app
