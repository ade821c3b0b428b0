#include "protocols/transfer/giver.h"

#include <charconv>
#include <system_error>

namespace p2p::transfer {

Giver::Kind Giver::feed(Bytes bytes) {
  if (text_.size() + bytes.size() > kMaxRequest) return Kind::bad;
  text_ += text_of(bytes);
  return Kind::more;
}

Giver::Kind Giver::feed_idle() {
  std::string_view text = text_;
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.remove_suffix(1);
  if (text == "GETLIST") return Kind::list;
  Kind kind = Kind::get;
  if (text.starts_with("SEND")) {
    kind = Kind::send;
    text.remove_prefix(4);
  } else if (text.starts_with("GET")) {
    text.remove_prefix(3);
  } else {
    return std::string_view("SEND").starts_with(text) || std::string_view("GET").starts_with(text)
               ? Kind::more
               : Kind::bad;
  }
  // A name may hold quotes: it ends at the last one.
  const auto open = text.find(" \"");
  const auto close = text.rfind("\" ");
  if (open == std::string_view::npos || close == std::string_view::npos || close <= open) {
    return Kind::more;
  }
  const std::string_view digits = text.substr(close + 2);
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number_);
  if (digits.empty()) return Kind::more;
  if (read.ec != std::errc{} || open == 0) return Kind::bad;
  std::string_view rest(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (!rest.empty() && rest.front() != ' ') return Kind::bad;
  take_additions(rest);
  user_ = text.substr(0, open);
  name_ = text.substr(open + 2, close - open - 2);
  return kind;
}

// Words behind the number: ours, or of programs to come and then passed over.
void Giver::take_additions(std::string_view rest) {
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    if (word == kAskDigest) asks_digest_ = true;
    if (const auto digest = sha1_from_urn(word)) sha1_ = digest;
  }
}

std::string size_answer(std::uint64_t size_bytes, bool with_digest,
                        const std::optional<Sha1>& sha1) {
  std::string answer = std::to_string(size_bytes);
  if (with_digest) answer += " " + (sha1 ? to_urn(*sha1) : std::string(kNoDigest)) + "\n";
  return answer;
}

std::string send_request(std::string_view nick, std::string_view name, std::uint64_t size_bytes,
                         const std::optional<Sha1>& sha1) {
  std::string request = "SEND";
  request.append(nick).append(" \"").append(name).append("\" ") += std::to_string(size_bytes);
  if (sha1) request += " " + to_urn(*sha1);
  return request;
}

}  // namespace p2p::transfer
