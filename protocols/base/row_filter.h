// What a person types to narrow a list of files that were found (tui.md, section 6), on the screen
// and with `servent search --filter`:
//
//   two words       both must be in the name, case and accents ignored
//   -live           must not
//   live|demo       either
//   "free jazz"     just so, with the blank
//   size>1M size<2G src>2 rate>100K     numbers; >= <= = too, and ':' means '='
//   ext:flac type:audio user:marge      a part of the user's name is enough
//   have:no (yes, queued)  slot:yes (no)
//
// Of `a|b` each side may be any of these, and '-' before it excludes all of them. A part that looks
// like a field and is none is searched as text. One that is half typed - `size>`, `-`, `live|` -
// asks nothing yet, so that rows do not go and come while it is typed. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/query.h"

namespace p2p {

enum class Stock : std::uint8_t { no, queued, have };  // is it here already?

// What a filter asks of one row. Texts are lent, and folded by keywords.h.
struct RowFacts {
  std::string_view name;
  std::string_view extension;  // without the dot
  std::string_view users;      // of all sources, apart by line ends
  std::uint64_t size_bytes = 0;
  std::uint64_t sources = 0;
  std::uint64_t rate_bps = 0;  // of the best one
  FileKind kind = FileKind::any;
  Stock stock = Stock::no;
  bool free_slot = false;  // at one source or more
};

class RowFilter {
 public:
  explicit RowFilter(std::string_view typed);

  bool empty() const { return clauses_.empty(); }
  bool passes(const RowFacts& row) const;
  // A line that is text alone, folded: fields are text there, too.
  bool passes_text(std::string_view text) const;
  bool asks_stock() const { return asks(Kind::stock); }
  // Of single sources: a row passes if one of them does.
  bool asks_sources() const { return asks(Kind::user) || asks(Kind::rate) || asks(Kind::slot); }

  // Bytes of what was typed that look like a field and are none.
  struct Part {
    std::size_t begin = 0, end = 0;
    friend bool operator==(const Part&, const Part&) = default;
  };
  const std::vector<Part>& misread() const { return misread_; }
  // And those that ask nothing until more is typed.
  const std::vector<Part>& unfinished() const { return unfinished_; }

 private:
  enum class Kind : std::uint8_t { text, size, sources, rate, extension, type, user, stock, slot };
  struct Term {
    Kind kind = Kind::text;
    std::string text;   // folded: what to look for
    std::string typed;  // folded: the whole of a field
    Range<std::uint64_t> range;
    FileKind file_kind = FileKind::any;
    Stock stock = Stock::no;
    bool yes = false;
  };
  struct Clause {
    std::vector<Term> any;
    bool excludes = false;
  };
  enum class Reading : std::uint8_t { field, unfinished, text, misread };

  static Reading read_field(std::string_view part, Term& term);
  static bool read_number(std::string_view op, std::string_view value, Term& term);
  static bool read_word(std::string_view name, std::string_view value, Term& term);
  static bool holds(const Term& term, const RowFacts& row);
  bool asks(Kind kind) const;
  void read_clause(std::string_view typed, std::size_t& at);

  std::vector<Clause> clauses_;
  std::vector<Part> misread_;
  std::vector<Part> unfinished_;
};

}  // namespace p2p
