#include "tui/bar.h"

#include <algorithm>

#include "tui/format.h"

namespace p2p::tui {

namespace {

const char* sign_of(api::Block block) {
  switch (block) {
    case api::Block::missing: return "·";
    case api::Block::asked: return "▒";
    case api::Block::written: return "▓";
    case api::Block::verified: return "█";
  }
  return "·";
}

}  // namespace

char letter_of(std::uint32_t giver) {
  return giver == 0 ? ' ' : static_cast<char>('a' + (giver - 1) % 26);
}

std::string segments_text(const api::DownloadRow& row, int cells) {
  const bool known = !row.blocks.empty() && row.state != api::DownloadState::done;
  if (!known) {
    const bool done = row.state == api::DownloadState::done;
    return bar_text(done ? 1 : row.have_bytes, done ? 1 : row.size_bytes, cells);
  }
  std::string text;
  const auto count = static_cast<std::size_t>(std::max(cells, 0));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t part = i * row.blocks.size() / count;
    const api::Block block = row.blocks[part];
    const bool is_here = block == api::Block::written || block == api::Block::verified;
    const std::uint32_t giver = part < row.givers.size() ? row.givers[part] : 0;
    if (is_here && giver != 0)
      text += letter_of(giver);
    else
      text += sign_of(block);
  }
  return text;
}

void style_segments(Surface& out, const Rect& row) {
  const int end = std::min(row.x + row.width, out.width());
  if (row.y < 0 || row.y >= out.height()) return;
  for (int x = std::max(row.x, 0); x < end; ++x) {
    const std::string_view sign = out.at(x, row.y).text.view();
    if (sign.size() != 1 || sign[0] < 'a' || sign[0] > 'z') continue;
    out.style_row({x, row.y, 1, 1}, bar_style(static_cast<std::size_t>(sign[0] - 'a')));
  }
}

std::string blocks_text(const std::vector<api::Block>& blocks, int cells) {
  std::string text;
  const auto count = static_cast<std::size_t>(blocks.empty() ? 0 : std::max(cells, 0));
  for (std::size_t i = 0; i < count; ++i)
    text += sign_of(blocks[i * blocks.size() / count]);
  return text;
}

}  // namespace p2p::tui
