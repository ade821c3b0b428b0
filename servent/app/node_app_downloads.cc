// App and its downloads: where they find sources, what was fetched, and the disk that they go to.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "servent/app/kept_text.h"
#include "servent/app/log.h"
#include "servent/app/node_app.h"

namespace p2p::app {

using api::LogLevel;

// A new link may know what could not be reached so far: nobody waits for the next try then.
void App::retry_downloads() {
  for (const api::DownloadRow& row : engine_->downloads())
    if (row.state == api::DownloadState::retrying || row.state == api::DownloadState::no_source)
      engine_->retry(row.id);
}

// In what the screens' searches found already, and in a search of its own.
void App::find_sources(std::uint32_t download, const transfer::Wanted& wanted) {
  engine_->add_sources(
      download,
      searches_.sources_of({wanted.name, wanted.size_bytes, wanted.sha1, {}, {}, wanted.uuhash}));
  std::vector<Seeker::Network> networks;
  for (const auto& node : nodes_)
    networks.push_back(
        {std::string(node->row().mode), node->row().transfers == DialectKind::kazaa});
  boost::asio::post(io_, [this, searches = seeker_.seek(download, wanted, networks)] {
    for (const auto& [name, search] : searches)
      if (net::Node* node = network(name)) ask(*node, search);
  });
}

// Not on the loop: it may lie on a network drive.
void App::look_at_disk() {
  if (!disk_.is_due(now())) return;
  boost::asio::post(chores_, [this, folder = places_.downloads] {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) return;
    boost::asio::post(io_, [this, space] {
      if (!disk_.take(space.available, space.capacity)) return;
      if (disk_.row().is_low)
        log_line(LogLevel::warn, "disk",
                 "the disk of the downloads is nearly full: " +
                     std::to_string(space.available >> 20U) + " MiB are left");
      changed();
    });
  });
}

void App::load_fetched() {
  boost::asio::post(chores_, [this, file = places_.data / "fetched"] {
    auto text = read_whole(file, FetchedFiles::kMostText);
    if (!text)
      log_line(LogLevel::warn, "disk", file.string() + " is ignored: it is no list of ours");
    FetchedFiles kept;
    if (!kept.load(text.value_or("")) && text) write_whole(file, kept.saved());
    boost::asio::post(io_, [this, kept = std::move(kept)]() mutable {
      for (const Sha1& content : fetched_.all())
        kept.add(content);
      fetched_ = std::move(kept);
    });
  });
}

// From now on every search says that it is here.
void App::keep_fetched(const Sha1& content) {
  searches_.mark(content, api::Have::have);
  std::string line = fetched_.add(content);
  if (line.empty()) return;
  boost::asio::post(chores_, [file = places_.data / "fetched", line = std::move(line)] {
    if (!append_line(file, line))
      log_line(LogLevel::error, "disk",
               "cannot write " + file.string() + ": what was fetched is not kept");
  });
}

}  // namespace p2p::app
