#include "servent/transfer/resume.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "protocols/base/bytes.h"
#include "protocols/transfer/piece_text.h"

#include "servent/transfer/final_name.h"

namespace p2p::transfer {
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMaxRecord = 1U << 20U;
constexpr const char* kRecord = ".get";

std::string hex(std::string_view text) {
  return "x" + to_hex(bytes_of(text));
}
std::string unhex(std::string_view word) {
  if (word.empty()) return {};
  return std::string(text_of(from_hex(word.substr(1))));
}

void read_mark(std::string_view mark, KnownSource& known) {
  constexpr std::string_view kIndex = "index=";
  constexpr std::string_view kProxy = "proxy=";
  constexpr std::string_view kUuHash = "uuhash=";
  if (mark == "gave") known.gave = true;
  if (mark == "blamed") known.blamed = true;
  if (mark == "absolute") known.absolute = true;
  if (mark == "firewalled") known.source.firewalled = true;
  if (mark.starts_with(kIndex))
    std::istringstream(std::string(mark.substr(kIndex.size()))) >> known.source.index;
  if (mark.starts_with(kProxy))
    if (const auto proxy = parse_endpoint(mark.substr(kProxy.size())))
      known.source.proxies.push_back(*proxy);
  if (mark.starts_with(kUuHash)) known.source.uuhash = uuhash_from_hex(mark.substr(kUuHash.size()));
}

api::Priority priority_of(std::string_view word) {
  if (word == "low") return api::Priority::low;
  return word == "high" ? api::Priority::high : api::Priority::normal;
}

// Nothing for what no program of ours writes: orders are counted on from there.
std::optional<std::int64_t> order_of(const std::string& word) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40U;
  std::int64_t order = 0;
  if (!(std::istringstream(word) >> order) || order < -kMost || order > kMost) return {};
  return order;
}

std::optional<std::int64_t> time_of(const std::string& word) {
  std::int64_t unix_s = 0;
  if (!(std::istringstream(word) >> unix_s) || unix_s < 0) return {};
  return unix_s;
}

std::uint64_t run_at_start(const PieceMap& map) {
  const Extent first = map.had().run_from(0);
  return first.begin == 0 ? first.end : 0;
}

std::string marks_of(const KnownSource& known) {
  std::string marks;
  if (known.gave) marks += " gave";
  if (known.blamed) marks += " blamed";
  if (known.source.index != 0) marks += " index=" + std::to_string(known.source.index);
  if (known.source.firewalled) marks += " firewalled";
  for (const Endpoint& proxy : known.source.proxies)
    marks += " proxy=" + p2p::to_text(proxy);
  if (known.source.uuhash) marks += " uuhash=" + to_hex(*known.source.uuhash);
  if (known.absolute) marks += " absolute";
  return marks;
}

}  // namespace

std::optional<Resume> read_record(const fs::path& path) {
  std::error_code failed;
  if (fs::file_size(path, failed) > kMaxRecord || failed) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  return parse_record({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

std::optional<Resume> parse_record(const std::string& text) {
  Resume resume;
  Wanted& wanted = resume.wanted;
  std::string pieces;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key, value;
    words >> key >> value;
    if (key == "name") wanted.name = unhex(value);
    if (key == "size") std::istringstream(value) >> wanted.size_bytes;
    if (key == "sha1") wanted.sha1 = sha1_from_base32(value);
    if (key == "md5") wanted.start_md5 = md5_from_hex(value);
    if (key == "uuhash") wanted.uuhash = uuhash_from_hex(value);
    if (key == "paused") resume.paused = true;
    if (key == "in_order") wanted.in_order = true;
    if (key == "pieces") pieces = line.substr(std::min(key.size() + 1, line.size()));
    if (key == "limit") std::istringstream(value) >> resume.limit_bps;
    if (key == "priority") resume.priority = priority_of(value);
    if (key == "order") resume.order = order_of(value);
    if (key == "modified") resume.modified_unix = time_of(value);
    if (key == "have") std::istringstream(value) >> resume.have_bytes;
    if (key == "placing") {
      Placing placing;
      std::string at;
      std::istringstream(value) >> placing.inode;
      words >> at;
      placing.path = unhex(at);
      if (placing.inode != 0 && !placing.path.empty()) resume.placing = std::move(placing);
    }
    if (key == "source") {
      std::string user, name, endpoint;
      KnownSource known;
      Source& source = known.source;
      words >> user >> name >> endpoint >> source.link_speed;
      if (!words) continue;
      source.network = value;
      source.user = unhex(user);
      source.name = unhex(name);
      source.endpoint = parse_endpoint(endpoint).value_or(Endpoint{});
      for (std::string mark; words >> mark;)
        read_mark(mark, known);
      resume.sources.push_back(std::move(known));
    }
  }
  if (wanted.name.empty() || !is_fetchable(wanted)) return std::nullopt;
  if (auto map = read_pieces(pieces, wanted.size_bytes)) {
    resume.have_bytes = map->had().bytes();
    resume.pieces = std::move(*map);
  }
  return resume;
}

fs::path record_of(const fs::path& part) {
  return fs::path(part).replace_extension(kRecord);
}

std::string to_text(const Resume& resume) {
  const Wanted& wanted = resume.wanted;
  std::ostringstream text;
  text << "name " << hex(wanted.name) << "\nsize " << wanted.size_bytes << "\nhave "
       << (resume.pieces ? run_at_start(*resume.pieces) : resume.have_bytes) << '\n';
  if (resume.pieces) text << "pieces " << to_text(*resume.pieces) << '\n';
  if (wanted.sha1) text << "sha1 " << to_base32(*wanted.sha1) << '\n';
  if (wanted.start_md5) text << "md5 " << to_hex(*wanted.start_md5) << '\n';
  if (wanted.uuhash) text << "uuhash " << to_hex(*wanted.uuhash) << '\n';
  if (resume.paused) text << "paused\n";
  if (wanted.in_order) text << "in_order\n";
  if (resume.limit_bps > 0) text << "limit " << resume.limit_bps << '\n';
  if (resume.priority == api::Priority::low) text << "priority low\n";
  if (resume.priority == api::Priority::high) text << "priority high\n";
  if (resume.order) text << "order " << *resume.order << '\n';
  if (resume.modified_unix) text << "modified " << *resume.modified_unix << '\n';
  if (resume.placing)
    text << "placing " << resume.placing->inode << ' ' << hex(resume.placing->path.native())
         << '\n';
  for (const KnownSource& known : resume.sources) {
    const Source& s = known.source;
    text << "source " << s.network << ' ' << hex(s.user) << ' ' << hex(s.name) << ' '
         << p2p::to_text(s.endpoint) << ' ' << s.link_speed << marks_of(known) << '\n';
  }
  return text.str();
}

int write_record(const fs::path& path, const std::string& text) {
  fs::path fresh = path;
  fresh += "~";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  int error = 0;
  for (std::string_view rest = text; error == 0 && !rest.empty();) {
    const ssize_t put = ::write(file, rest.data(), rest.size());
    if (put > 0)
      rest.remove_prefix(static_cast<std::size_t>(put));
    else
      error = put < 0 ? errno : ENOSPC;
  }
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0)
    ::unlink(fresh.c_str());
  else
    sync_folder(path.parent_path());
  return error;
}

std::vector<Resume> read_records(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->path().extension() == kRecord) paths.push_back(at->path());
  }
  std::ranges::sort(paths);
  std::vector<Resume> records;
  for (const fs::path& path : paths) {
    if (auto record = read_record(path)) records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace p2p::transfer
