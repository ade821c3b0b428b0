// The heads of HTTP messages, as a server or a fetcher reads them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/header_block.h"
#include "protocols/transfer/http_request.h"

namespace p2p::test {

// One whole head, fed in pieces of this size.
inline HeaderBlock block_of(Bytes bytes, std::size_t piece = 1U << 20U) {
  HeaderBlockReader reader(kHttpLimits);
  while (!bytes.empty() && !reader.is_complete()) {
    const auto used = reader.feed(bytes.first(std::min(piece, bytes.size())));
    if (!used) break;
    bytes = bytes.subspan(*used);
  }
  EXPECT_TRUE(reader.is_complete());
  EXPECT_TRUE(bytes.empty());
  return reader.take();
}
inline HeaderBlock block_of(std::string_view text) {
  return block_of(bytes_of(text));
}

inline transfer::HttpRequest request_of(std::string_view text) {
  const auto request = transfer::read_http_request(block_of(text));
  EXPECT_TRUE(request) << text;
  return request.value_or(transfer::HttpRequest{});
}
// With these fields besides.
inline transfer::HttpRequest get_request(const std::string& target,
                                         const std::string& fields = "") {
  return request_of("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
}

}  // namespace p2p::test
