// The dialogue of the first start (section 4 of the specification): what to share, where downloads
// go, which network. Pure, as every view: keys in, a surface out.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tui/key.h"
#include "tui/prompt.h"
#include "tui/surface.h"

namespace p2p::tui {

class WelcomeView {
 public:
  enum class Answer : std::uint8_t { none, start, leave };
  struct Network {
    std::string name;
    std::string about;  // one sentence, for who asks what it is
  };

  // `networks` has one at least; `chosen` is a place in it.
  WelcomeView(const std::string& downloads, std::vector<Network> networks, std::size_t chosen,
              const Looks& looks);

  Answer key(const Key& key);
  // Why this cannot be started with; shown until the next key.
  void refuse(std::string why) { trouble_ = std::move(why); }
  const Surface& show(int width, int height);

  const std::string& share() const { return paths_[0].text(); }  // as typed; empty: nothing
  const std::string& downloads() const { return paths_[1].text(); }
  const std::string& network() const { return networks_[chosen_].name; }

 private:
  static constexpr std::size_t kNetwork = 2;  // the third question

  void network_key(const Key& key);
  void draw_questions(Rect in);
  void draw_path(const Rect& row, std::size_t question);
  void draw_networks(const Rect& row);

  std::array<Prompt, 2> paths_;
  std::vector<Network> networks_;
  std::size_t chosen_;
  std::size_t here_ = 0;  // the question that takes the keys
  bool explains_ = false;
  Looks looks_;
  std::string trouble_;
  Surface surface_;
};

}  // namespace p2p::tui
