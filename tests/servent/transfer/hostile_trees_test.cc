// Trees of hashes that do not come, or not as they should: the download goes on without, and nobody
// is asked for one again and again.
#include <array>
#include <ostream>
#include <string>

#include "tests/support/swarming.h"

namespace p2p::transfer {
namespace {
using test::Swarming;
using test::WebPeer;
using Reply = WebPeer::Reply;

struct BadTree {
  const char* name;
  Reply (*answer)(const std::string& body);  // `body`: the true one
};
std::ostream& operator<<(std::ostream& out, const BadTree& bad) {
  return out << bad.name;
}

std::string found(std::uint64_t length, const std::string& more = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n" + more + "\r\n";
}

constexpr std::array<BadTree, 11> kBadTrees{{
    {"None",
     [](const std::string&) -> Reply {
       return {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"};
     }},
    {"NoWord",
     [](const std::string&) -> Reply {
       return {"", true};
     }},
    {"OfAnotherSize",
     [](const std::string&) -> Reply {
       const Buffer body = encode_thex(test::tree_of(std::string(5'000'000, 'x')));
       return {found(body.size()) + std::string(text_of(body))};
     }},
    {"TooLarge",
     [](const std::string&) -> Reply {
       Reply reply{found(std::uint64_t{1} << 40U)};
       reply.endless = std::string(4096, 'x');
       return reply;
     }},
    {"Endless",
     [](const std::string& body) -> Reply {
       Reply reply{"HTTP/1.1 200 OK\r\n\r\n" + body};
       reply.endless = std::string(4096, 'x');
       return reply;
     }},
    {"EndlessHeaders",
     [](const std::string&) -> Reply {
       Reply reply{"HTTP/1.1 200 OK\r\n"};
       reply.endless = "X-More: of this\r\n";
       return reply;
     }},
    {"Chunks",
     [](const std::string& body) -> Reply {
       return {found(body.size(), "Transfer-Encoding: chunked\r\n") + body};
     }},
    {"Cut",
     [](const std::string& body) -> Reply {
       return {found(body.size()) + body.substr(0, body.size() / 2), true};
     }},
    {"OneByteAtATime",
     [](const std::string& body) -> Reply {
       Reply reply{found(body.size())};
       reply.drip = body;
       return reply;
     }},
    {"WrongInOneByte",
     [](const std::string& body) -> Reply {
       std::string wrong = body;
       wrong.back() = static_cast<char>(wrong.back() ^ 1);
       return {found(wrong.size()) + wrong};
     }},
    {"Moved",
     [](const std::string&) -> Reply {
       return {"HTTP/1.1 302 Found\r\nLocation: /uri-res/N2X\r\nContent-Length: 0\r\n\r\n"};
     }},
}};

class HostileTree : public Swarming, public testing::WithParamInterface<BadTree> {};

TEST_P(HostileTree, IsDoneWithout) {
  std::size_t asked_for = 0;
  const std::string body(text_of(encode_thex(tree_)));
  source("eve", [&](std::size_t, const WebPeer::Asked& asked) {
    if (!asked.target.starts_with(kTreePath)) return answer({content_, &tree_}, asked);
    ++asked_for;
    return GetParam().answer(body);
  });
  source("ann", {content_});
  fetch();
  EXPECT_GE(asked_for, 1U);
  EXPECT_LE(asked_for, 2U);
}

INSTANTIATE_TEST_SUITE_P(All, HostileTree, testing::ValuesIn(kBadTrees),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace p2p::transfer
