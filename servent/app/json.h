// Rows of the api as JSON objects, the ones that --json prints and the control socket carries.
// Unknown is null, numbers are numbers, and names are bytes as strangers sent them: write_line
// turns what is not UTF-8 into U+FFFD. Only the control socket and the command line include this.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "servent/api/snapshot.h"

namespace p2p::app {

using Json = nlohmann::ordered_json;

Json to_json(const api::ResultRow& row);
Json to_json(const api::DownloadRow& row);
Json to_json(const api::UploadRow& row);
Json to_json(const api::LimitsRow& row);
Json to_json(const api::ShareRow& row);
Json to_json(const api::NetworkRow& row);  // without its peers
Json to_json(const api::NetworkPeerRow& row, const std::string& network);

// One object for the whole node: networks, library, rates, counts of downloads and uploads.
Json status_json(const api::Snapshot& snapshot);
// How a download ended, or stands: link, done, verified, path, and the row's own fields but for its
// sources, since it is told again and again.
Json get_json(const api::DownloadRow& row, const std::string& link);

const char* to_text(api::DownloadState state);
const char* to_text(api::Priority priority);

// The object on one line, with its newline. Invalid UTF-8 becomes U+FFFD, control bytes \u00XX.
std::string write_line(const Json& object);

}  // namespace p2p::app
