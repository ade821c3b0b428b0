#include "servent/lab/crowd.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/file.h"
#include "protocols/base/overloaded.h"

#include "servent/lab/onlooker.h"
#include "servent/lab/way.h"

namespace p2p::lab {

namespace {

std::size_t place_of(SearchId id) {
  return static_cast<std::uint32_t>(id) - std::size_t{1};
}

std::optional<NodeNumber> node_of_nick(std::string_view nick) {
  NodeNumber node = 0;
  if (!nick.starts_with("node")) return {};
  const auto [end, error] = std::from_chars(nick.data() + 4, nick.data() + nick.size(), node);
  if (error != std::errc{} || end != nick.data() + nick.size()) return {};
  return node;
}

}  // namespace

std::optional<double> AskedQuery::recall() const {
  if (existing == 0) return {};
  return static_cast<double>(found) / existing;
}

Crowd::Crowd(Placement& placement, Meter& meter, Make make)
    : placement_(placement),
      meter_(meter),
      make_(std::move(make)) {}

std::string Crowd::nick(NodeNumber node) {
  return "node" + std::to_string(node);
}

Mark Crowd::sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) {
  fingerprint_.add(std::uint64_t{from} << 32U | to);
  fingerprint_.add(bytes);
  const auto [purpose, hops] = meter_.sent(from, to, bytes, stream);
  if (onlooker_ != nullptr) (void)onlooker_->sent(from, to, bytes, stream);
  return Way(world_->mark()).of(purpose, hops).mark();
}

// ---- questions of ours ------------------------------------------------------------------------

std::size_t Crowd::ask(NodeNumber node, const Query& query, World::Ms wait_ms) {
  const std::size_t place = asked_.size();
  Running& running = running_[place];
  running.copies = existing(node, query);
  running.is_found.resize(running.copies.size());
  AskedQuery& asked = asked_.emplace_back();
  asked.asker = node;
  asked.asked_at = world_->now();
  asked.existing = static_cast<std::uint32_t>(running.copies.size());
  world_->at(world_->now() + wait_ms, [this, place] { time_is_up(place); });
  world_->set_mark(Way::begun().mark());
  world_->command(node, Search{search_of(place), query});
  world_->set_mark({});
  return place;
}

std::vector<Copy> Crowd::existing(NodeNumber asker, const Query& query) {
  std::vector<Copy> copies;
  for (const FileNumber file : placement_.matching(query))
    for (const NodeNumber node : placement_.holders(file))
      if (node != asker && node < world_->size() && world_->is_up(node))
        copies.emplace_back(file, node);
  return copies;
}

void Crowd::fetch(const Pollution& pollution, bool checks, std::uint64_t seed) {
  pollution_ = pollution;
  checks_ = checks;
  fetching_ = Rng(seed);
}

void Crowd::try_copies(AskedQuery& asked, const Running& running) {
  std::vector<Copy> found;
  for (std::size_t i = 0; i < running.copies.size(); ++i)
    if (running.is_found[i] && pollution_->is_target(running.copies[i].first))
      found.push_back(running.copies[i]);
  if (!found.empty()) asked.fetched = lab::fetch(std::move(found), *pollution_, checks_, fetching_);
}

void Crowd::time_is_up(std::size_t place) {
  if (pollution_) try_copies(asked_[place], running_.at(place));
  running_.erase(place);
  if (!asked_[place].ended) world_->command(asked_[place].asker, Cancel{search_of(place)});
}

void Crowd::found(const Found& hits) {
  const auto running = running_.find(place_of(hits.id));
  if (running == running_.end()) return;
  for (const Hit& hit : hits.hits)
    count(asked_[running->first], running->second, hit);
}

void Crowd::count(AskedQuery& asked, Running& running, const Hit& hit) {
  const auto copy = copy_of(hit);
  if (copy && copy->second == asked.asker) return;
  ++asked.hits;
  if (copy) count_answer(asked, copy->second);
  const auto& copies = running.copies;
  const auto at = copy ? std::ranges::lower_bound(copies, *copy) : copies.end();
  if (at == copies.end() || *at != *copy) {
    ++asked.wrong;
    return;
  }
  const auto place = static_cast<std::size_t>(at - copies.begin());
  if (running.is_found[place]) return;
  running.is_found[place] = true;
  if (asked.found++ > 0) return;
  asked.first_hit_after = world_->now() - asked.asked_at;
  asked.first_hit_hops = Way(world_->mark()).hops();
}

void Crowd::count_answer(AskedQuery& asked, NodeNumber by) {
  if (!world_->is_up(by)) ++asked.stale;
  answers_.resize(world_->size());
  ++answers_[by];
}

// By what the hit says. A name alone may be another's; with a digest it is not.
std::optional<Copy> Crowd::copy_of(const Hit& hit) const {
  const Corpus& corpus = placement_.corpus();
  const auto file = hit.sha1 ? corpus.by_digest(*hit.sha1) : corpus.by_name(base_name(hit.name));
  NodeNumber node = World::number(hit.source.endpoint);
  if (node >= world_->size()) node = node_of_nick(hit.source.user).value_or(node);
  if (!file || node >= world_->size()) return {};
  return Copy{*file, node};
}

// ---- what nodes tell --------------------------------------------------------------------------

Page Crowd::page(NodeNumber node, const PageAsked& asked) const {
  Page page{asked.ticket, {}, asked.after, true};
  if (node >= placement_.nodes()) return page;
  const auto files = placement_.files(node);
  // The catalogue's number of a file is its number here and one.
  auto at = std::ranges::lower_bound(files, asked.after);
  for (; at != files.end() && page.files.size() < kPageFiles; ++at)
    page.files.push_back(placement_.corpus().file(*at));
  if (!page.files.empty()) page.next = page.files.back().id;
  page.last = at == files.end();
  return page;
}

void Crowd::told(NodeNumber node, Event& event) {
  if (onlooker_ != nullptr) onlooker_->told(node, event);
  std::visit(Overloaded{
                 [&](const Found& hits) { found(hits); },
                 [&](const Ended& end) {
                   const std::size_t place = place_of(end.id);
                   if (place < asked_.size() && running_.contains(place))
                     asked_[place].ended = end.why;
                 },
                 [&](const Asked& asked) {
                   Answer answer{asked.ticket, {}};
                   if (node < placement_.nodes())
                     for (const FileNumber file : placement_.matching(node, asked.query))
                       answer.files.push_back(placement_.corpus().file(file));
                   world_->command(node, answer);
                 },
                 [&](const PageAsked& asked) { world_->command(node, page(node, asked)); },
                 [&](const AccountAsked& asked) {  // nobody has one
                   AccountAnswer answer;
                   answer.ticket = asked.ticket;
                   answer.nick = asked.nick;
                   world_->command(node, answer);
                 },
                 [&](const Become& become) {
                   if (!make_) return;
                   world_->replace(node, make_(node, become.role));
                   world_->start(node);
                 },
                 [](const auto&) {},
             },
             event);
}

}  // namespace p2p::lab
