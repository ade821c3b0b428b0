#include "index/tags.h"

#include <algorithm>
#include <exception>
#include <string>

#include <taglib/audioproperties.h>
#include <taglib/fileref.h>
#include <taglib/tag.h>

#include "index/image_size.h"

namespace p2p::index {

namespace {

constexpr std::uint32_t kLastYear = 9999;

// One line of at most kMaxTagText bytes, cut between characters.
std::string tag_text(const TagLib::String& tag) {
  std::string text = tag.stripWhiteSpace().to8Bit(true);
  if (text.size() > kMaxTagText) {
    std::size_t end = kMaxTagText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
      --end;
    text.resize(end);
  }
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text;
}

FileTags tags_of(const TagLib::Tag& tag) {
  FileTags tags;
  tags.artist = tag_text(tag.artist());
  tags.title = tag_text(tag.title());
  tags.album = tag_text(tag.album());
  tags.genre = tag_text(tag.genre());
  tags.year = tag.year() <= kLastYear ? tag.year() : 0;
  return tags;
}

MediaFields media_of(const TagLib::AudioProperties& audio) {
  const auto known = [](int value) { return static_cast<std::uint32_t>(std::max(value, 0)); };
  return {known(audio.bitrate()), known(audio.sampleRate()), known(audio.lengthInSeconds())};
}

Described read_media(const std::filesystem::path& path, bool is_video) {
  Described found;
  const TagLib::FileRef reference(path.c_str(), true, TagLib::AudioProperties::Fast);
  if (reference.isNull()) return found;
  if (const auto* audio = reference.audioProperties()) found.media = media_of(*audio);
  // A film's rates would be those of its sound only.
  if (is_video) found.media = {0, 0, found.media.duration_s};
  if (const auto* tag = reference.tag()) found.tags = tags_of(*tag);
  return found;
}

}  // namespace

Described describe(int file, const std::filesystem::path& path) {
  const FileKind kind = file_kind(path.native());
  Described found;
  if (kind == FileKind::image) {
    if (const auto size = image_size(file)) {
      found.tags.width = size->width;
      found.tags.height = size->height;
    }
  } else if (kind == FileKind::audio || kind == FileKind::video) {
    try {
      found = read_media(path, kind == FileKind::video);
    } catch (const std::exception&) {  // TagLib throws on some broken files
      found = {};
    }
  }
  return found;
}

}  // namespace p2p::index
