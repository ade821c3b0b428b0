#include "index/rows.h"

#include <algorithm>
#include <optional>
#include <span>

namespace p2p::index {

namespace {

constexpr std::string_view kColumns =
    "f.id, f.name, f.size, f.sha1, f.start_md5, f.bitrate, f.sample_rate, f.duration, f.root, "
    "f.path, f.mtime, f.inode, f.uuhash, f.tagged, f.artist, f.title, f.album, f.genre, f.year, "
    "f.width, f.height, f.tth";

template <class Digest>
std::optional<Digest> digest_of(std::span<const std::byte> blob) {
  Digest digest;
  if (blob.size() != digest.bytes.size()) return {};
  std::ranges::copy(blob, digest.bytes.begin());
  return digest;
}

std::uint32_t number(const Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}

}  // namespace

std::string select(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + ' ' + std::string(rest);
}

SharedFile file_of(const Statement& row) {
  SharedFile file;
  file.id = static_cast<std::uint64_t>(row.integer(0));
  file.name = row.text(1);
  file.size_bytes = static_cast<std::uint64_t>(row.integer(2));
  file.sha1 = digest_of<Sha1>(row.blob(3));
  file.start_md5 = digest_of<Md5>(row.blob(4));
  file.media = {number(row, 5), number(row, 6), number(row, 7)};
  file.uuhash = digest_of<UuHash>(row.blob(12));
  file.tree_root = digest_of<TigerRoot>(row.blob(21));
  if (row.integer(13) == 0) return file;  // most files: seven columns need not be looked at
  file.tags.artist = row.text(14);
  file.tags.title = row.text(15);
  file.tags.album = row.text(16);
  file.tags.genre = row.text(17);
  file.tags.year = number(row, 18);
  file.tags.width = number(row, 19);
  file.tags.height = number(row, 20);
  return file;
}

Entry entry_of(const Statement& row) {
  Entry entry;
  entry.file = file_of(row);
  entry.root = std::string(row.text(8));
  entry.relative = std::string(row.text(9));
  entry.stamp = {entry.file.size_bytes, row.integer(10),
                 static_cast<std::uint64_t>(row.integer(11))};
  return entry;
}

std::string terms_of(const std::vector<std::string>& words) {
  std::string terms;
  for (const std::string& word : words) {
    if (!terms.empty()) terms += ' ';
    terms += word;
  }
  return terms;
}

}  // namespace p2p::index
