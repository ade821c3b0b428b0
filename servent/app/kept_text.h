// Small texts of the home, whole or not at all: on the disk, which takes its time (not on the event
// loop), and taken apart.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace p2p::app {

// Beside it first, so that a kill leaves the old or the new one whole. False: it is not written.
bool write_whole(const std::filesystem::path& file, const std::string& text);
bool append_line(const std::filesystem::path& file, const std::string& line);
// Empty where there is none. Nothing: it is longer than `most`, or cannot be read.
std::optional<std::string> read_whole(const std::filesystem::path& file, std::size_t most);

// Takes what stands before the next `mark`, and the mark: a line of a text, a word of a line.
std::string_view take_until(std::string_view& text, char mark);

}  // namespace p2p::app
