#include "servent/filter/filter.h"

#include <algorithm>

#include "protocols/base/keywords.h"

namespace p2p {

namespace {

// What stands behind the last dot; empty where that is too long to be an extension.
std::string_view extension_of(std::string_view name) {
  constexpr std::size_t kLongest = 5;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot - 1 > kLongest) return "";
  return name.substr(dot + 1);
}

Stock stock_of(api::Have have) {
  switch (have) {
    case api::Have::no: break;
    case api::Have::have: return Stock::have;
    case api::Have::queued: return Stock::queued;
  }
  return Stock::no;
}

}  // namespace

ResultFacts bare_facts(const api::ResultRow& row) {
  ResultFacts facts;
  facts.name = fold(row.name);
  facts.extension = extension_of(facts.name);
  facts.size_bytes = row.size_bytes;
  facts.kind = file_kind(row.name);
  facts.have = row.have;
  return facts;
}

void add_source(ResultFacts& facts, const api::SourceRow& source) {
  if (facts.sources++ > 0) facts.users += '\n';
  facts.users += fold(source.user);
  if (source.rate_bps > facts.rate_bps) {
    facts.rate_bps = source.rate_bps;
    facts.claims = source.claims;
  }
  if (source.state == "free slot") ++facts.free;
}

ResultFacts facts_of(const api::ResultRow& row) {
  ResultFacts facts = bare_facts(row);
  for (const api::SourceRow& source : row.sources)
    add_source(facts, source);
  return facts;
}

bool Filter::passes(const ResultFacts& facts) const {
  if (empty()) return true;
  RowFacts row;
  row.name = facts.name;
  row.extension = facts.extension;
  row.users = facts.users;
  row.size_bytes = facts.size_bytes;
  row.sources = facts.sources;
  row.rate_bps = facts.rate_bps;
  row.kind = facts.kind;
  row.stock = stock_of(facts.have);
  row.free_slot = facts.free > 0;
  return read_.passes(row);
}

std::string Filter::folded(std::string_view text) {
  return fold(text);
}

}  // namespace p2p
