// The bytes of ASCII text: letters of either case, digits, blanks, what a text begins with. Bytes
// that are no ASCII stand for themselves.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace p2p {

constexpr char lower_letter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_lower_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// The value of a digit of either case; -1 for what is none.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char letter = lower_letter(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

constexpr bool is_blank_or_line_end(char c) {
  return is_blank(c) || c == '\r' || c == '\n';
}

inline std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower_letter);
  return out;
}

constexpr bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower_letter, lower_letter);
}

constexpr bool begins_without_case(std::string_view text, std::string_view head) {
  return equal_without_case(text.substr(0, head.size()), head);
}

// Takes `head` off the front of `text`; false, and nothing taken, where it does not stand there.
constexpr bool take_head(std::string_view& text, std::string_view head) {
  if (!text.starts_with(head)) return false;
  text.remove_prefix(head.size());
  return true;
}

// Takes what stands before the next `mark`, and the mark: a line of a text, a word of a line. All,
// where there is none.
constexpr std::string_view take_until(std::string_view& text, char mark) {
  const std::string_view part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

// Without the blanks and tabs around it.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

// Words in a row, `joint` between them.
inline std::string joined(const std::vector<std::string>& words, std::string_view joint) {
  std::string out;
  for (const std::string& word : words)
    out.append(out.empty() ? "" : joint).append(word);
  return out;
}

}  // namespace p2p
