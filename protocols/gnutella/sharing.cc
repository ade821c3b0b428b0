#include "protocols/gnutella/sharing.h"

#include <algorithm>

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
  rebuild_ = kNever;
  paging_ = true;
  fresh_.reset();
  fresh_files_ = fresh_bytes_ = 0;
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
    add(file, fresh_);
    if (file.partial) continue;
    fresh_bytes_ += file.size_bytes;
    ++fresh_files_;
  }
  if (!page.last) {
    cx.out.report(PageAsked{{run_}, page.next, true});
    return;
  }
  paging_ = false;
  complete_ = true;
  files_ = fresh_files_;
  bytes_ = fresh_bytes_;
  if ((fresh_ ? *fresh_ : nothing) == table()) return;
  table_ = std::move(fresh_);
  fresh_.reset();
  ++revision_;
}

void Sharing::changed(const Shared& shared, Cx& cx) {
  // A page may have been read before this, or after it; what is still being fetched comes with the
  // last one, as it is then.
  if (shared.start_over || (paging_ && !shared.partial)) {
    rebuild(cx);
    return;
  }
  for (const SharedFile& file : shared.added)
    add(file, table_);
  if (!shared.partial) count(shared);
  if (!shared.added.empty()) ++revision_;
  if (!shared.removed.empty() && !paging_) rebuild_ = std::min(rebuild_, cx.now + kRebuildAfter);
}

void Sharing::count(const Shared& shared) {
  for (const SharedFile& file : shared.added)
    bytes_ += file.size_bytes;
  files_ += shared.added.size();
  files_ -= std::min<std::uint64_t>(files_, shared.removed.size());
}

void Sharing::expire(Cx& cx) {
  if (rebuild_ <= cx.now) rebuild(cx);
}

bool Sharing::may_have(std::span<const std::uint32_t> products) const {
  if (!complete_ || paging_) return true;
  return std::ranges::all_of(products,
                             [&](std::uint32_t product) { return table().has_product(product); });
}

bool Sharing::may_have(const Sha1& sha1) const {
  return !complete_ || paging_ || table().has(urn_term(sha1));
}

}  // namespace p2p::gnutella
