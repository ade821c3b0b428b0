#include "servent/app/screen_settings.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"

namespace p2p::app {

namespace {

Result<void> check_word(const std::string& what, const std::string& word,
                        std::span<const std::string_view> words) {
  if (std::ranges::count(words, word) > 0) return {};
  const std::string near(nearest_word(word, words));
  std::string all;
  for (const std::string_view one : words)
    all.append(all.empty() ? "" : ", ").append(one);
  return fail(Errc::malformed,
              "unknown " + what + " \"" + escaped(word) + '"' +
                  (near.empty() ? ": say one of " + all : ", did you mean \"" + near + "\"?"));
}

}  // namespace

Result<void> check_screen_settings(const ScreenSettings& screen) {
  constexpr std::array<std::string_view, 4> kThemes{"terminal", "dark", "light", "safe"};
  constexpr std::array<std::string_view, 5> kColours{"auto", "never", "16", "256", "full"};
  constexpr std::array<std::string_view, 2> kKinds{"full", "plain"};
  constexpr std::array<std::string_view, 4> kBorders{"none", "ascii", "light", "rounded"};
  if (auto checked = check_word("theme", screen.theme, kThemes); !checked) return checked;
  if (auto checked = check_word("color", screen.colour, kColours); !checked) return checked;
  if (auto checked = check_word("border", screen.border, kBorders); !checked) return checked;
  return check_word("screen", screen.kind, kKinds);
}

}  // namespace p2p::app
