#include "protocols/header_block.h"

#include <optional>

#include <gtest/gtest.h>

#include "tests/support/gnutella_vector.h"

namespace p2p {
namespace {

using test::gnutella_vector;

// All whole blocks of `bytes`, fed in pieces; nothing on an error.
std::optional<std::vector<HeaderBlock>> blocks_of(Bytes bytes, std::size_t piece) {
  std::vector<HeaderBlock> blocks;
  HeaderBlockReader reader;
  while (!bytes.empty()) {
    const auto used = reader.feed(bytes.first(std::min(piece, bytes.size())));
    if (!used) return std::nullopt;
    bytes = bytes.subspan(*used);
    if (reader.is_complete()) blocks.push_back(reader.take());
  }
  return blocks;
}

HeaderBlock block_of(std::string_view text) {
  HeaderBlockReader reader;
  EXPECT_EQ(reader.feed(bytes_of(text)), text.size());
  EXPECT_TRUE(reader.is_complete());
  return reader.take();
}

Errc fault_of(std::string_view text, HeaderLimits limits = {}) {
  HeaderBlockReader reader(limits);
  const auto used = reader.feed(bytes_of(text));
  EXPECT_FALSE(used) << text;
  if (used) return Errc::stopped;
  // Byte by byte it is the same.
  HeaderBlockReader slow(limits);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto one = slow.feed(bytes_of(text.substr(at, 1)));
    if (one) continue;
    EXPECT_EQ(one.error().code, used.error().code);
    return used.error().code;
  }
  ADD_FAILURE() << "byte by byte it was taken: " << text;
  return used.error().code;
}

TEST(HeaderBlockReader, ReadsCapturedBlocksWholeAndInPiecesAlike) {
  const Buffer bytes = gnutella_vector("hs_gtkg_leaf_calls_out");
  const auto whole = blocks_of(bytes, bytes.size());
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->size(), 2U);
  const HeaderBlock& request = whole->front();
  EXPECT_EQ(request.start_line, "GNUTELLA CONNECT/0.6");
  EXPECT_EQ(request.fields.size(), 21U);
  EXPECT_EQ(request.fields.front(), std::pair(std::string("Node"), std::string("127.0.0.3:26348")));
  EXPECT_EQ(request.value("x-max-ttl"), "4");
  EXPECT_EQ(request.value("X-Live-Since"), "Sun, 22 Nov 2026 07:58:59 +0000");
  EXPECT_TRUE(request.lists("x-features", "SFLAG/0.1"));
  EXPECT_EQ(whole->back().start_line, "GNUTELLA/0.6 200 OK");
  EXPECT_EQ(whole->back().value("Content-Encoding"), "deflate");
  for (const std::size_t piece : {1U, 2U, 3U, 64U}) {
    const auto cut = blocks_of(bytes, piece);
    ASSERT_TRUE(cut && cut->size() == 2) << piece;
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ((*cut)[i].start_line, (*whole)[i].start_line);
      EXPECT_EQ((*cut)[i].fields, (*whole)[i].fields);
    }
  }
}

TEST(HeaderBlockReader, NeedsMoreAtEveryTruncation) {
  const Buffer bytes = gnutella_vector("hs_refused_503_leaves_full");
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    HeaderBlockReader reader;
    ASSERT_EQ(reader.feed(Bytes(bytes).first(cut)), cut);
    ASSERT_FALSE(reader.is_complete()) << cut;
  }
}

TEST(HeaderBlockReader, WhatTheWriterWritesIsReadBack) {
  const auto blocks = blocks_of(gnutella_vector("hs_up_to_ultra_reply"), 1024);
  ASSERT_TRUE(blocks && blocks->size() == 1);
  HeaderBlockWriter writer(blocks->front().start_line);
  for (const auto& [name, value] : blocks->front().fields)
    writer.field(name, value);
  EXPECT_EQ(writer.text(), text_of(gnutella_vector("hs_up_to_ultra_reply")));
}

TEST(HeaderBlockReader, StopsAtTheEmptyLine) {
  HeaderBlockReader reader;
  const std::string text = "A/1\r\nB: 2\r\n\r\nC: 3\r\n\r\n";
  EXPECT_EQ(reader.feed(bytes_of(text)), 13U);
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(reader.feed(bytes_of("more")), 0U);
  EXPECT_EQ(reader.take().fields.size(), 1U);
  EXPECT_FALSE(reader.is_complete());
  EXPECT_EQ(reader.feed(bytes_of("C: 3\r\n\r\n")), 8U);
  const HeaderBlock second = reader.take();
  EXPECT_EQ(second.start_line, "C: 3");
  EXPECT_TRUE(second.fields.empty());
}

TEST(HeaderBlockReader, TakesBareLineFeedsAndPassesOverEmptyLinesBefore) {
  const HeaderBlock block = block_of("\r\n\nGNUTELLA OK\nA:1\r\nB :  2\t \n\n");
  EXPECT_EQ(block.start_line, "GNUTELLA OK");
  EXPECT_EQ(block.value("a"), "1");
  EXPECT_EQ(block.value("b"), "2");
}

TEST(HeaderBlockReader, ABareCarriageReturnIsABlank) {
  const HeaderBlock block = block_of("GNU\rTELLA\r\r\nA: 1\r2\r\n\r\n");
  EXPECT_EQ(block.start_line, "GNU TELLA ");
  EXPECT_EQ(block.value("A"), "1 2");
}

TEST(HeaderBlockReader, JoinsRepeatedHeadersAndContinuesLines) {
  const HeaderBlock block = block_of(
      "x\r\nX-Try: 1.2.3.4:5\r\nA: \r\nx-try: 6.7.8.9:10,\r\n\t 2.2.2.2:2 \r\nB: b\r\na: late\r\n"
      "\r\n");
  ASSERT_EQ(block.fields.size(), 3U);
  EXPECT_EQ(block.fields[0].first, "X-Try");
  EXPECT_EQ(block.value("X-Try"), "1.2.3.4:5, 6.7.8.9:10, 2.2.2.2:2");
  EXPECT_EQ(block.value("A"), "late");
  EXPECT_EQ(block.value("B"), "b");
}

TEST(HeaderBlockReader, RefusesLinesThatAreNoHeader) {
  for (const char* bad : {"x\r\nno colon\r\n", "x\r\n: no name\r\n", "x\r\n blank first\r\n"})
    EXPECT_EQ(fault_of(bad), Errc::malformed) << bad;
  EXPECT_EQ(fault_of(std::string_view("x\0y", 3)), Errc::malformed);
  EXPECT_EQ(fault_of(std::string_view("x\r\nA: \0\r\n", 9)), Errc::malformed);
}

TEST(HeaderBlockReader, RefusesOneByteOverALimit) {
  const HeaderLimits limits{10, 3, 24};
  const std::string head = "GNUTELLA\r\n";  // 10
  const std::string rest = "A: 1234\n\n";
  EXPECT_EQ(fault_of("GNUTELLA \r\n", limits), Errc::too_long);
  EXPECT_EQ(fault_of(head + "A: 23456789", limits), Errc::too_long);
  EXPECT_EQ(fault_of("a\nB:1\nC:2\nD:3\n", limits), Errc::too_long);  // a fourth line
  EXPECT_EQ(fault_of(head + "A: 12345\nB: 12\n", limits), Errc::too_long);
  HeaderBlockReader reader(limits);
  EXPECT_TRUE(reader.feed(bytes_of(head + "A: 12345\nB: 1\n")).has_value());  // 24
  EXPECT_EQ(reader.feed(bytes_of("\n")).error().code, Errc::too_long);
  HeaderBlockReader exact(limits);
  EXPECT_TRUE(exact.feed(bytes_of(head + rest)).has_value());
  EXPECT_TRUE(exact.is_complete());
}

TEST(HeaderBlockReader, RefusesALineWithoutEndAndManyHeaders) {
  EXPECT_EQ(fault_of(std::string(100'000, 'x')), Errc::too_long);
  EXPECT_EQ(fault_of(std::string(100'000, '\n')), Errc::too_long);
  std::string many = "GNUTELLA CONNECT/0.6\r\n";
  for (int i = 0; i < 10'000; ++i)
    many += "A: 1\r\n";
  EXPECT_EQ(fault_of(many), Errc::too_long);
}

TEST(HeaderBlock, FindsWhatItListsWithoutCase) {
  const HeaderBlock block = block_of("x\nAccept-Encoding: gzip , Deflate\nEmpty:\n\n");
  EXPECT_TRUE(block.lists("accept-encoding", "deflate"));
  EXPECT_TRUE(block.lists("accept-encoding", "GZIP"));
  EXPECT_FALSE(block.lists("accept-encoding", "flate"));
  EXPECT_FALSE(block.lists("accept-encoding", ""));
  EXPECT_FALSE(block.lists("Empty", "deflate"));
  EXPECT_TRUE(block.has("EMPTY"));
  EXPECT_EQ(block.value("empty"), "");
  EXPECT_FALSE(block.has("Missing"));
  EXPECT_EQ(block.value("Missing"), "");
}

TEST(HeaderBlockWriter, NobodysWordsAddAHeader) {
  HeaderBlockWriter writer("GNUTELLA/0.6 503 full\r\nA: 1");
  writer.field("User-Agent", std::string_view("evil\r\nX-Ultrapeer: True\0", 24));
  writer.field("B\n", "");
  EXPECT_EQ(writer.text(),
            "GNUTELLA/0.6 503 full  A: 1\r\nUser-Agent: evil  X-Ultrapeer: True \r\nB : \r\n\r\n");
}

}  // namespace
}  // namespace p2p
