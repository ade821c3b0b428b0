#include "protocols/transfer/http_date.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kLength = 29;

std::string two_digits(unsigned value) {
  return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

}  // namespace

std::string http_date(std::int64_t unix_s) {
  using namespace std::chrono;
  const sys_seconds at{seconds(unix_s)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  const auto rest = static_cast<unsigned>((at - day).count());
  std::string text(kDays[weekday(day).c_encoding()]);
  text += ", " + two_digits(static_cast<unsigned>(date.day())) + ' ';
  text += kMonths[static_cast<unsigned>(date.month()) - 1];
  text += ' ' + std::to_string(static_cast<int>(date.year())) + ' ' + two_digits(rest / 3600) +
          ':' + two_digits(rest / 60 % 60) + ':' + two_digits(rest % 60) + " GMT";
  return text;
}

std::optional<std::int64_t> read_http_date(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != kLength) return {};
  const auto number = [text](std::size_t at, std::size_t digits) {
    return static_cast<unsigned>(read_number(text.substr(at, digits)).value_or(0));
  };
  const auto* const named = std::ranges::find(kMonths, text.substr(8, 3));
  const auto in_year = static_cast<unsigned>(named - kMonths.begin()) + 1;
  const year_month_day date(year(static_cast<int>(number(12, 4))), month(in_year),
                            day(number(5, 2)));
  if (!date.ok()) return {};
  const sys_seconds at =
      sys_days(date) + hours(number(17, 2)) + minutes(number(20, 2)) + seconds(number(23, 2));
  const std::int64_t unix_s = at.time_since_epoch().count();
  // What else may be wrong with it shows when it is said again.
  if (unix_s < 0 || http_date(unix_s) != text) return {};
  return unix_s;
}

}  // namespace p2p::transfer
