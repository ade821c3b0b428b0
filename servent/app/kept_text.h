// Small texts of the home, whole or not at all. Both wait for the disk: not on the event loop.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace p2p::app {

// Beside it first, so that a kill leaves the old or the new one whole. False: it is not written.
bool write_whole(const std::filesystem::path& file, const std::string& text);
bool append_line(const std::filesystem::path& file, const std::string& line);
// Empty where there is none. Nothing: it is longer than `most`, or cannot be read.
std::optional<std::string> read_whole(const std::filesystem::path& file, std::size_t most);

}  // namespace p2p::app
