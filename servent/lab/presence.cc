#include "servent/lab/presence.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "protocols/base/bytes.h"

namespace p2p::lab {

namespace {

constexpr double kBefore = 20;        // cycles that are lived before anybody looks
constexpr double kMostSeconds = 1e9;  // 30 years

// The next word of a line; empty at its end.
std::string_view take_word(std::string_view& rest) {
  constexpr std::string_view kSpace = " \t\r";
  rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(kSpace));
  rest.remove_prefix(word.size());
  return word;
}

template <class Number>
std::optional<Number> parsed(std::string_view word) {
  Number number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return {};
  return number;
}

class TraceReader {
 public:
  TraceReader(std::string file, std::size_t nodes) : file_(std::move(file)), nodes_(nodes) {}

  Result<std::vector<Move>> read(std::istream& in) {
    for (std::string line; std::getline(in, line) && fault_.empty();) {
      ++line_;
      read_line(line);
    }
    if (fault_.empty()) return std::move(moves_);
    return fail(Errc::malformed, file_ + ':' + std::to_string(line_) + ": " + fault_);
  }

 private:
  void read_line(std::string_view rest) {
    const std::string_view time = take_word(rest);
    if (time.empty() || time.front() == '#') return;
    const auto seconds = parsed<double>(time);
    const auto node = parsed<NodeNumber>(take_word(rest));
    const std::string_view word = take_word(rest);
    if (!seconds || !(*seconds >= 0 && *seconds <= kMostSeconds) || !node ||
        (word != "up" && word != "down") || !take_word(rest).empty()) {
      fault_ = "must be like `60.5 17 down`: seconds, node, up or down";
      return;
    }
    take({static_cast<World::Ms>(std::llround(*seconds * 1'000)), *node, word == "up"});
  }

  void take(const Move& move) {
    if (move.node >= nodes_)
      fault_ = "node " + std::to_string(move.node) + " is not one of the " +
               std::to_string(nodes_) + ", which count from 0";
    else if (!moves_.empty() && move.at < moves_.back().at)
      fault_ = "a time before that of the line above: a trace is in order";
    else if (const auto known = state_.find(move.node);
             known != state_.end() && known->second == move.is_up)
      fault_ =
          "node " + std::to_string(move.node) + " is " + (move.is_up ? "up" : "down") + " already";
    else if (moves_.size() == kMostMoves)
      fault_ = "more than " + std::to_string(kMostMoves) + " lines";
    state_[move.node] = move.is_up;
    moves_.push_back(move);
  }

  std::string file_;
  std::size_t nodes_;
  std::size_t line_ = 0;
  std::string fault_;
  std::vector<Move> moves_;
  std::unordered_map<NodeNumber, bool> state_;
};

}  // namespace

Coming::Coming(const Lifetime& session, double absence_s, std::uint64_t seed)
    : session_(session),
      absence_{absence_s * std::log(2.0), 1},
      rng_(seed) {
  const double cycle_ms = (session_.mean_s() + absence_s) * 1'000;
  const auto looked_at = static_cast<World::Ms>(cycle_ms * (kBefore + unit(rng_)));
  until_ = session_.draw(rng_);
  while (until_ <= looked_at)
    change();
  until_ -= looked_at;
}

void Coming::change() {
  is_up_ = !is_up_;
  until_ += (is_up_ ? session_ : absence_).draw(rng_);
}

Result<std::vector<Move>> read_moves(std::istream& in, const std::string& file, std::size_t nodes) {
  return TraceReader(file, nodes).read(in);
}

}  // namespace p2p::lab
