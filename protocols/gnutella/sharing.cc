#include "protocols/gnutella/sharing.h"

#include <algorithm>
#include <utility>

#include "protocols/base/letters.h"

namespace p2p::gnutella {

std::string urn_term(const Sha1& sha1) {
  return lowered(to_urn(sha1));
}

const QrpTable Sharing::nothing;

void Sharing::start(Cx& cx) {
  rebuild(cx);
}

void Sharing::rebuild(Cx& cx) {
  paging_ = true;
  if (Stock* const stock = stock_.changed()) {
    stock->rebuild = kNever;
    stock->fresh.reset();
    stock->fresh_files = stock->fresh_bytes = 0;
  }
  cx.out.report(PageAsked{{++run_}, 0, true});
}

void Sharing::add(const SharedFile& file, Table& to) {
  if (!to) to = std::make_unique<QrpTable>();
  for (const std::string& term : qrp_terms(base_name(file.name)))
    to->add(term);
  if (file.sha1) to->add(urn_term(*file.sha1));
}

void Sharing::page(const Page& page, Cx& cx) {
  if (!paging_ || page.ticket[0] != run_) return;
  for (const SharedFile& file : page.files) {
    Stock& stock = stock_.change();
    add(file, stock.fresh);
    if (file.partial) continue;
    stock.fresh_bytes += file.size_bytes;
    ++stock.fresh_files;
  }
  if (!page.last) {
    cx.out.report(PageAsked{{run_}, page.next, true});
    return;
  }
  paging_ = false;
  complete_ = true;
  Stock* const stock = stock_.changed();
  if (stock == nullptr) return;  // nothing is shared, as before
  stock->files = stock->fresh_files;
  stock->bytes = stock->fresh_bytes;
  Table fresh = std::move(stock->fresh);
  if ((fresh ? *fresh : nothing) == table()) return;
  stock->table = std::move(fresh);
  ++revision_;
}

void Sharing::changed(const Shared& shared, Cx& cx) {
  // A page may have been read before this, or after it; what is still being fetched comes with the
  // last one, as it is then.
  if (shared.start_over || (paging_ && !shared.partial)) {
    rebuild(cx);
    return;
  }
  Stock& stock = stock_.change();
  for (const SharedFile& file : shared.added)
    add(file, stock.table);
  if (!shared.partial) count(shared);
  if (!shared.added.empty()) ++revision_;
  if (!shared.removed.empty() && !paging_)
    stock.rebuild = std::min(stock.rebuild, cx.now + kRebuildAfter);
}

void Sharing::count(const Shared& shared) {
  Stock& stock = stock_.change();
  for (const SharedFile& file : shared.added)
    stock.bytes += file.size_bytes;
  stock.files += shared.added.size();
  stock.files -= std::min<std::uint64_t>(stock.files, shared.removed.size());
}

void Sharing::expire(Cx& cx) {
  if (deadline() <= cx.now) rebuild(cx);
}

bool Sharing::may_have(std::span<const std::uint32_t> products) const {
  if (!complete_ || paging_) return true;
  return std::ranges::all_of(products,
                             [&](std::uint32_t product) { return table().has_product(product); });
}

bool Sharing::may_have(const Sha1& sha1) const {
  return !complete_ || paging_ || table().has(urn_term(sha1));
}

void Sharing::pack(Packer& out) const {
  out.refuse(!stock_.is_usual());
  out.put(out.narrow<std::uint16_t>(run_));
  out.put(out.narrow<std::uint16_t>(revision_));
  out.put(paging_);
  out.put(complete_);
}

void Sharing::unpack(Unpacker& in) {
  run_ = in.take<std::uint16_t>();
  revision_ = in.take<std::uint16_t>();
  paging_ = in.take<bool>();
  complete_ = in.take<bool>();
}

}  // namespace p2p::gnutella
