// `servent search --trace`: real nodes whose homes lie beside each other tell what passed them.
#include <gtest/gtest.h>

#include "tests/support/process_network.h"

namespace p2p {
namespace {

using test::read_file;
using test::Servent;
using namespace std::chrono_literals;

constexpr const char* kTold = "[lab]\ntrace = true\n";

class FlatTrace : public test::ProcessNetwork {
 protected:
  FlatTrace() : ProcessNetwork("gnutella") {}
};
class NapsterTrace : public test::ProcessNetwork {
 protected:
  NapsterTrace() : ProcessNetwork("napster") {}
};
class KazaaTrace : public test::ProcessNetwork {
 protected:
  KazaaTrace() : ProcessNetwork("kazaa") {}
};

// The tree of a search, which goes behind rows for programs.
std::string traced(const Servent& asker, const std::string& words) {
  (void)asker.run("search", {words, "--wait", "3s", "--trace"}, 10s);
  const std::string all = read_file(asker.errors());
  const std::size_t begin = all.rfind(" asks for \"");
  return begin == std::string::npos ? all : all.substr(all.rfind('\n', begin) + 1);
}

TEST_F(FlatTrace, DrawsWhoGotItFromWhomAndWhoAnswers) {
  test::write_file(share("dan") / "plain silver note.txt", "la");
  const auto ann = node("ann", "plain", nullptr, kTold);
  const auto ben = node("ben", "plain", ann.get(), kTold);
  const auto cat = node("cat", "plain", ben.get(), kTold);
  const auto dan = node("dan", "plain", cat.get(), kTold);
  ASSERT_TRUE(find(*ann, "silver note", "plain silver note.txt"));
  const std::string tree = traced(*ann, "silver note");
  EXPECT_TRUE(tree.starts_with("ann asks for \"silver note\"\n")) << tree;
  EXPECT_NE(tree.find("3 nodes reached"), std::string::npos) << tree;
  EXPECT_EQ(tree.find("did not arrive"), std::string::npos) << tree;
  const std::size_t answering = tree.find("─ dan  ");
  ASSERT_NE(answering, std::string::npos) << tree;
  EXPECT_NE(tree.substr(answering, tree.find('\n', answering) - answering).find("answers"),
            std::string::npos)
      << tree;
  EXPECT_NE(tree.find(" answer"), std::string::npos) << tree;
}

TEST_F(FlatTrace, SaysWhyThereIsNothingToDraw) {
  const auto ann = node("ann", "plain");
  const auto ben = node("ben", "plain", ann.get());
  (void)ann->run("search", {"silver", "--wait", "1s", "--trace"}, 10s);
  EXPECT_NE(read_file(ann->errors()).find("lab.trace = true"), std::string::npos);
}

TEST_F(NapsterTrace, GoesToTheServerAndNoFurther) {
  test::write_file(share("dan") / "plain silver note.mp3", "la");
  const auto server = node("server", "server", nullptr, kTold);
  const auto dan = node("dan", "client", server.get(), kTold);
  const auto ann = node("ann", "client", server.get(), kTold);
  ASSERT_TRUE(find(*ann, "silver note", "plain silver note.mp3"));
  const std::string tree = traced(*ann, "silver note");
  EXPECT_TRUE(tree.starts_with("ann asks for \"silver note\"\n└─ server  ")) << tree;
  EXPECT_NE(tree.find("answers"), std::string::npos) << tree;
  EXPECT_NE(tree.find("1 sent, 1 node reached in 1 hop"), std::string::npos) << tree;
  EXPECT_NE(tree.find("1 answer,"), std::string::npos) << tree;
}

TEST_F(KazaaTrace, GoesFromAChildThroughTwoSupernodes) {
  test::write_file(share("dan") / "plain silver note.mp3", "la");
  const auto ben = node("ben", "supernode", nullptr, kTold);
  const auto cat = node("cat", "supernode", ben.get(), kTold);
  const auto dan = node("dan", "ordinary", cat.get(), kTold);
  const auto ann = node("ann", "ordinary", ben.get(), kTold);
  ASSERT_TRUE(find(*ann, "silver note", "plain silver note.mp3"));
  const std::string tree = traced(*ann, "silver note");
  EXPECT_TRUE(tree.starts_with("ann asks for \"silver note\"\n└─ ben  ")) << tree;
  EXPECT_NE(tree.find("   └─ cat  "), std::string::npos) << tree;
  EXPECT_NE(tree.find("2 sent, 2 nodes reached in 2 hops"), std::string::npos) << tree;
  EXPECT_NE(tree.find("answers"), std::string::npos) << tree;
}

}  // namespace
}  // namespace p2p
