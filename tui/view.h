// View: one of the screens. It knows its rows and how they are drawn, and what its commands mean;
// the frame around it is drawn by Tui, keys are made commands by Dialog.
//
//   learn (command | draw)*    after each snapshot
//
// Most are one list with a pane below it, which is what this class does; others draw all
// themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servent/api/backend.h"
#include "servent/api/request.h"
#include "servent/api/snapshot.h"

#include "tui/desk.h"
#include "tui/keymap.h"
#include "tui/layout.h"
#include "tui/prompt.h"
#include "tui/table.h"

namespace p2p::tui {

struct Order {
  char column = 0;
  bool reverse = false;
  bool operator==(const Order&) const = default;
};

// A list to be drawn: columns, rows in order, and words when there are none.
struct ListView {
  std::string title, right;  // of the box
  std::string brief;         // instead of both where there is no box
  std::string foot;          // at the bottom of the box
  std::string empty;         // why there are no rows, and which key helps
  std::vector<Column> columns;
  std::span<const std::uint64_t> keys;  // of the rows shown, in order; lent by the view
  std::function<TableRow(std::size_t)> row;
  bool follows = false;  // a selection of the first row stays with the first row
};

// The title of a column, with the sign of the order if it is the one.
inline Title head(const char* title, char column, Order order, bool falls) {
  if (order.column != column) return {title, column};
  return {std::string(title) + (falls != order.reverse ? "▼" : "▲"), column};
}

class View {
 public:
  // `keys`: how this screen's sentences name them.
  explicit View(const KeyWords& keys) : key_words_(keys) {}
  virtual ~View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  View(View&&) = delete;
  View& operator=(View&&) = delete;

  void wear(const Looks& looks) { looks_ = looks; }
  // The snapshot that is shown next, and that the commands after it are about.
  virtual void learn(const api::Snapshot& snapshot, Desk& desk);
  // What a command of the key map asks of the program, if anything.
  virtual std::optional<api::Request> command(std::string_view command, Desk& desk);
  virtual void draw(Surface& out, const Layout& at, const api::Snapshot& snapshot);
  // What became of a request that a command of it has made.
  virtual void told(const api::Request& asked, const api::Outcome& outcome, Desk& desk);
  // Any key came while this was the screen: what was new is seen.
  virtual void pressed() {}
  // Rows that a pane below the list would like on a screen so high; 0: there is none.
  virtual int details_height(int height) const;
  // Leaves what is in front of it; false: nothing is.
  virtual bool back() { return false; }
  // Something on it changes with time alone: a spinner, a countdown.
  virtual bool moves(const api::Snapshot& snapshot) const;
  // Which list is seen and how: after a command that changes it the rows are to be drawn before
  // the next one.
  virtual std::string look();
  // How its rows are ordered and grouped, as one word for the next start: "n-"; empty: they have
  // one order only. False: this is no such word, and nothing is another.
  virtual std::string habit() const;
  virtual bool take_habit(std::string_view word);

  virtual Table& table() { return table_; }  // the one that has the selection
  // Those that can be seen; a Zone::list is one of them.
  virtual std::vector<Table*> tables() { return {&table()}; }
  // Of several this one has the selection from now on.
  virtual void focus_on(const Table* /*list*/) {}
  virtual Prompt& filter() { return filter_; }  // of that one
  // Its filter knows fields, such as size>1M; elsewhere they are text as any other.
  virtual bool filters_fields() const { return false; }

 protected:
  // Lends the snapshot and the view.
  virtual ListView list(const api::Snapshot& snapshot, int width);
  virtual void draw_details(Surface& out, const Rect& box, bool boxes,
                            const api::Snapshot& snapshot);
  // "3 of 214": where the selection is.
  std::string place_text();
  virtual std::string_view orders() const;  // the letters of the columns that sort
  // Lets the user choose a column; the one that sorts already is turned round.
  void choose_order(Desk& desk, const std::string& words);
  Order order_;
  Looks looks_;
  KeyWords key_words_;

 private:
  Table table_;
  Prompt filter_;
};

// A list in its box; where there is no box its brief words are on the title line. Of several the
// one that `has_focus` shows its selection.
void draw_list(Surface& out, const Rect& box, const Rect& title, bool boxes, const ListView& list,
               Table& rows, const std::string& filter, bool has_focus = true);
// "Filter hides all 214: Esc shows them"
std::string hides_all(std::size_t rows);

}  // namespace p2p::tui
