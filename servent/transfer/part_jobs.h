// PartJobs: a PartFile as the loop sees it: each call is a job on the disk's thread, answered here
// in the order of the calls. Loop's thread only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "servent/transfer/context.h"
#include "servent/transfer/part_file.h"

namespace p2p::transfer {

class PartJobs {
 public:
  using Then = std::function<void(const Stored&)>;
  using ThenMap = std::function<void(const Stored&, const PieceMap&)>;

  // In the folder of the Settings' state, under a name of its own for each wish.
  PartJobs(ContextPtr context, const Wanted& wanted);

  const std::filesystem::path& path() const { return path_; }
  bool is_writing() const { return *writing_ > 0; }

  void open(Then then);  // and digests what is there: unfinished until catch_up() is through
  void catch_up(Then then);
  void tell(ThenMap then);
  // `what` without its bytes, which are the block's; the block is given back.
  void write(BlockPtr block, PartWrite what, unsigned delivery, Then then);
  void check(std::vector<PieceIndex> pieces, Then then);
  void keep_only(Extents had);
  void check_by(std::shared_ptr<const HashTree> tree);
  void expect(const Sha1& sha1);  // where nothing is promised
  void start_over(Resume resume, Then then);
  void finish(const std::string& name, std::optional<std::int64_t> modified_unix, Then then);

  // Is what has come since the last record more than a crash may cost?
  bool is_due(std::uint64_t have_bytes, std::int64_t now) const;
  // The record claims what is there by then. Closes the file unless more is to come at once.
  void keep(const Resume& resume, bool more_comes, std::int64_t now, Then then);
  bool is_kept(std::uint64_t have_bytes) const { return have_bytes == kept_bytes_; }
  void rest();
  void remove();

 private:
  void run(std::function<Stored(PartFile&)> job, Then then);

  ContextPtr context_;
  std::filesystem::path path_;
  std::shared_ptr<PartFile> file_;
  std::shared_ptr<std::size_t> writing_ = std::make_shared<std::size_t>(0);  // blocks
  std::uint64_t kept_bytes_ = 0;                                             // in the record
  std::int64_t kept_at_ = 0;
};

}  // namespace p2p::transfer
