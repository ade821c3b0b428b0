#include "servent/app/kept_text.h"

#include <fstream>

namespace p2p::app {

namespace fs = std::filesystem;

bool write_whole(const fs::path& file, const std::string& text) {
  const fs::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(fresh, file, error);
  return out && !error;
}

bool append_line(const fs::path& file, const std::string& line) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << line;
  out.close();
  return !out.fail();
}

std::optional<std::string> read_whole(const fs::path& file, std::size_t most) {
  std::error_code error;
  if (!fs::exists(file, error)) return "";
  const auto size = fs::file_size(file, error);
  if (error || size > most) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text(size + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || !in.eof()) return {};
  return text;
}

}  // namespace p2p::app
