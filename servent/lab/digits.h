// Numbers as a person reads them in tables and on axes: 8,848 and 0.3012, and an interval with two
// digits of its half. The same everywhere, whatever the locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "servent/lab/outcome.h"

namespace p2p::lab {

// Four digits and more where the number is whole; "-" for what is no number.
std::string digits(double value);
std::string digits(double value, int decimals);
// Three digits and a letter: 940, 1.24 k, 35.1 M, 2.1 G.
std::string short_digits(double value);
// "1 node", "2,000 nodes".
std::string counted(std::uint64_t count, std::string_view what);
// A varied value: 1,000,000 and gnutella; what is no whole number as it was written.
std::string digits(const Value& value);
// "8,848 ± 12"; "299,997 ± 0" where all seeds agree; without a half from one seed alone.
std::string digits(const Estimate& estimate);
// Whether a text is of the kind that these are.
bool is_number(const std::string& text);

}  // namespace p2p::lab
