#include "servent/transfer/alternates.h"

#include <algorithm>
#include <utility>

namespace p2p::transfer {

namespace {

bool is_loopback(std::uint32_t address) {
  return (address >> 24U) == 127;
}

}  // namespace

void Alternates::ours(const Endpoint& here) {
  if (here.port == 0 || std::ranges::find(ours_, here) != ours_.end()) return;
  if (ours_.size() >= kOurs) ours_.erase(ours_.begin());
  ours_.push_back(here);
  for (auto& [content, file] : files_)
    std::erase_if(file.known, [&](const Entry& entry) { return entry.at == here; });
}

bool Alternates::may_know(const Endpoint& one, std::uint32_t from) const {
  return one.port != 0 && is_routable(one.address) && (allow_public_ || is_private(one.address)) &&
         (!is_loopback(one.address) || is_loopback(from)) &&
         std::ranges::find(ours_, one) == ours_.end();
}

Alternates::File& Alternates::file(const Sha1& content, std::int64_t now) {
  if (files_.size() >= kFiles && !files_.contains(content)) {
    const auto worth = [](const auto& item) {
      return std::pair(std::ranges::any_of(item.second.known, &Entry::proven), item.second.touched);
    };
    files_.erase(std::ranges::min_element(files_, {}, worth));
  }
  File& file = files_[content];
  file.touched = now;
  std::erase_if(file.known, [&](const Entry& entry) { return entry.heard + kLifeMs <= now; });
  std::erase_if(file.dead, [&](const Dead& dead) { return dead.since + kDeadMs <= now; });
  return file;
}

void Alternates::make_room(File& file) {
  if (file.known.size() < kPerFile) return;
  const auto worth = [](const Entry& entry) { return std::pair(entry.proven, entry.heard); };
  file.known.erase(std::ranges::min_element(file.known, {}, worth));
}

void Alternates::hear(File& file, const Endpoint& one, std::uint32_t from, std::int64_t now) {
  if (std::ranges::find(file.dead, one, &Dead::at) != file.dead.end()) return;
  if (const auto at = std::ranges::find(file.known, one, &Entry::at); at != file.known.end()) {
    at->heard = now;
    return;
  }
  const auto is_his = [from](const Entry& entry) { return entry.told_by == from && !entry.proven; };
  if (std::ranges::count_if(file.known, is_his) >= std::ptrdiff_t{kPerTeller}) {
    auto oldest = file.known.end();
    for (auto at = file.known.begin(); at != file.known.end(); ++at)
      if (is_his(*at) && (oldest == file.known.end() || at->heard < oldest->heard)) oldest = at;
    file.known.erase(oldest);
  }
  const bool full = file.known.size() >= kPerFile;
  if (full && std::ranges::all_of(file.known, &Entry::proven)) return;
  make_room(file);
  file.known.push_back({one, from, now, false});
}

void Alternates::report(File& file, const Endpoint& one, std::uint32_t from, std::int64_t now) {
  const auto at = std::ranges::find(file.known, one, &Entry::at);
  if (at == file.known.end()) return;
  if (std::ranges::find(at->reports, from) != at->reports.end()) return;
  at->reports.push_back(from);
  if (at->reports.size() >= kReports) bury(file, one, now);
}

void Alternates::bury(File& file, const Endpoint& one, std::int64_t now) {
  std::erase_if(file.known, [&](const Entry& entry) { return entry.at == one; });
  std::erase_if(file.dead, [&](const Dead& dead) { return dead.at == one; });
  if (file.dead.size() >= kPerFile) file.dead.erase(file.dead.begin());
  file.dead.push_back({one, now});
}

void Alternates::told(const Sha1& content, const Others& others, std::uint32_t from,
                      std::int64_t now) {
  const auto may = [&](const Endpoint& one) { return may_know(one, from); };
  if (std::ranges::none_of(others.alive, may) && !files_.contains(content)) return;
  File& about = file(content, now);
  for (const Endpoint& one : others.alive)
    if (may(one)) hear(about, one, from, now);
  for (const Endpoint& one : others.dead)
    report(about, one, from, now);
}

void Alternates::proved(const Sha1& content, const Endpoint& one, std::int64_t now) {
  if (!may_know(one, one.address)) return;
  File& about = file(content, now);
  std::erase_if(about.dead, [&](const Dead& dead) { return dead.at == one; });
  auto at = std::ranges::find(about.known, one, &Entry::at);
  if (at == about.known.end()) {
    make_room(about);
    about.known.push_back({one, one.address, now, true});
    return;
  }
  at->heard = now;
  at->proven = true;
  at->reports.clear();
}

void Alternates::failed(const Sha1& content, const Endpoint& one, std::int64_t now) {
  if (files_.contains(content)) bury(file(content, now), one, now);
}

std::vector<Endpoint> Alternates::of(const Sha1& content, std::int64_t now) const {
  const auto at = files_.find(content);
  if (at == files_.end()) return {};
  std::vector<const Entry*> known;
  for (const Entry& entry : at->second.known)
    if (entry.heard + kLifeMs > now) known.push_back(&entry);
  std::ranges::stable_sort(known, std::ranges::greater(), [](const Entry* entry) {
    return std::pair(entry->proven, entry->heard);
  });
  std::vector<Endpoint> out;
  out.reserve(known.size());
  for (const Entry* entry : known)
    out.push_back(entry->at);
  return out;
}

}  // namespace p2p::transfer
