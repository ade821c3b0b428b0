// Sharing: what we offer, as the network must know it: the keyword table of our own files
// (gnutella.md, section 6.2).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/packing.h"
#include "protocols/base/rare.h"
#include "protocols/gnutella/message.h"
#include "protocols/gnutella/qrp.h"
#include "protocols/mode.h"

namespace p2p::gnutella {

inline constexpr Duration kRebuildAfter = 30s;  // files went: their words go that much later

class Sharing {
 public:
  void start(Cx& cx);  // asks for the first page
  void page(const Page& page, Cx& cx);
  void changed(const Shared& shared, Cx& cx);
  void expire(Cx& cx);
  Time deadline() const { return stock_->rebuild; }

  // Of all our files, those included that are still being fetched; grows at once, shrinks after
  // kRebuildAfter.
  const QrpTable& table() const { return stock_->table ? *stock_->table : nothing; }
  std::uint32_t revision() const { return revision_; }   // of the table
  std::uint64_t files() const { return stock_->files; }  // whole ones
  std::uint64_t bytes() const { return stock_->bytes; }
  // False: we surely have nothing with all these words (and, if it is asked for, this digest), so
  // the disk need not be asked. Before all pages are here: true.
  bool may_have(std::span<const std::uint32_t> products) const;
  bool may_have(const Sha1& sha1) const;

  // Of who has nothing to share; nothing else fits.
  void pack(Packer& out) const;
  void unpack(Unpacker& in);

 private:
  using Table = std::unique_ptr<QrpTable>;  // null: nothing is in it
  static const QrpTable nothing;
  void add(const SharedFile& file, Table& to);
  void count(const Shared& shared);
  void rebuild(Cx& cx);

  // Of who has something.
  struct Stock {
    Table table;
    Table fresh;  // being built from pages
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t fresh_files = 0;
    std::uint64_t fresh_bytes = 0;
    Time rebuild = kNever;
  };

  Rare<Stock> stock_;
  std::uint32_t run_ = 0;
  std::uint32_t revision_ = 0;
  bool paging_ = false;
  bool complete_ = false;
};

// The term that a digest puts into keyword tables: "urn:sha1:..." in small letters (section 6.2).
std::string urn_term(const Sha1& sha1);

}  // namespace p2p::gnutella
