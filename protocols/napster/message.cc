#include "protocols/napster/message.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/letters.h"

namespace p2p::napster {

namespace {

std::string_view without_leading_blanks(std::string_view text) {
  while (!text.empty() && is_blank_or_line_end(text.front()))
    text.remove_prefix(1);
  return text;
}

}  // namespace

void FrameReader::feed(Bytes bytes) {
  if (start_ > 0) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Frame>> FrameReader::next() {
  Reader reader(Bytes(held_).subspan(start_));
  const std::uint16_t length = reader.u16le();
  const std::uint16_t type = reader.u16le();
  if (start_ == held_.size() && held_.capacity() > kMaxPayloadBytes) {
    Buffer().swap(held_);  // a link that has said all it had to holds no memory
    start_ = 0;
  }
  if (reader.failed()) return std::nullopt;
  if (length > kMaxPayloadBytes)
    return fail(Errc::too_long, "frame of " + std::to_string(length) + " bytes");
  const Bytes payload = reader.take(length);
  if (reader.failed()) return std::nullopt;
  start_ += kHeaderBytes + length;
  return Frame{type, text_of(payload)};
}

void append_frame(Buffer& out, std::uint16_t type, std::string_view payload) {
  // Too long a payload can only be our own mistake; cutting it keeps the stream in step.
  payload = payload.substr(0, 0xffff);
  Writer(out).u16le(static_cast<std::uint16_t>(payload.size())).u16le(type).text(payload);
}

Result<std::vector<std::string_view>> split(std::string_view payload, std::size_t limit) {
  std::vector<std::string_view> fields;
  std::string_view rest = without_leading_blanks(payload);
  while (!rest.empty() && fields.size() < limit) {
    if (rest.front() == '"') {
      const std::size_t close = rest.find('"', 1);
      if (close == std::string_view::npos) return fail(Errc::malformed, "a quote does not close");
      fields.push_back(rest.substr(1, close - 1));
      rest.remove_prefix(close + 1);
    } else {
      const auto end = std::find_if(rest.begin(), rest.end(), is_blank_or_line_end);
      const auto length = static_cast<std::size_t>(end - rest.begin());
      fields.push_back(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    rest = without_leading_blanks(rest);
  }
  return fields;
}

Head split_head(std::string_view payload) {
  payload = without_leading_blanks(payload);
  const auto end = std::find_if(payload.begin(), payload.end(), is_blank_or_line_end);
  const auto length = static_cast<std::size_t>(end - payload.begin());
  Head head{payload.substr(0, length), payload.substr(length)};
  if (!head.rest.empty()) head.rest.remove_prefix(1);
  return head;
}

Line& Line::word(std::string_view value) {
  if (!text_.empty()) text_ += ' ';
  text_ += value;
  return *this;
}

Line& Line::number(std::uint64_t value) {
  return word(std::to_string(value));
}

Line& Line::quoted(std::string_view value) {
  if (!text_.empty()) text_ += ' ';
  const std::size_t start = text_.size() + 1;
  text_ += '"';
  text_ += value;
  std::replace(text_.begin() + static_cast<std::ptrdiff_t>(start), text_.end(), '"', '\'');
  text_ += '"';
  return *this;
}

std::optional<std::uint64_t> number(std::string_view field, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size() || field.empty() || value > most)
    return {};
  return value;
}

std::uint32_t swap_address(std::uint32_t address) {
  return (address >> 24U) | ((address >> 8U) & 0xff00U) | ((address << 8U) & 0xff0000U) |
         (address << 24U);
}

}  // namespace p2p::napster
