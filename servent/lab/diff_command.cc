#include "servent/lab/diff_command.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "servent/lab/comparison.h"
#include "servent/lab/fault.h"
#include "servent/lab/run_folder.h"
#include "servent/lab/terminal.h"

namespace p2p::lab {

namespace {

// One of each: those of one driver where a folder has both, simulated ones first.
struct Two {
  const Results* a = nullptr;
  const Results* b = nullptr;
};
Two two_of(const std::vector<Results>& a, const std::vector<Results>& b) {
  if (a.size() == 1 && b.size() == 1) return {a.data(), b.data()};
  for (const bool is_real : {false, true}) {
    const auto in_a = std::ranges::find(a, is_real, &Results::is_real);
    const auto in_b = std::ranges::find(b, is_real, &Results::is_real);
    if (in_a != a.end() && in_b != b.end()) return {&*in_a, &*in_b};
  }
  return {};
}

std::string told(const char* letter, const std::string& path, const Results& results) {
  return std::string(letter) + ": " + printable(path) + ", " +
         (results.is_real ? "real" : "simulated") + ", " + printable(results.version) + ", seeds " +
         seeds_of(results) + (results.is_partial ? ", PARTIAL" : "") + '\n';
}

void print_only(const char* letter, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::printf("\nOnly in %s:\n", letter);
  for (const std::string& name : names)
    std::printf("  %s\n", printable(name).c_str());
}

}  // namespace

int diff(const DiffAsked& asked) {
  const auto a = load_results(asked.a);
  if (!a) return fault(2, a.error().detail);
  const auto b = load_results(asked.b);
  if (!b) return fault(2, b.error().detail);
  const Two two = two_of(*a, *b);
  if (two.a == nullptr) return fault(2, "no two results of the same driver");
  const auto comparison = compare(*two.a, *two.b, asked.types);
  if (!comparison) return fault(2, comparison.error().detail);
  const int status = comparison->is_significant() ? 1 : 0;
  if (asked.json) {
    std::fputs(to_json(*comparison).c_str(), stdout);
    return status;
  }
  std::fputs(told("a", asked.a, *two.a).c_str(), stdout);
  std::fputs(told("b", asked.b, *two.b).c_str(), stdout);
  std::printf("\n%s", to_terminal(table_of(*comparison), terminal_width()).c_str());
  print_only("a", comparison->only_a);
  print_only("b", comparison->only_b);
  const auto found = std::ranges::count_if(
      comparison->rows, [](const Compared& row) { return row.difference.is_significant(); });
  std::printf("\n%zu of %zu differences are significant.\n", static_cast<std::size_t>(found),
              comparison->rows.size());
  return status;
}

}  // namespace p2p::lab
