#include "servent/lab/report.h"

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "servent/lab/exhibits.h"
#include "servent/lab/results_file.h"

namespace p2p::lab {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> cannot_write(const fs::path& file, const std::string& why) {
  return fail(Errc::io, "cannot write " + file.string() + ": " + why);
}

using File = std::pair<std::string, std::string>;  // name, text

void add_scenarios(std::span<const Results> results, std::vector<File>& out) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string text = to_toml(results[i].scenario);
    if (i > 0 && text == to_toml(results[0].scenario)) continue;
    const char* const mark =
        results[i].is_partial ? "# PARTIAL: ended before all runs were done\n" : "";
    out.emplace_back(i == 0 ? "scenario.toml" : "scenario-" + std::to_string(i + 1) + ".toml",
                     mark + text);
  }
}

}  // namespace

Result<void> write_whole(const fs::path& file, const std::string& text) {
  const fs::path fresh = file.string() + ".new";
  errno = 0;
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (!out) {
    const std::error_code why(errno != 0 ? errno : EIO, std::system_category());
    fs::remove(fresh, error);
    return cannot_write(file, why.message());
  }
  fs::rename(fresh, file, error);
  if (!error) return {};
  const std::string why = error.message();
  fs::remove(fresh, error);
  return cannot_write(file, why);
}

Result<void> write_report(const fs::path& folder, std::span<const Results> results) {
  if (auto checked = check_comparable(results); !checked) return checked;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot_write(folder, error.message());
  std::vector<File> files;
  add_scenarios(results, files);
  files.emplace_back("results.csv", to_csv(results));
  files.emplace_back("results.json", to_json(results));
  for (const Chart& chart : charts_of(results))
    files.emplace_back("plot-" + chart.name + ".svg", to_svg(chart));
  files.emplace_back("report.md", to_markdown(results));
  files.emplace_back("report.html", to_html(results));
  for (const auto& [name, text] : files)
    if (auto written = write_whole(folder / name, text); !written) return written;
  return {};
}

}  // namespace p2p::lab
