#include "index/tags.h"

#include <algorithm>
#include <exception>

#include <taglib/audioproperties.h>
#include <taglib/fileref.h>

namespace p2p::index {

MediaFields media_of(const std::filesystem::path& file) {
  MediaFields media;
  try {
    const TagLib::FileRef reference(file.c_str(), true, TagLib::AudioProperties::Fast);
    if (reference.isNull() || reference.audioProperties() == nullptr) return media;
    const TagLib::AudioProperties& audio = *reference.audioProperties();
    const auto known = [](int value) { return static_cast<std::uint32_t>(std::max(value, 0)); };
    media.bitrate_kbps = known(audio.bitrate());
    media.sample_rate_hz = known(audio.sampleRate());
    media.duration_s = known(audio.lengthInSeconds());
  } catch (const std::exception&) {  // TagLib throws on some broken files
    return {};
  }
  return media;
}

}  // namespace p2p::index
