#include "servent/app/control_rows.h"

#include "servent/app/snapshot_json.h"

namespace p2p::app {

namespace {

template <class Rows>
std::string row_lines(const Rows& rows) {
  std::string lines;
  for (const auto& row : rows)
    lines += write_line(Json{{"row", to_json(row)}});
  return lines;
}

std::string peer_lines(const api::Snapshot& moment) {
  std::string lines;
  for (const auto& network : moment.networks)
    for (const auto& peer : network.peers)
      lines += write_line(Json{{"row", to_json(peer, network.mode)}});
  return lines;
}

}  // namespace

std::optional<std::string> listed(const std::string& verb, const api::Snapshot& moment,
                                  const std::vector<Json>& settings) {
  if (verb == "status") return write_line(Json{{"row", status_json(moment)}});
  if (verb == "peers") return peer_lines(moment);
  if (verb == "mode") return row_lines(moment.networks);
  if (verb == "shares") return row_lines(moment.library.folders);
  if (verb == "downloads") return row_lines(moment.downloads);
  if (verb == "uploads") return row_lines(moment.uploads);
  if (verb == "wishes") return row_lines(moment.wishes);
  if (verb == "unwanted") return row_lines(moment.unwanted);
  if (verb == "log") return row_lines(moment.log);
  if (verb != "config") return {};
  std::string lines;
  for (const Json& row : settings)
    lines += write_line(Json{{"row", row}});
  return lines;
}

std::string trail_lines(const std::vector<api::TrailRow>& rows) {
  std::string lines;
  for (const api::TrailRow& row : rows)
    lines += write_line(Json{{"row",
                              {{"at_ms", row.at_ms},
                               {"what", row.what},
                               {"query", row.query},
                               {"local", row.local},
                               {"remote", row.remote}}}});
  return lines;
}

}  // namespace p2p::app
