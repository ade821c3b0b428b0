// A picture of numbers: curves and points with error bars over one axis, as SVG. Drawn the same
// from the same numbers, byte by byte. Any text is escaped here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2p::lab {

struct PlotPoint {
  double x = 0;
  double y = 0;
  double half = 0;  // of the error bar; NaN or 0: none
};

struct Series {
  std::string label;  // empty: not in the legend
  std::size_t colour = 0;
  bool is_real = false;  // hollow marks without a line: measured, to lie on a curve or not
  std::vector<PlotPoint> points;
};

struct Chart {
  std::string name;  // "messages": for the name of its file
  std::string title;
  std::string x_label;
  std::string y_label;
  std::string legend;              // what the labels are of: "network.mode"; may be empty
  std::vector<std::string> words;  // x counts these, from 0; empty: x is a number
  std::vector<Series> series;
  bool is_share = false;  // y is a share of 1: never logarithmic
  bool is_time = false;   // x is time that passes: never logarithmic
};

// An axis whose ends are so many times apart, two decades, or more is logarithmic.
inline constexpr double kLogarithmicFrom = 100;
std::string to_svg(const Chart& chart);

// Text within an element or an attribute of XML or HTML; bytes that XML cannot hold, or that are no
// UTF-8, become U+FFFD.
std::string escaped_xml(std::string_view text);

// Where an axis lies and how it is divided.
struct Axis {
  double low = 0;
  double high = 1;
  bool is_log = false;
  std::vector<double> ticks;

  double share(double value) const;  // 0 at low, 1 at high; kept within
};
// Holds all values and ends at round ones; `from_zero`: with 0 too, unless it is logarithmic.
Axis axis_of(const std::vector<double>& values, bool from_zero, bool may_be_log = true);

}  // namespace p2p::lab
