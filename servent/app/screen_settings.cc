#include <algorithm>
#include <array>

#include "protocols/base/bytes.h"

#include "servent/app/config.h"
#include "servent/app/setting.h"

namespace p2p::app {

namespace {

constexpr std::array kScreenSettings{
    Setting{
        "theme", "", Kind::text, 0, 0, "\"terminal\"",
        "Colours of the screen: terminal (your own), dark, light, safe (for red-green blindness).",
        [](Settings& out, Value&& value) { out.screen.theme = std::move(value.text); }},
    Setting{"color", "color", Kind::text, 0, 0, "\"auto\"",
            "How many: never, 16, 256, full; auto: as NO_COLOR, COLORTERM and terminfo say.",
            [](Settings& out, Value&& value) { out.screen.colour = std::move(value.text); }},
    Setting{"border", "", Kind::text, 0, 0, "\"rounded\"", "Boxes: none, ascii, light, rounded.",
            [](Settings& out, Value&& value) { out.screen.border = std::move(value.text); }},
    Setting{"screen", "plain", Kind::text, 0, 0, "\"full\"",
            "plain: for screen readers; no boxes, states as words, the cursor on the row.",
            [](Settings& out, Value&& value) { out.screen.kind = std::move(value.text); }},
    Setting{"motion", "", Kind::yes_no, 0, 0, "true",
            "false: nothing turns, and what is told stays until a key.",
            [](Settings& out, Value&& value) { out.screen.motion = value.yes; }},
    Setting{"mouse", "", Kind::yes_no, 0, 0, "true",
            "Click and wheel; with Shift they stay the terminal's.",
            [](Settings& out, Value&& value) { out.screen.mouse = value.yes; }},
    Setting{"paste", "", Kind::yes_no, 0, 0, "true",
            "Pasted text is told from typing, and never run as keys.",
            [](Settings& out, Value&& value) { out.screen.paste = value.yes; }},
    Setting{"whole_frames", "", Kind::yes_no, 0, 0, "true",
            "Ask the terminal to show frames as a whole, if it can.",
            [](Settings& out, Value&& value) { out.screen.frames = value.yes; }},
    Setting{"copy", "", Kind::yes_no, 0, 0, "true", "y copies to the clipboard (OSC 52).",
            [](Settings& out, Value&& value) { out.screen.copy = value.yes; }},
    Setting{"notices", "", Kind::yes_no, 0, 0, "true",
            "News on the desktop, where the terminal is known to do it (OSC 9, 777).",
            [](Settings& out, Value&& value) { out.screen.notices = value.yes; }},
    Setting{"bell", "", Kind::yes_no, 0, 0, "false", "News ring.",
            [](Settings& out, Value&& value) { out.screen.bell = value.yes; }},
    Setting{"notify", "", Kind::text, 0, 0, "\"\"",
            "A program that is run with news as its only argument, without a shell.",
            [](Settings& out, Value&& value) { out.screen.notify = std::move(value.text); }},
};

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

std::span<const Setting> screen_settings() {
  return kScreenSettings;
}

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
