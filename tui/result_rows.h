// ResultRows: the lines of the Search screen: results in their order, what is below those that are
// opened, and the heads of groups. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "tui/result_order.h"

namespace p2p::tui {

// What the rows are: files with equal digests, the folders or the users that have them, or each
// answer for itself. By its letter behind `g`.
enum class Grouping : char { digest = 'd', folder = 'f', user = 'u', none = 'n' };

struct ResultLine {
  enum class Kind : std::uint8_t {
    file,    // a result with all its sources
    answer,  // a result as one source has it
    source,  // a source, below its file
    more,    // how many sources are not shown
    head     // of a group
  };
  Kind kind = Kind::file;
  bool is_inside = false;    // below a head
  bool is_last = false;      // of the lines below its file
  std::uint32_t result = 0;  // its place in the snapshot; of a head: its place among the heads
  std::uint32_t source = 0;  // its place in the result; of more: their number
  std::uint64_t key = 0;     // of the result; of a head: its own
  std::uint64_t parent = 0;  // the key of the line that it is below; 0: none
};

struct ResultHead {
  std::uint64_t key = 0;
  std::string name;     // a stranger's
  std::string network;  // of a user
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rate_bps = 0;  // of the best source
  bool claims = false;         // that one: nobody measured it
  std::uint32_t sources = 0;
};

class ResultRows {
 public:
  using RowKey = std::uint64_t;
  enum class Opened : std::uint8_t { some, all };  // of its sources; a head: all
  using OpenedRows = std::unordered_map<RowKey, Opened>;
  struct How {
    ResultOrder::How order;
    Grouping grouping = Grouping::digest;
    OpenedRows opened;
    bool operator==(const How&) const = default;
  };

  // What it lists is of this snapshot until the next call. True: rows came, went or moved by
  // themselves.
  bool make(const api::Snapshot& snapshot, const How& how);

  std::span<const RowKey> keys() const { return keys_; }
  const ResultLine& line(std::size_t place) const { return lines_[place]; }
  std::size_t size() const { return lines_.size(); }
  bool is_open(std::size_t place) const { return how_.opened.contains(keys_[place]); }
  const ResultHead& head(const ResultLine& line) const { return heads_[line.result]; }
  const ResultOrder& order() const { return order_; }
  // The line where a result is in this grouping, if there is one.
  std::optional<RowKey> near(const api::ResultRow& row, std::uint32_t result) const;

 private:
  void list(const api::Snapshot& snapshot);
  void list_answers(const api::Snapshot& snapshot);
  void list_groups(const api::Snapshot& snapshot);
  void add_file(const api::ResultRow& row, ResultLine line);
  void add_sources(const api::ResultRow& row, ResultLine line);
  void add(ResultLine line, RowKey key);
  std::vector<std::uint32_t> ranked(const api::ResultRow& row) const;

  How how_;
  ResultOrder order_;
  std::vector<ResultLine> lines_;
  std::vector<RowKey> keys_;
  std::vector<ResultHead> heads_;
};

}  // namespace p2p::tui
