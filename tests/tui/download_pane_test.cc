#include "tui/download_pane.h"

#include <gtest/gtest.h>

#include "tui/bar.h"

namespace p2p::tui {
namespace {

TEST(DownloadPane, CountsTheSourcesThatAreNotListed) {
  std::vector<api::SourceRow> sources(8);
  for (std::size_t i = 1; i <= 5; ++i)
    sources[i].standing = api::Standing::queued;
  sources[1].place = 11;
  sources[2].place = 3;
  sources[3].place = 122;
  sources[4].place = 21;
  sources[5].place = 200;
  sources[6].standing = api::Standing::gone;
  EXPECT_EQ(others_text(sources, 1), "7 others: 5 queued (3rd, 11th, 21st, …), 1 spare, 1 gone");
  EXPECT_EQ(others_text(sources, 7), "1 other: 1 spare");
}

TEST(DownloadPane, SaysWhatIsNext) {
  const auto first_line = [](const api::DownloadRow& row) {
    Surface out(80, 12);
    const Keymap keys;
    draw_download(out, {0, 0, 80, 12}, row, 1000, 0, {keys, Screen::downloads});
    return out.row_text(0);
  };
  api::DownloadRow row;
  row.reason = "could not connect";
  row.retry_ms = 43'000;
  row.state = api::DownloadState::retrying;
  EXPECT_EQ(first_line(row), "could not connect: tries again in 0:42, r at once");
  row.state = api::DownloadState::no_source;
  EXPECT_EQ(first_line(row), "could not connect: looks for others in 0:42, f now");
  row.state = api::DownloadState::waiting;
  row.reason = "queue 7 at otto";
  row.place = 7;
  EXPECT_EQ(first_line(row), "queue 7 at otto, asked again in 0:42");
}

TEST(Bar, GivesEachSourceItsLetter) {
  EXPECT_EQ(letter_of(0), ' ');
  EXPECT_EQ(letter_of(1), 'a');
  EXPECT_EQ(letter_of(26), 'z');
  EXPECT_EQ(letter_of(27), 'a');
}

TEST(Bar, IsFullWhenTheFileIsDoneAndCountsBytesWhileNothingIsKnownOfParts) {
  api::DownloadRow row;
  row.size_bytes = 100;
  row.have_bytes = 50;
  EXPECT_EQ(segments_text(row, 4), "██··");
  row.state = api::DownloadState::done;
  row.blocks = {api::Block::missing};
  EXPECT_EQ(segments_text(row, 4), "████");
  EXPECT_EQ(segments_text(row, -1), "");
}

}  // namespace
}  // namespace p2p::tui
