#include "tui/result_rows.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "tui/source_name.h"

namespace p2p::tui {

namespace {

using RowKey = ResultRows::RowKey;
using Kind = ResultLine::Kind;

constexpr std::size_t kMaxLines = 100'000;  // the rest of an endless list is not listed
constexpr std::size_t kFewSources = 2;      // that an opened row shows at first

// Results have small numbers for keys; what tells the other lines apart stands above.
RowKey key_of(Kind kind, RowKey result, std::uint32_t source) {
  constexpr RowKey kResult = (RowKey{1} << 40U) - 1;
  return RowKey{static_cast<std::uint64_t>(kind)} << 61U | RowKey{source & 0xfffffU} << 40U |
         (result & kResult);
}

RowKey head_key(const std::string& name) {
  return key_of(Kind::head, 0, 0) | (std::hash<std::string>{}(name) >> 3U);
}

// The groups that there are, and the lines below those that are opened.
struct Groups {
  std::vector<ResultHead>& heads;
  const ResultRows::OpenedRows& opened;
  std::unordered_map<std::string, std::uint32_t> known;
  std::vector<std::vector<ResultLine>> lines;

  void add(const std::string& id, const std::string& name, const api::SourceRow* user,
           const ResultLine& line, const ResultFacts& facts) {
    const auto [at, is_new] = known.try_emplace(id, static_cast<std::uint32_t>(heads.size()));
    if (is_new) {
      ResultHead made;
      made.key = head_key(id);
      made.name = name;
      if (user != nullptr) made.network = user->network;
      heads.push_back(std::move(made));
      lines.emplace_back();
    }
    ResultHead& head = heads[at->second];
    ++head.files;
    head.bytes += facts.size_bytes;
    const std::uint64_t rate_bps = user != nullptr ? user->rate_bps : facts.rate_bps;
    if (rate_bps > head.rate_bps) {
      head.rate_bps = rate_bps;
      head.claims = user != nullptr ? user->claims : facts.claims;
    }
    head.sources += user != nullptr ? 1 : facts.sources;
    if (opened.contains(head.key)) lines[at->second].push_back(line);
  }
};

}  // namespace

bool ResultRows::make(const api::Snapshot& snapshot, const How& how) {
  const bool same_order = how.order == how_.order;
  const bool same_lines = how.grouping == how_.grouping && how.opened == how_.opened;
  how_ = how;
  const bool other_rows = order_.update(snapshot, how.order);
  if (other_rows || !same_lines) list(snapshot);
  return other_rows && same_order && same_lines;
}

void ResultRows::list(const api::Snapshot& snapshot) {
  lines_.clear();
  keys_.clear();
  heads_.clear();
  switch (how_.grouping) {
    case Grouping::digest:
      for (const std::uint32_t result : order_.shown()) {
        ResultLine line;
        line.result = result;
        add_file(snapshot.results[result], line);
      }
      break;
    case Grouping::none: list_answers(snapshot); break;
    case Grouping::folder:
    case Grouping::user: list_groups(snapshot); break;
  }
}

void ResultRows::add(ResultLine line, RowKey key) {
  if (lines_.size() >= kMaxLines) return;
  lines_.push_back(line);
  keys_.push_back(key);
}

void ResultRows::add_file(const api::ResultRow& row, ResultLine line) {
  line.kind = Kind::file;
  line.key = row.key;
  add(line, row.key);
  if (!how_.opened.contains(row.key)) return;
  line.parent = row.key;
  add_sources(row, line);
}

// The best first: a free slot, then the rate.
std::vector<std::uint32_t> ResultRows::ranked(const api::ResultRow& row) const {
  std::vector<std::uint32_t> sources;
  for (std::uint32_t i = 0; i < row.sources.size(); ++i)
    if (!order_.is_ignored(row.sources[i])) sources.push_back(i);
  if (sources.size() < 2) return sources;
  const auto rank = [&](std::uint32_t i) {
    return std::pair(row.sources[i].state == "free slot", row.sources[i].rate_bps);
  };
  std::ranges::stable_sort(sources,
                           [&](std::uint32_t a, std::uint32_t b) { return rank(a) > rank(b); });
  return sources;
}

void ResultRows::add_sources(const api::ResultRow& row, ResultLine line) {
  const std::vector<std::uint32_t> sources = ranked(row);
  const bool all = how_.opened.at(row.key) == Opened::all || sources.size() <= kFewSources + 1;
  const std::size_t count = all ? sources.size() : kFewSources;
  for (std::size_t i = 0; i < count; ++i) {
    line.kind = Kind::source;
    line.source = sources[i];
    line.is_last = i + 1 == sources.size();
    add(line, key_of(line.kind, row.key, line.source));
  }
  if (all) return;
  line.kind = Kind::more;
  line.source = static_cast<std::uint32_t>(sources.size() - count);
  line.is_last = true;
  add(line, key_of(line.kind, row.key, 0));
}

void ResultRows::list_answers(const api::Snapshot& snapshot) {
  ResultLine line;
  line.kind = Kind::answer;
  for (const std::uint32_t result : order_.shown()) {
    const api::ResultRow& row = snapshot.results[result];
    line.result = result;
    line.key = row.key;
    for (const std::uint32_t source : ranked(row)) {
      if (!order_.passes_alone(row.sources[source], result)) continue;
      line.source = source;
      add(line, key_of(line.kind, row.key, source));
    }
    if (lines_.size() >= kMaxLines) return;
  }
}

// Groups stand in the order of their best rows, and by name if that is the order.
void ResultRows::list_groups(const api::Snapshot& snapshot) {
  Groups groups{heads_, how_.opened, {}, {}};
  ResultLine line;
  for (const std::uint32_t result : order_.shown()) {
    const api::ResultRow& row = snapshot.results[result];
    const ResultFacts& facts = order_.facts(result);
    line.result = result;
    line.key = row.key;
    if (how_.grouping == Grouping::folder) {
      groups.add(row.folder, row.folder, nullptr, line, facts);
      continue;
    }
    line.kind = Kind::answer;
    for (line.source = 0; line.source < row.sources.size(); ++line.source) {
      const api::SourceRow& source = row.sources[line.source];
      if (order_.passes_alone(source, result))
        groups.add(ResultOrder::user_key(source.network, source.user), source_name(source), &source,
                   line, facts);
    }
  }

  std::vector<std::uint32_t> places(heads_.size());
  std::iota(places.begin(), places.end(), 0U);
  if (how_.order.order.column == 'n') {
    const bool falls = how_.order.order.reverse;
    std::ranges::stable_sort(places, [&](std::uint32_t a, std::uint32_t b) {
      const std::string x = Filter::folded(heads_[a].name);
      const std::string y = Filter::folded(heads_[b].name);
      return falls ? y < x : x < y;
    });
  }
  for (const std::uint32_t place : places) {
    ResultLine head;
    head.kind = Kind::head;
    head.result = place;
    head.key = heads_[place].key;
    add(head, head.key);
    for (ResultLine& below : groups.lines[place]) {
      const api::ResultRow& row = snapshot.results[below.result];
      below.is_inside = true;
      below.parent = heads_[place].key;
      if (below.kind == Kind::file)
        add_file(row, below);
      else
        add(below, key_of(below.kind, row.key, below.source));
    }
  }
}

std::optional<RowKey> ResultRows::near(const api::ResultRow& row, std::uint32_t result) const {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const ResultLine& line = lines_[i];
    const bool is_it = line.result == result && line.kind != Kind::head;
    if (is_it) return keys_[i];
  }
  const auto is_head = [&](RowKey key) { return std::ranges::find(keys_, key) != keys_.end(); };
  if (is_head(head_key(row.folder))) return head_key(row.folder);
  for (const api::SourceRow& source : row.sources)
    if (const RowKey key = head_key(ResultOrder::user_key(source.network, source.user));
        is_head(key))
      return key;
  return std::nullopt;
}

}  // namespace p2p::tui
