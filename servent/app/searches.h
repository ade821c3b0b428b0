// Groups hits into results a person sees: the same digest is one row with several sources, else the
// same UuHash and size, else the same name and size (architecture.md, second walk). Pure: time is
// handed in, nothing waits.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocols/event.h"

#include "servent/api/snapshot.h"

namespace p2p::app {

// What the transfer engine needs of a result.
struct FoundFile {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::optional<Sha1> sha1;
  std::optional<Md5> start_md5;
  std::vector<Source> sources;
  std::optional<UuHash> uuhash{};
};

class Searches {
 public:
  // `networks` of them were asked; the search ends when all have ended. With none it ends at once.
  // `wish`: whose it is, 0: nobody's.
  std::uint32_t open(const std::string& text, std::size_t networks, api::Millis now,
                     std::uint32_t wish = 0);
  // The digests of the rows that this made: whoever knows what is shared may mark() them.
  std::vector<Sha1> add(SearchId id, std::vector<Hit> hits, api::Millis now);
  // Says of every row with this content that it is here or on its way; false: no row has changed.
  bool mark(const Sha1& content, api::Have have);
  void ended(const Ended& end, api::Millis now);
  bool close(std::uint32_t id);

  std::vector<api::SearchRow> rows() const;
  std::span<const api::ResultRow> results(std::uint32_t id) const;
  const FoundFile* result(std::uint32_t id, std::uint64_t key) const;
  const std::string* text(std::uint32_t id) const;
  std::uint32_t wish(std::uint32_t id) const;  // whose it is; 0: nobody's
  std::uint32_t newest() const { return searches_.empty() ? 0 : searches_.rbegin()->first; }
  // Anything new for this file, whose sources do not matter, in all open searches: by digest where
  // both have one, else by UuHash and size where both have one, else by name and size.
  std::vector<Source> sources_of(const FoundFile& file) const;

 private:
  struct One {
    api::SearchRow row;
    std::size_t pending = 0;
    std::vector<api::ResultRow> results;  // same order as `found`
    std::vector<FoundFile> found;
    std::unordered_map<std::string, std::size_t> by_key;
  };
  bool add_hit(One& search, Hit hit, api::Millis now);  // true: it made a row

  std::map<std::uint32_t, One> searches_;
  std::uint32_t last_ = 0;
  std::uint64_t changes_ = 0;  // of rows
};

}  // namespace p2p::app
