#include "protocols/gnutella/metadata.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocols/base/letters.h"
#include "protocols/deflate.h"

namespace p2p::gnutella {

namespace {

constexpr std::string_view kDeflated = "{deflate}";
// Rates that whole kHz do not tell.
constexpr std::array<std::uint32_t, 3> kOddRates{11'025, 22'050, 44'100};

using Text = std::string FileTags::*;
using Number = std::uint32_t FileTags::*;
using Sound = std::uint32_t MediaFields::*;
constexpr std::array<std::pair<std::string_view, Text>, 4> kTexts{{{"artist", &FileTags::artist},
                                                                   {"title", &FileTags::title},
                                                                   {"album", &FileTags::album},
                                                                   {"genre", &FileTags::genre}}};
constexpr std::array<std::pair<std::string_view, Number>, 3> kNumbers{
    {{"year", &FileTags::year}, {"width", &FileTags::width}, {"height", &FileTags::height}}};
constexpr std::array<std::pair<std::string_view, Sound>, 3> kSounds{
    {{"bitrate", &MediaFields::bitrate_kbps},
     {"sampleRate", &MediaFields::sample_rate_hz},
     {"seconds", &MediaFields::duration_s}}};

// The element of one file; "s" behind it makes that of its document.
struct MediaKind {
  FileKind kind;
  std::string_view element;
};
constexpr std::array<MediaKind, 3> kMediaKinds{
    {{FileKind::audio, "audio"}, {FileKind::video, "video"}, {FileKind::image, "image"}}};

// Takes a number off the front; nothing when there is none or it is too large.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// ---- writing --------------------------------------------------------------------------------

void append_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '"')
      out += "&#34;";
    else
      out += c;
  }
}

std::string attributes_of(const HitRecord& record) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    append_text(out, value);
    out += '"';
  };
  for (const auto& [name, field] : kTexts)
    if (!(record.tags.*field).empty()) add(name, record.tags.*field);
  for (const auto& [name, field] : kNumbers)
    if (record.tags.*field != 0) add(name, std::to_string(record.tags.*field));
  for (const auto& [name, field] : kSounds)
    if (record.media.*field != 0) add(name, std::to_string(record.media.*field));
  return out;
}

// What is neither film nor picture is told of as sound.
FileKind told_as(const HitRecord& record) {
  const FileKind kind = file_kind(record.name);
  return kind == FileKind::video || kind == FileKind::image ? kind : FileKind::audio;
}

std::string document_of(const MediaKind& kind, std::span<const HitRecord> records) {
  std::string elements;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (told_as(records[i]) != kind.kind) continue;
    const std::string attributes = attributes_of(records[i]);
    if (attributes.empty()) continue;
    elements.append("<").append(kind.element).append(" index=\"").append(std::to_string(i));
    elements.append("\"").append(attributes).append("/>");
  }
  if (elements.empty()) return {};
  const std::string name(kind.element);
  return "<?xml version=\"1.0\"?><" + name +
         "s xsi:noNamespaceSchemaLocation=\"http://www.limewire.com/schemas/" + name + ".xsd\">" +
         elements + "</" + name + "s>";
}

// ---- reading --------------------------------------------------------------------------------

struct Entity {
  std::string_view name;
  char value;
};
constexpr std::array<Entity, 6> kEntities{{{"&amp;", '&'},
                                           {"&lt;", '<'},
                                           {"&gt;", '>'},
                                           {"&quot;", '"'},
                                           {"&#34;", '"'},
                                           {"&apos;", '\''}}};

// At most kMaxTagText bytes of one line; what no XML may hold is left out.
std::string plain_text(std::string_view value) {
  std::string out;
  while (!value.empty() && out.size() < kMaxTagText) {
    const auto entity = std::ranges::find_if(
        kEntities, [&](const Entity& one) { return value.starts_with(one.name); });
    if (entity != kEntities.end()) {
      out += entity->value;
      value.remove_prefix(entity->name.size());
      continue;
    }
    const char c = value.front();
    value.remove_prefix(1);
    if (c == '&' || c == '<' || c == '"') continue;
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return out;
}

void set_attribute(HitRecord& told, std::string_view name, std::string_view value) {
  for (const auto& [known, field] : kTexts)
    if (name == known) told.tags.*field = plain_text(value);
  std::string_view digits = value;
  const auto number = take_number(digits);
  if (!number) return;
  for (const auto& [known, field] : kNumbers)
    if (name == known) told.tags.*field = *number;
  for (const auto& [known, field] : kSounds)
    if (name == known) told.media.*field = *number;
}

class XmlReader {
 public:
  XmlReader(std::string_view text, std::span<HitRecord> records) : rest_(text), records_(records) {}

  void read() {
    while (pass('<')) {
      const std::string_view name = word();
      const bool known = std::ranges::any_of(
          kMediaKinds, [&](const MediaKind& kind) { return kind.element == name; });
      element(known);
    }
  }

 private:
  static constexpr std::string_view kBlanks = " \t\r\n";

  // Behind the next such character; false: there is none.
  bool pass(char wanted) {
    const std::size_t at = rest_.find(wanted);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
    return at != std::string_view::npos;
  }
  std::string_view word() {
    const std::string_view found = rest_.substr(0, rest_.find_first_of(" \t\r\n=/><?"));
    rest_.remove_prefix(found.size());
    return found;
  }
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  // Its attributes, up to the '>'. The index may come last, so they wait.
  void element(bool known) {
    HitRecord told;
    std::optional<std::uint32_t> index;
    for (skip_blanks(); !rest_.empty() && rest_.front() != '>'; skip_blanks()) {
      const std::string_view name = word();
      skip_blanks();
      if (!take_head(rest_, "=")) {
        if (name.empty()) rest_.remove_prefix(1);  // a sign that means nothing here
        continue;
      }
      skip_blanks();
      const char quote = rest_.empty() ? '\0' : rest_.front();
      if (quote != '"' && quote != '\'') return;
      rest_.remove_prefix(1);
      std::string_view value = rest_.substr(0, rest_.find(quote));
      if (!pass(quote)) return;
      if (name == "index")
        index = take_number(value);
      else if (known)
        set_attribute(told, name, value);
    }
    if (known && index && *index < records_.size()) merge(told, records_[*index]);
  }

  static void merge(const HitRecord& told, HitRecord& record) {
    for (const auto& [name, field] : kTexts)
      if (!(told.tags.*field).empty()) record.tags.*field = told.tags.*field;
    for (const auto& [name, field] : kNumbers)
      if (told.tags.*field != 0) record.tags.*field = told.tags.*field;
    for (const auto& [name, field] : kSounds)
      if (told.media.*field != 0) record.media.*field = told.media.*field;
  }

  std::string_view rest_;
  std::span<HitRecord> records_;
};

}  // namespace

std::string sound_text(const MediaFields& media) {
  const std::uint32_t khz = media.sample_rate_hz / 1000;
  if (media.bitrate_kbps == 0 || khz == 0 || media.duration_s == 0) return {};
  const std::string seconds = std::to_string(media.duration_s % 60);
  return std::to_string(media.bitrate_kbps) + " Kbps " + std::to_string(khz) + " kHz " +
         std::to_string(media.duration_s / 60) + (seconds.size() < 2 ? ":0" : ":") + seconds;
}

std::optional<MediaFields> read_sound_text(std::string_view text) {
  constexpr std::uint32_t kMost = 1'000'000;  // kHz and minutes that nothing has
  const auto bitrate = take_number(text);
  if (!bitrate || !take_head(text, " Kbps")) return {};
  take_head(text, "(VBR)");
  if (!take_head(text, " ")) return {};
  const auto khz = take_number(text);
  if (!khz || !take_head(text, " kHz ")) return {};
  const auto minutes = take_number(text);
  if (!minutes || !take_head(text, ":")) return {};
  const auto seconds = take_number(text);
  if (!seconds || *khz > kMost || *minutes > kMost || *seconds >= 60) return {};
  const auto odd =
      std::ranges::find_if(kOddRates, [&](std::uint32_t rate) { return rate / 1000 == *khz; });
  return MediaFields{*bitrate, odd == kOddRates.end() ? *khz * 1000 : *odd,
                     *minutes * 60 + *seconds};
}

Buffer metadata_of(std::span<const HitRecord> records) {
  std::string xml;
  for (const MediaKind& kind : kMediaKinds) {
    const std::string document = document_of(kind, records);
    if (xml.size() + document.size() <= kMaxXml) xml += document;
  }
  if (xml.empty()) return {};
  Buffer out;
  Writer(out).text(kDeflated).bytes(deflated(bytes_of(xml))).u8(0);
  return out;
}

void read_metadata(Bytes xml, std::span<HitRecord> records) {
  const std::string_view text = text_of(xml);
  if (text.starts_with(kDeflated)) {
    const auto whole = inflated(xml.subspan(kDeflated.size()), kMaxXml);
    if (whole) XmlReader(text_of(*whole), records).read();
  } else if (text.size() <= kMaxXml) {
    XmlReader(text, records).read();
  }
}

}  // namespace p2p::gnutella
