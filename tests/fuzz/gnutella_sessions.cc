// Two sides come to terms, then one sends frames; all arrives, cut as the input says.
#include <algorithm>
#include <cstdlib>

#include "protocols/gnutella/frames.h"
#include "protocols/gnutella/handshake.h"

using namespace p2p::gnutella;
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto draw = [&]() -> std::size_t { return size == 0 ? 255 : (--size, *data++); };
  const auto cut = [&](p2p::Bytes bytes, auto give) {
    for (std::size_t part = 0; !bytes.empty(); bytes = bytes.subspan(part))
      give(bytes.first(part = std::min(bytes.size(), draw() * 2 + 1)));
  };
  const Reply yes{200, "OK", {{"Accept-Encoding", "deflate"}, {"Content-Encoding", "deflate"}}};
  std::array sides{Handshake::initiator({{"Accept-Encoding", draw() % 2 == 0 ? "deflate" : "x"}}),
                   Handshake::acceptor()};
  for (const std::size_t to : {1U, 0U, 1U})
    cut(p2p::bytes_of(sides[to ^ 1U].take_output()), [&](p2p::Bytes part) {
      if (sides[to].feed(part) == Handshake::State::decide) sides[to].answer(yes);
    });
  if (sides[1].state() != Handshake::State::open) std::abort();
  const std::size_t to = draw() % 2;
  FrameWriter writer(sides[to ^ 1U].deflates());
  FrameReader reader(sides[to].inflates());
  p2p::Buffer said, heard;
  for (std::size_t frames = draw() % 16; frames > 0; --frames) {
    const p2p::Buffer payload(draw() * draw() % 3000, static_cast<std::byte>(draw()));
    append_message(said, {{}, static_cast<Type>(draw()), 1, 0, 0}, payload);
    writer.write(p2p::Bytes(said).last(payload.size() + kHeaderBytes));
    if (frames == 1 || draw() % 2 == 0)
      cut(writer.flush(), [&](p2p::Bytes part) {
        reader.feed(part);
        for (auto next = reader.next(); next && *next; next = reader.next())
          heard.insert(heard.end(), (*next)->whole.begin(), (*next)->whole.end());
      });
  }
  return said == heard ? 0 : (std::abort(), 0);
}
