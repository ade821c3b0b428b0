#include "protocols/header_block.h"

#include <algorithm>

#include "protocols/base/letters.h"

namespace p2p {

namespace {

void append_value(std::string& to, std::string_view separator, std::string_view value) {
  if (!to.empty() && !value.empty()) to += separator;
  to += value;
}

void append_clean(std::string& out, std::string_view text) {
  for (const char c : text)
    out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

}  // namespace

std::string_view HeaderBlock::value(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (equal_without_case(key, name)) return value;
  return {};
}

bool HeaderBlock::has(std::string_view name) const {
  return std::ranges::any_of(fields,
                             [&](const auto& one) { return equal_without_case(one.first, name); });
}

bool HeaderBlock::lists(std::string_view name, std::string_view token) const {
  std::string_view rest = value(name);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (equal_without_case(trimmed(rest.substr(0, comma)), token)) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

Result<std::size_t> HeaderBlockReader::feed(Bytes bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && !complete_) {
    const std::string_view rest = text_of(bytes.subspan(used));
    const std::size_t end = rest.find('\n');
    const std::string_view piece = rest.substr(0, end == std::string_view::npos ? end : end + 1);
    const std::size_t room =
        std::min(limits_.line_bytes - line_.size(), limits_.all_bytes - bytes_);
    // In the order of the bytes, so that any cutting gives the same error.
    if (piece.substr(0, room).find('\0') != std::string_view::npos)
      return fail(Errc::malformed, "a NUL byte among the headers");
    if (piece.size() > room) return fail(Errc::too_long, "headers without end");
    line_ += piece;
    bytes_ += piece.size();
    used += piece.size();
    if (end == std::string_view::npos) break;
    if (const auto read = line(); !read) return tl::unexpected<Error>(read.error());
    line_.clear();
  }
  return used;
}

Result<void> HeaderBlockReader::line() {
  line_.resize(line_.size() - (line_.ends_with("\r\n") ? 2 : 1));
  std::ranges::replace(line_, '\r', ' ');  // bare ones (RFC 9112, section 2.2)
  const std::string_view text = line_;
  if (text.empty()) {
    complete_ = started_;  // empty lines before the first are passed over (RFC 9112, section 2.2)
    return {};
  }
  if (++lines_ > limits_.lines) return fail(Errc::too_long, "too many headers");
  if (!started_) {
    block_.start_line = text;
    started_ = true;
    return {};
  }
  if (is_blank(text.front())) {
    if (block_.fields.empty()) return fail(Errc::malformed, "a header begins with a blank");
    append_value(block_.fields[last_].second, " ", trimmed(text));
    return {};
  }
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  if (colon == std::string_view::npos || name.empty())
    return fail(Errc::malformed, "a header without a name");
  add(name, trimmed(text.substr(colon + 1)));
  return {};
}

void HeaderBlockReader::add(std::string_view name, std::string_view value) {
  const auto old = std::ranges::find_if(
      block_.fields, [&](const auto& one) { return equal_without_case(one.first, name); });
  last_ = static_cast<std::size_t>(old - block_.fields.begin());
  if (old == block_.fields.end()) {
    block_.fields.emplace_back(name, value);
  } else {
    append_value(old->second, ", ", value);
  }
}

HeaderBlock HeaderBlockReader::take() {
  HeaderBlock block = std::move(block_);
  *this = HeaderBlockReader(limits_);
  return block;
}

HeaderBlockWriter::HeaderBlockWriter(std::string_view start_line) {
  append_clean(text_, start_line);
  text_ += "\r\n";
}

HeaderBlockWriter& HeaderBlockWriter::field(std::string_view name, std::string_view value) {
  append_clean(text_, name);
  text_ += ": ";
  append_clean(text_, value);
  text_ += "\r\n";
  return *this;
}

}  // namespace p2p
