// A Backend whose moment the test writes: it tells `shot` and keeps what it was asked.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "servent/api/backend.h"
#include "servent/app/bell.h"

namespace p2p::test {

struct FakeBackend : api::Backend {
  std::uint64_t revision() const override { return changes; }
  std::shared_ptr<void> on_change(std::function<void()> ring) override {
    return bell.add(std::move(ring));
  }
  api::Snapshot snapshot(std::uint32_t search) override {
    ++snapshots;
    api::Snapshot out = shot;
    out.revision = changes;
    out.search = search == 0 ? newest : search;
    if (out.search == newest) out.results = results;
    out.log = log;
    return out;
  }
  api::Outcome submit(const api::Request& request) override {
    asked.push_back(request);
    return outcome;
  }
  void look_into(const std::string& folder, std::function<void(api::Listing)> done) override {
    api::Listing listing;
    listing.folder = folder;
    done(listing);
  }
  void look_at_hosts(std::function<void(api::HostList)> done) override { done(hosts); }
  void share(const std::string& path, bool wanted,
             std::function<void(api::Outcome)> done) override {
    done({wanted ? path + " is not a folder that can be read" : std::string(), 0});
  }
  void changed() {
    ++changes;
    bell.ring();
  }

  app::Bell bell;
  api::Snapshot shot;
  std::uint32_t newest = 0;  // whose results these are
  std::vector<api::ResultRow> results;
  std::vector<api::LogRow> log;
  std::vector<api::Request> asked;
  api::Outcome outcome;
  api::HostList hosts;
  std::uint64_t changes = 1;
  std::size_t snapshots = 0;
};

// Every field has a value of its own.
inline api::Snapshot full_moment() {
  api::Snapshot shot;
  shot.now_ms = 123456;
  api::NetworkPeerRow peer{"127.0.0.1:1", "leaf", "agent", "n\xE9", true,
                           "up",          5,      6,       7,       {{"c", 8}}};
  shot.networks.push_back({"gnutella",
                           "ultrapeer",
                           true,
                           "3 links",
                           "2 leaves need it",
                           "none",
                           "127.0.0.1:2",
                           9,
                           10,
                           true,
                           1,
                           2,
                           3,
                           4,
                           {peer},
                           {{"seen", 5}, {"dropped", 6}}});
  shot.searches.push_back({3, "sun dogs", api::SearchState::finished, 4, 5, 6, 7, "complete"});
  api::DownloadRow download;
  download.id = 9;
  download.sources_active = 1;
  download.name =
      "a\xFF\x80"
      "b.mp3";
  download.size_bytes = 1ULL << 53U;
  download.have_bytes = 11;
  download.rate_bps = 12;
  download.limit_bps = 13;
  download.reason = "queue 7";
  download.retry_ms = 14;
  download.digest = "urn:sha1:X";
  download.path = "/tmp/x";
  download.started_ms = 15;
  download.sources.push_back({"napster", "ann", "a/b.mp3", "free slot", 1, 2, 3, 4});
  download.blocks = {api::Block::missing, api::Block::asked, api::Block::written,
                     api::Block::verified};
  download.place = 16;
  download.state = api::DownloadState::no_source;
  download.priority = api::Priority::high;
  download.verified = true;
  download.in_order = true;
  shot.downloads.push_back(download);
  shot.uploads.push_back({1, "kazaa", "bob", "c.mp3", 2, 3, 4, 5, 6, 7, "queued", "full", 8, 9});
  shot.limits = {1, 2, "by hand", 3, 4, 5};
  shot.library = {{{"/music", "music", false}}, 1, 2, 3, "d.mp3", 4, true};
  shot.wishes.push_back({1, "sun", 2, 3, 4, 5, true, true});
  shot.down_bps = 21;
  shot.up_bps = 22;
  shot.down_history = {1, 2};
  shot.up_history = {3, 4};
  return shot;
}

inline api::ResultRow result_row(std::uint64_t key, const std::string& name) {
  api::ResultRow row;
  row.key = key;
  row.name = name;
  row.folder = "f/";
  row.size_bytes = 2;
  row.digest = "urn:sha1:Y";
  row.media = {3, 4, 5};
  row.tags = {"artist", "title", "album", "genre", 6, 7, 8};
  row.have = api::Have::queued;
  row.seen_ms = 9;
  row.link = "magnet:?";
  row.sources.push_back({"napster", "ann", "f/x", "asked", 1, 2, 3, 4});
  row.change = key;
  return row;
}

}  // namespace p2p::test
