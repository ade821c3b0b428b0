// Context: what every upload and download of one Engine shares. Loop's thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "protocols/base/rng.h"
#include "protocols/base/time.h"
#include "protocols/transfer/reciprocity.h"

#include "servent/transfer/alternates.h"
#include "servent/transfer/blocks.h"
#include "servent/transfer/disk.h"
#include "servent/transfer/download_turns.h"
#include "servent/transfer/engine.h"
#include "servent/transfer/meter.h"
#include "servent/transfer/part_offers.h"
#include "servent/transfer/rates.h"
#include "servent/transfer/upload_stats.h"

namespace p2p::transfer {

struct Context {
  static constexpr std::size_t kBlocks = 16;               // 4 MiB between all sockets and the disk
  static constexpr std::chrono::seconds kConnectWait{30};  // for whom we call

  Context(boost::asio::io_context& loop, Settings given, Hooks called)
      : io(loop),
        settings(std::move(given)),
        hooks(std::move(called)),
        disk(loop),
        alternates(settings.allow_public),
        turns(settings.downloads_at_once),
        parts([this](const SharedFile& file, bool is_there) {
          if (hooks.part_offered && !stopping) hooks.part_offered(file, is_there);
        }) {}
  ~Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  Context(Context&&) = delete;
  Context& operator=(Context&&) = delete;

  void changed() const {
    if (hooks.changed && !stopping) hooks.changed();
  }
  void log(api::LogLevel level, std::string text) const {
    if (hooks.log && !stopping) hooks.log(level, std::move(text));
  }
  // Tells the network, once each, that a transfer began or ended; `noted` is the transfer's mark.
  void note(bool& noted, const std::string& network, bool upload, bool started) const {
    if (std::exchange(noted, started) == started || stopping || !hooks.transfer_note) return;
    hooks.transfer_note(network, TransferNote{upload, started});
  }

  // Those whose turn has come or gone look at what they do.
  void stir_changed() {
    for (const std::uint32_t id : turns.take_changed())
      if (stir_download && !stopping) stir_download(id);
  }
  void end_turn(std::uint32_t id) {
    turns.give(id);
    stir_changed();
  }
  // May the download ask one source more? If not, it is stirred when others ask one less.
  bool may_ask(std::uint32_t id) {
    if (sources_asked < settings.all_sources_at_once) return true;
    crowded_out.insert(id);
    return false;
  }
  void source_ended() {
    --sources_asked;
    for (const std::uint32_t id : std::exchange(crowded_out, {}))
      if (stir_download && !stopping) stir_download(id);
  }

  Time now() const { return Time(Duration(now_ms())); }
  static Moment moment() { return {now_ms(), local_day()}; }

  boost::asio::io_context& io;
  const Settings settings;
  const Hooks hooks;
  Disk disk;
  Blocks blocks{kBlocks};
  Alternates alternates;
  Rng rng{settings.seed};
  std::size_t sources_asked = 0;        // by all downloads: those that are reached, awaited or give
  std::set<std::uint32_t> crowded_out;  // downloads that were refused one since
  DownloadTurns turns;
  std::function<void(std::uint32_t)> stir_download;
  PartOffers parts;
  Meter down;
  Meter up;
  Rates rates;
  Gifts gifts;  // by giver_key() (giver_key.h)
  UploadStats stats;
  std::uint32_t last_reach = 0;
  std::uint32_t last_upload = 0;
  bool stopping = false;
};
using ContextPtr = std::shared_ptr<Context>;

}  // namespace p2p::transfer
