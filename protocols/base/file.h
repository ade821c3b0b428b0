// A file as networks talk about it: what we share (SharedFile), what somebody offers (Hit), and
// how to get at it (Source). Names are bytes as the sharer sent them; only tui's sanitize and
// the JSON writer may show them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/ids.h"
#include "protocols/base/uuhash.h"

namespace p2p {

// What users of these networks filter by. Zero means unknown.
struct MediaFields {
  std::uint32_t bitrate_kbps = 0;
  std::uint32_t sample_rate_hz = 0;
  std::uint32_t duration_s = 0;

  friend bool operator==(const MediaFields&, const MediaFields&) = default;
};

// What a file says of itself in words: by these, too, users of FastTrack searched. Empty and zero
// mean unknown. Texts are bytes as the file or a stranger has them, at most kMaxTagText of each.
struct FileTags {
  std::string artist;
  std::string title;
  std::string album;
  std::string genre;
  std::uint32_t year = 0;
  std::uint32_t width = 0;  // pixels
  std::uint32_t height = 0;

  friend bool operator==(const FileTags&, const FileTags&) = default;
};
inline constexpr std::size_t kMaxTagText = 255;  // a file system's longest name, and an ID3 frame's

enum class FileKind : std::uint8_t { any, audio, video, application, image, text };

// By the extension of the name; `any` when it is none that we know.
FileKind file_kind(std::string_view name);
std::string_view to_text(FileKind kind);  // "audio", ...; "any"
std::optional<FileKind> file_kind_from_text(std::string_view text);

// The part after the last '/' or '\\'.
std::string_view base_name(std::string_view path);

// What is there of a file that is still being fetched.
struct Partial {
  std::uint64_t have_bytes = 0;
  std::int64_t changed_unix = 0;  // when the last of them came

  friend bool operator==(const Partial&, const Partial&) = default;
};

// One file of ours. `name` is its name in the networks: the share's label and the path below it,
// with '/' between ("Music/sun dogs/Suite.flac"); never a path of this machine.
struct SharedFile {
  std::uint64_t id = 0;  // of the catalogue; ascending, never reused
  std::string name;
  std::uint64_t size_bytes = 0;
  std::optional<Sha1> sha1;
  std::optional<Md5> start_md5;  // of the first 299008 bytes after an ID3v2 tag (napster.md, 3.1)
  MediaFields media;
  FileTags tags{};
  std::optional<UuHash> uuhash{};        // by which FastTrack knows it
  std::optional<TigerRoot> tree_root{};  // of the tree by which Gnutella checks parts of it
  std::optional<Partial> partial{};      // not all of it is there; then it has no `id`
  // When it was last changed, in seconds since 1970; told of one that was located.
  std::optional<std::int64_t> modified_unix{};
};

// Where and how one offer can be had. Opaque outside the mode that made it, except for showing.
struct Source {
  std::string network;  // "napster": the registry's mode name
  std::string user;     // nick, servent GUID in hex, ...: whatever the network calls a sharer
  std::string name;     // the file's name as that sharer sent it
  Endpoint endpoint;    // data port if known; port 0 when it is not or the sharer is firewalled
  std::uint32_t link_speed = 0;     // the network's own scale; 0 unknown
  std::uint32_t index = 0;          // the file's number at that sharer, where the network has such
  bool firewalled = false;          // it must be asked to call us
  std::vector<Endpoint> proxies{};  // who passes that on to it
  std::optional<UuHash> uuhash{};   // by which it is asked for, where the network does so
  std::vector<Endpoint> alternates{};  // who else has the same content, as this one says
  bool partial = false;                // it is still fetching the file itself, as it says

  // The same offer; what may change from day to day is left out.
  friend bool operator==(const Source& a, const Source& b) {
    return a.network == b.network && a.user == b.user && a.name == b.name &&
           a.endpoint == b.endpoint;
  }
};

// One file that somebody offers.
struct Hit {
  std::string name;  // as sent; for a file the same bytes as source.name
  std::uint64_t size_bytes = 0;
  std::optional<Sha1> sha1;
  std::optional<Md5> start_md5;  // a hint only: equal files may differ in it
  MediaFields media;
  Source source;
  FileTags tags{};
  std::uint64_t claimed_bps = 0;    // how fast the sharer says it is (link_speed.h); 0: it does not
  std::optional<bool> free_slot{};  // it would give at once, as it says; nothing: it does not
  std::uint32_t hops = 0;           // links to who answered; 0: the network does not tell
};

}  // namespace p2p
