#include "tui/odd_name.h"

#include <string_view>

#include "protocols/base/file.h"

#include "tui/sanitize.h"

namespace p2p::tui {

namespace {

bool has_two_extensions(std::string_view name, FileKind kind) {
  std::string_view stem = name.substr(0, name.rfind('.'));
  stem = stem.substr(0, stem.find_last_not_of(' ') + 1);
  const FileKind inner = file_kind(stem);
  return inner != FileKind::any && inner != kind;
}

bool contradicts(const api::ResultRow& row, FileKind kind) {
  const bool sounds =
      row.media.bitrate_kbps > 0 || row.media.sample_rate_hz > 0 || row.media.duration_s > 0;
  const bool has_pixels = row.tags.width > 0 && row.tags.height > 0;
  if (kind == FileKind::application) return sounds || has_pixels;
  if (kind == FileKind::image || kind == FileKind::text) return sounds;
  return kind == FileKind::audio && has_pixels;
}

}  // namespace

bool is_odd(const api::ResultRow& row) {
  const FileKind kind = file_kind(row.name);
  if (kind != FileKind::any && (has_two_extensions(row.name, kind) || contradicts(row, kind)))
    return true;
  return sanitize_name(row.name).altered();
}

}  // namespace p2p::tui
