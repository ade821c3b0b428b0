// HttpFetcher: the asking side of one HTTP connection to a Gnutella or FastTrack source
// (gnutella.md, section 9; fasttrack.md, section 8; third walk of architecture.md). Observed:
// vectors/gnutella/http_*; what gtk-gnutella asks is http_gtkg_download_request.hex.
//
//   us: GET <path>, Range: bytes=a-b    them: 206 a-c, c <= b, bytes    us: GET, Range: c+1-b ...
//
// A source may answer less than asked (512 KiB at first from gtk-gnutella), so it asks again from
// where the last answer ended until all is there. One that answers a part with the whole file
// gives all the rest; one that answers with a few bytes each time, or sends what was not asked for,
// is left. It learns who is busy (503 with a place), who does not have the file (404, 410), whose
// file has another digest, who else has it (X-Alt), and where the tree of its hashes is
// (X-Thex-URI). A FastTrack source may leave the Content-Range out, and may close without a word on
// a path alone. Chunked and compressed bodies are refused: nobody sends files so, and we do not
// offer to take them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "protocols/base/result.h"
#include "protocols/header_block.h"
#include "protocols/transfer/fetcher.h"
#include "protocols/transfer/http_range.h"

namespace p2p::transfer {

class HttpFetcher final : public Fetcher {
 public:
  // `us`: the network whose words are used, and what the source is told of us. In Gnutella a file
  // without a digest is asked for by its number and name.
  HttpFetcher(FetchAsk ask, Dialect us);

  Bytes feed(Bytes bytes) override;
  std::string take_output() override;
  const std::optional<FetchEnd>& end() const override { return end_; }
  FetchEnd closed() const override;
  std::uint64_t missing() const override { return until_ - at_; }
  bool go_on(std::uint64_t begin, std::uint64_t end, const Owned& owned) override;
  bool probe() override;
  const std::optional<Sha1>& sha1() const override { return sha1_; }
  std::optional<std::int64_t> modified_unix() const override { return modified_unix_; }
  Others take_others() override { return std::exchange(others_, {}); }
  std::optional<TreeLink> tree() const override { return tree_; }
  bool take_refused() override { return std::exchange(refused_, false); }
  std::optional<Extents> take_available() override { return std::exchange(told_available_, {}); }

 private:
  bool is_kazaa() const { return us_.kind == DialectKind::kazaa; }
  void ask_again();
  std::string gnutella_request();
  void read_head(const HeaderBlock& head);
  void hear_of_others(const HeaderBlock& head);
  void hear_of_parts(const HeaderBlock& head);
  void read_file_head(const HeaderBlock& head, int status);
  Result<void> read_content(const HeaderBlock& head);
  Result<void> read_length(const HeaderBlock& head, int status);
  std::optional<ContentRange> read_part(const HeaderBlock& head,
                                        std::optional<std::uint64_t> length) const;
  void read_refusal(const HeaderBlock& head);
  void read_busy(const HeaderBlock& head, int status);
  Bytes take_body(Bytes bytes);
  void finish(FetchEnd::Why why, std::string text);

  FetchAsk ask_;
  Dialect us_;
  std::uint64_t at_;     // where the next byte of the file belongs
  std::uint64_t until_;  // where what was asked for ends
  HeaderBlockReader reader_{kHttpLimits};
  std::uint64_t skip_ = 0;  // of this answer's body, before what we asked for
  std::uint64_t left_ = 0;  // of this answer's body, behind that
  bool in_body_ = false;
  bool probing_ = false;  // HEAD: what comes next has no body
  bool stays_open_ = false;
  unsigned interim_ = 0;   // 1xx heads in a row
  unsigned crumbs_ = 0;    // answers with less than is worth a request
  bool heard_ = false;     // at least one byte came
  bool answered_ = false;  // at least one answer was whole
  std::string output_;
  std::optional<Sha1> sha1_;
  std::optional<std::int64_t> modified_unix_;  // as it was told first
  std::optional<FetchEnd> end_;
  std::optional<TreeLink> tree_;
  Others others_;  // not taken yet
  bool refused_ = false;
  bool told_us_ = false;              // that parts can be had here
  std::optional<Extents> available_;  // what it said so far; nothing: it has the file
  std::optional<Extents> told_available_;
  ToldOnce told_alive_;  // by the source
  ToldOnce told_dead_;
  Buffer spill_;
};

}  // namespace p2p::transfer
