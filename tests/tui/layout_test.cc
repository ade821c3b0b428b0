#include "tui/layout.h"

#include <vector>

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

TEST(Layout, KeepsAllInsideAndApart) {
  for (int width = 1; width <= 250; ++width)
    for (int height = 1; height <= 80; ++height)
      for (const int details : {0, 4, 6, 16}) {
        const Layout at = layout(width, height, true, details);
        std::vector<int> used(static_cast<std::size_t>(height), 0);
        for (const Rect& rect :
             {at.tabs, at.prompt, at.title, at.body, at.details, at.status, at.hint}) {
          ASSERT_GE(rect.height, 0);
          ASSERT_LE(rect.y + rect.height, height);
          for (int y = rect.y; y < rect.y + rect.height; ++y)
            ++used[static_cast<std::size_t>(y)];
        }
        for (const int count : used)
          ASSERT_EQ(count, width < 10 || height < 2 ? 0 : 1) << width << 'x' << height;
        if (width >= 10 && height >= 2) {
          ASSERT_FALSE(at.prompt.empty());
        }
      }
}

}  // namespace
}  // namespace p2p::tui
