#include "servent/app/kept_shares.h"

#include <fstream>
#include <string>

#include "protocols/base/percent.h"

namespace p2p::app {

namespace fs = std::filesystem;

std::vector<fs::path> load_shares(const fs::path& file) {
  std::vector<fs::path> folders;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (const auto path = percent_decoded(line); path && path->starts_with('/'))
      folders.emplace_back(*path);
  return folders;
}

Result<void> save_shares(const fs::path& file, const std::vector<fs::path>& folders) {
  const fs::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  for (const fs::path& folder : folders)
    out << percent_encoded(folder.string()) << '\n';
  out.close();
  std::error_code error;
  if (out) fs::rename(fresh, file, error);
  if (!out || error)
    return fail(Errc::io, "cannot write " + file.string() + ": the shared folders are not kept");
  return {};
}

}  // namespace p2p::app
