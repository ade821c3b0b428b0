// A sound file with tags: one second of 8 kHz, one channel, eight bits, and frames of ID3v2.4 in
// UTF-8 ("TPE1" artist, "TIT2" title, "TALB" album, "TCON" genre, "TDRC" year).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"

namespace p2p::test {

using Frames = std::vector<std::pair<std::string, std::string>>;

inline std::string riff_chunk(const std::string& name, std::string content) {
  if (content.size() % 2 == 1) content += '\0';
  Buffer size;
  Writer(size).u32le(static_cast<std::uint32_t>(content.size()));
  return name + std::string(text_of(size)) + content;
}

// Seven bits a byte, most significant first (ID3v2.4, 6.2).
inline std::string synchsafe(std::size_t value) {
  std::string out;
  for (const unsigned shift : {21U, 14U, 7U, 0U})
    out += static_cast<char>((value >> shift) & 0x7fU);
  return out;
}

inline std::string tagged_wav(const Frames& texts) {
  Buffer format;
  Writer(format).u16le(1).u16le(1).u32le(8000).u32le(8000).u16le(1).u16le(8);
  std::string frames;
  for (const auto& [name, text] : texts)
    frames += name + synchsafe(text.size() + 1) + std::string("\0\0\3", 3) + text;
  const std::string tag = std::string("ID3\4\0\0", 6) + synchsafe(frames.size()) + frames;
  return riff_chunk("RIFF", "WAVE" + riff_chunk("fmt ", std::string(text_of(format))) +
                                riff_chunk("data", std::string(8000, '\x80')) +
                                riff_chunk("ID3 ", tag));
}

}  // namespace p2p::test
