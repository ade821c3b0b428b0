#include "servent/lab/terminal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "servent/lab/digits.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kLeastWidth = 40;

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, cells(text)), ' ');
}

std::string bar(double share, std::size_t width) {
  constexpr std::array<std::string_view, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width) * 8));
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i)
    out += "█";
  out += kEighths[eighths % 8];
  return out + std::string(width - (eighths + 7) / 8, ' ');
}

struct Bar {
  std::string label;
  std::string value;
  double y = 0;
};

std::vector<Bar> bars_of(const Chart& chart) {
  std::vector<Bar> bars;
  for (const Series& series : chart.series) {
    for (const PlotPoint& point : series.points) {
      const std::string x =
          chart.words.empty() ? digits(point.x) : chart.words[static_cast<std::size_t>(point.x)];
      const std::string label = series.label + (series.label.empty() ? "" : ", ") + x;
      bars.push_back({printable(label), digits(Estimate{2, point.y, point.half}), point.y});
    }
  }
  return bars;
}

}  // namespace

std::string printable(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool is_latin = (byte == 0xC2 && next >= 0xA1 && next != 0xAD && next <= 0xBF) ||
                          (byte >= 0xC3 && byte <= 0xC9 && next >= 0x80 && next <= 0xBF);
    if (byte >= 0x20 && byte < 0x7F) {
      out += text[i];
    } else if (is_latin) {
      out += text.substr(i++, 2);
    } else {
      constexpr std::string_view kHex = "0123456789abcdef";
      out += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  return out;
}

std::size_t cells(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string shortened(const std::string& text, std::size_t most) {
  if (cells(text) <= most) return text;
  std::string out;
  std::size_t taken = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    if (begins && ++taken == most) break;
    out += c;
  }
  return out + "…";
}

std::size_t terminal_width() {
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const bool is_known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

std::string wrapped(const std::string& begin, const std::string& text, std::size_t width) {
  std::string out = printable(begin);
  const std::size_t indent = cells(out);
  std::size_t at = indent;
  std::istringstream words(printable(text));
  for (std::string word; words >> word;) {
    const bool is_first = at == indent;
    if (!is_first && at + 1 + cells(word) > width) {
      out += '\n' + std::string(indent, ' ');
      at = indent;
    } else if (!is_first) {
      out += ' ';
      ++at;
    }
    out += word;
    at += cells(word);
  }
  return out + '\n';
}

std::string to_terminal(const Chart& chart, std::size_t width) {
  const std::vector<Bar> bars = bars_of(chart);
  std::string title = printable(chart.title);
  title += ", over " + (chart.legend.empty() ? "" : printable(chart.legend) + " and ") +
           printable(chart.x_label.substr(0, chart.x_label.find(':')));
  if (bars.empty()) return title + ": nothing\n";
  const auto [least, most] = std::ranges::minmax(bars, {}, &Bar::y);
  const bool is_log = !chart.is_share && least.y > 0 && most.y / least.y > kLogarithmicFrom;
  const double start = is_log ? std::floor(std::log10(least.y)) - 1 : 0;
  std::size_t labels = 0;
  std::size_t values = 0;
  for (const Bar& one : bars) {
    labels = std::max(labels, cells(one.label));
    values = std::max(values, cells(one.value));
  }
  const std::size_t taken = labels + values + 6;
  const std::size_t whole = std::max(width, kLeastWidth);
  const std::size_t room = whole > taken + 8 ? whole - taken : 8;
  std::string out = title + (is_log ? " (logarithmic)\n" : "\n");
  for (const Bar& one : bars) {
    const double share = is_log       ? (std::log10(one.y) - start) / (std::log10(most.y) - start)
                         : most.y > 0 ? one.y / most.y
                                      : 0;
    out += "  " + padded(one.label, labels) + "  " + bar(share, room) + "  " + one.value + '\n';
  }
  return out;
}

}  // namespace p2p::lab
