#include "servent/lab/plot.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "servent/lab/digits.h"

namespace p2p::lab {

namespace {

constexpr double kWidth = 900;
constexpr double kHeight = 520;
constexpr double kLeft = 110;
constexpr double kTop = 60;
constexpr double kBottom = 440;
constexpr double kLegend = 230;            // the legend's width, where there is one
constexpr double kInset = 20;              // of the x axis, at both ends
constexpr double kMark = 5;                // half of a mark's size
constexpr double kCap = 4;                 // half of an error bar's end
constexpr double kLetter = 8;              // about a letter's width
constexpr double kMostTicksOfValues = 12;  // on the whole axis, and none closer
constexpr long kMostDecades = 8;           // that each have a tick

// Okabe and Ito 2008, told apart by people who see colours differently.
constexpr std::array<std::string_view, 7> kColours{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                   "#E69F00", "#56B4E9", "#000000"};
constexpr std::array<std::string_view, 4> kDashes{"", "8 4", "2 4", "8 4 2 4"};

std::string coordinate(double value) {
  std::array<char, 32> out{};
  const auto end = std::to_chars(out.begin(), out.end(), value, std::chars_format::fixed, 2).ptr;
  return {out.data(), end};
}

std::string attribute(std::string_view name, double value) {
  return std::string(" ").append(name).append("=\"").append(coordinate(value)).append("\"");
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + " " + std::string(style) + "/>\n";
}

std::string label(double x, double y, std::string_view style, const std::string& text) {
  return "<text" + attribute("x", x) + attribute("y", y) + " " + std::string(style) + ">" +
         escaped_xml(text) + "</text>\n";
}

// Cut between characters, to about so many pixels.
std::string cut_to_width(const std::string& text, double width) {
  const auto most = static_cast<std::size_t>(std::max(width / kLetter, 3.0));
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80;
    if (begins && ++letters > most) return text.substr(0, i) + "…";
  }
  return text;
}

// Bytes of the letter that `text` (not empty) begins with; 0 when XML has no such letter: a control
// character, or no UTF-8 (RFC 3629: the shortest form, no surrogates, up to U+10FFFF).
std::size_t letter_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\n' || first == '\t' ? 1 : 0;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  const unsigned two = first << 8U | byte(1);
  const bool is_fine = (two >= 0xC280 && two < 0xE000) || (two >= 0xE0A0 && two < 0xEDA0) ||
                       (two >= 0xEE80 && two < 0xF000) || (two >= 0xF090 && two < 0xF490);
  const bool is_no_letter = text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
  return is_fine && !is_no_letter ? length : 0;
}

// Circle, square, triangle, diamond: a projector may have no colours.
std::string mark_path(std::size_t shape, double x, double y, double size) {
  const auto at = [](double a, double b) { return coordinate(a) + ' ' + coordinate(b); };
  const std::string r = coordinate(size);
  const std::string whole = coordinate(2 * size);
  switch (shape % 4) {
    case 0:
      return 'M' + at(x - size, y) + 'a' + r + ' ' + r + " 0 1 0 " + whole + " 0a" + r + ' ' + r +
             " 0 1 0 -" + whole + " 0z";
    case 1: return 'M' + at(x - size, y - size) + 'h' + whole + 'v' + whole + "h-" + whole + 'z';
    case 2:
      return 'M' + at(x, y - size) + 'L' + at(x + size, y + size) + 'L' + at(x - size, y + size) +
             'z';
    default:
      return 'M' + at(x, y - size) + 'L' + at(x + size, y) + 'L' + at(x, y + size) + 'L' +
             at(x - size, y) + 'z';
  }
}

// The least of 1, 2, 5, 10, ... that cuts `length` into at most `parts`.
double step_for(double length, double parts) {
  const double raw = length / parts;
  const double decade = std::pow(10, std::floor(std::log10(raw)));
  for (const double times : {1.0, 2.0, 5.0})
    if (times * decade >= raw) return times * decade;
  return 10 * decade;
}

void divide_linear(Axis& axis, double least, double most) {
  if (!(most > least)) most = least + std::max(std::abs(least), 1.0);
  const double step = step_for(most - least, 6);
  const double first = std::floor(least / step);
  const auto parts = std::lround(std::ceil(most / step) - first);
  for (long i = 0; i <= parts; ++i)
    axis.ticks.push_back((first + static_cast<double>(i)) * step);
  axis.low = axis.ticks.front();
  axis.high = axis.ticks.back();
}

void divide_log(Axis& axis, double least, double most) {
  const auto first = std::lround(std::floor(std::log10(least)));
  const auto last = std::lround(std::ceil(std::log10(most)));
  const long stride = (last - first + kMostDecades - 1) / kMostDecades;
  for (long i = first; i <= last; i += stride)
    axis.ticks.push_back(std::pow(10, i));
  axis.low = axis.ticks.front();
  axis.high = std::pow(10, last);
}

class Drawing {
 public:
  explicit Drawing(const Chart& chart) : chart_(chart) {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const Series& series : chart.series) {
      has_legend_ = has_legend_ || !series.label.empty();
      for (const PlotPoint& point : series.points) {
        xs.push_back(point.x);
        ys.push_back(point.y);
        if (point.half > 0) ys.push_back(point.y + point.half);
      }
    }
    right_ = kWidth - (has_legend_ ? kLegend : 30);
    x_ = chart.words.empty() ? axis_of(xs, false, !chart.is_time)
                             : axis_of_words(chart.words.size());
    y_ = axis_of(ys, true, !chart.is_share);
    std::ranges::sort(xs);
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    if (!x_.is_log && chart.words.empty() && have_room(xs)) x_.ticks = xs;
  }

  std::string draw() {
    const std::string size = " viewBox=\"0 0 " + coordinate(kWidth) + ' ' + coordinate(kHeight) +
                             "\" width=\"" + coordinate(kWidth) + "\" height=\"" +
                             coordinate(kHeight);
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + size +
           "\" font-family=\"sans-serif\" font-size=\"16\" fill=\"#222\">\n<title>" +
           escaped_xml(chart_.title) + "</title>\n<rect width=\"100%\" height=\"100%\" " +
           "fill=\"#fff\"/>\n";
    out_ += label(kLeft, 32, "font-size=\"20\" font-weight=\"bold\"", chart_.title);
    draw_axes();
    for (const Series& series : chart_.series)
      draw_series(series);
    draw_legend();
    return std::move(out_) + "</svg>\n";
  }

 private:
  static Axis axis_of_words(std::size_t count) {
    Axis axis{-0.5, static_cast<double>(count) - 0.5, false, {}};
    for (std::size_t i = 0; i < count; ++i)
      axis.ticks.push_back(static_cast<double>(i));
    return axis;
  }

  // Whether the values (sorted, none twice) can be the ticks of the x axis themselves.
  bool have_room(const std::vector<double>& values) const {
    for (std::size_t i = 1; i < values.size(); ++i)
      if (x_.share(values[i]) - x_.share(values[i - 1]) < 1.0 / kMostTicksOfValues) return false;
    return !values.empty();
  }

  // Marks of the first and the last value do not lie on the frame.
  double x(double value) const {
    const double inset = chart_.words.empty() ? kInset : 0;
    return kLeft + inset + x_.share(value) * (right_ - kLeft - 2 * inset);
  }
  double y(double value) const { return kBottom - y_.share(value) * (kBottom - kTop); }

  void draw_axes() {
    for (const double tick : y_.ticks) {
      out_ += line(kLeft, y(tick), right_, y(tick), "stroke=\"#ddd\"");
      out_ += label(kLeft - 10, y(tick) + 5, "text-anchor=\"end\"", digits(tick));
    }
    const double room = (right_ - kLeft) / static_cast<double>(chart_.words.size() + 1);
    for (const double tick : x_.ticks) {
      out_ += line(x(tick), kBottom, x(tick), kBottom + 6, "stroke=\"#222\"");
      const std::string text =
          chart_.words.empty() ? digits(tick)
                               : cut_to_width(chart_.words[static_cast<std::size_t>(tick)], room);
      out_ += label(x(tick), kBottom + 26, "text-anchor=\"middle\"", text);
    }
    out_ += line(kLeft, kBottom, right_, kBottom, "stroke=\"#222\"");
    out_ += line(kLeft, kTop, kLeft, kBottom, "stroke=\"#222\"");
    out_ += label((kLeft + right_) / 2, kBottom + 58, "text-anchor=\"middle\"",
                  chart_.x_label + (x_.is_log ? ", logarithmic" : ""));
    const std::string middle = coordinate((kTop + kBottom) / 2);
    out_ += label(24, (kTop + kBottom) / 2,
                  "text-anchor=\"middle\" transform=\"rotate(-90 24 " + middle + ")\"",
                  chart_.y_label + (y_.is_log ? ", logarithmic" : ""));
  }

  void draw_series(const Series& series) {
    const std::string colour(kColours[series.colour % kColours.size()]);
    std::vector<PlotPoint> points = series.points;
    std::ranges::stable_sort(points, {}, &PlotPoint::x);
    if (!series.is_real && chart_.words.empty() && points.size() > 1) {
      out_ += "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\"";
      const std::size_t dash = series.colour / kColours.size() % kDashes.size();
      if (dash > 0) out_.append(" stroke-dasharray=\"").append(kDashes[dash]).append("\"");
      out_ += " points=\"";
      for (const PlotPoint& point : points)
        out_ += (&point == points.data() ? "" : " ") + coordinate(x(point.x)) + ',' +
                coordinate(y(point.y));
      out_ += "\"/>\n";
    }
    for (const PlotPoint& point : points)
      draw_point(series, point, colour);
  }

  void draw_point(const Series& series, const PlotPoint& point, const std::string& colour) {
    const double at = x(point.x + aside(series));
    if (point.half > 0) {
      const double top = y(point.y + point.half);
      const bool is_cut = point.y - point.half < y_.low;
      const double bottom = y(is_cut ? y_.low : point.y - point.half);
      const std::string style = "stroke=\"" + colour + "\" stroke-width=\"1.5\"";
      out_ += line(at, top, at, bottom, style);
      out_ += line(at - kCap, top, at + kCap, top, style);
      if (!is_cut) out_ += line(at - kCap, bottom, at + kCap, bottom, style);
    }
    const std::string where =
        chart_.words.empty() ? digits(point.x) : chart_.words[static_cast<std::size_t>(point.x)];
    out_ += mark(series, at, y(point.y), colour, "point");
    out_ += "<title>" +
            escaped_xml(series.label + (series.label.empty() ? "" : ": ") + where + ": " +
                        digits(Estimate{2, point.y, point.half})) +
            "</title></path>\n";
  }

  // Over words the series stand side by side.
  double aside(const Series& series) const {
    if (chart_.words.empty()) return 0;
    const auto count = static_cast<double>(chart_.series.size());
    const auto place = static_cast<double>(&series - chart_.series.data());
    return (place - (count - 1) / 2) * std::min(0.1, 0.6 / count);
  }

  // Left open, for a <title>.
  static std::string mark(const Series& series, double x, double y, const std::string& colour,
                          const std::string& kind) {
    return "<path class=\"" + kind + "\" d=\"" +
           mark_path(series.colour, x, y, series.is_real ? kMark * 1.5 : kMark) + "\" fill=\"" +
           (series.is_real ? "none" : colour) + "\" stroke=\"" + colour + "\" stroke-width=\"2\">";
  }

  void draw_legend() {
    double at = kTop + 10;
    if (has_legend_ && !chart_.legend.empty()) {
      out_ += label(right_ + 16, at + 5, "font-size=\"14\" font-weight=\"bold\"",
                    cut_to_width(chart_.legend, kLegend - 20));
      at += 26;
    }
    for (const Series& series : chart_.series) {
      if (series.label.empty()) continue;
      const std::string colour(kColours[series.colour % kColours.size()]);
      out_ += mark(series, right_ + 22, at, colour, "key") + "</path>\n";
      out_ +=
          label(right_ + 38, at + 5, "font-size=\"14\"", cut_to_width(series.label, kLegend - 45));
      at += 24;
    }
  }

  const Chart& chart_;
  Axis x_;
  Axis y_;
  bool has_legend_ = false;
  double right_ = 0;
  std::string out_;
};

}  // namespace

double Axis::share(double value) const {
  const auto at = [this](double any) { return is_log ? std::log10(std::max(any, low)) : any; };
  return std::clamp((at(value) - at(low)) / (at(high) - at(low)), 0.0, 1.0);
}

Axis axis_of(const std::vector<double>& values, bool from_zero, bool may_be_log) {
  Axis axis;
  if (values.empty()) return axis;
  double least = std::ranges::min(values);
  const double most = std::ranges::max(values);
  axis.is_log = may_be_log && least > 0 && most / least >= kLogarithmicFrom;
  if (axis.is_log) {
    divide_log(axis, least, most);
    return axis;
  }
  if (from_zero) least = std::min(least, 0.0);
  divide_linear(axis, least, most);
  return axis;
}

std::string escaped_xml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = letter_length(text);
    const std::string_view letter = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(letter.size());
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (letter == "<")
      out += "&lt;";
    else if (letter == ">")
      out += "&gt;";
    else if (letter == "&")
      out += "&amp;";
    else if (letter == "\"")
      out += "&quot;";
    else if (letter == "'")
      out += "&#39;";
    else
      out += letter;
  }
  return out;
}

std::string to_svg(const Chart& chart) {
  return Drawing(chart).draw();
}

}  // namespace p2p::lab
