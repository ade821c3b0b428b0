#include "servent/app/options.h"

#include <charconv>
#include <utility>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"

#include "servent/app/actions.h"
#include "servent/app/config.h"
#include "servent/app/option_table.h"

namespace p2p::app {

namespace {

// Reads one line of arguments; see parse.
class LineReader {
 public:
  Invocation read(int argc, const char* const* argv) {
    try {
      root_->parse(argc, argv);
      if (const std::string wrong = finish(); !wrong.empty()) refuse(wrong);
    } catch (const CLI::CallForHelp&) {
      out_.command = Command::help;
      out_.message = root_->help();
    } catch (const CLI::CallForVersion&) {
      out_.command = Command::version;
      out_.message = std::string(version_text()) + '\n';
    } catch (const CLI::Error& error) {
      refuse(error.what());
    }
    return std::move(out_);
  }

 private:
  // What the library lets through: unknown words, and values that only we can judge. Returns the
  // mistake, or nothing.
  std::string finish() {
    for (const CLI::Option* option : root_->get_options())
      if (option->count() > 0) out_.given.insert(option->get_lnames().front());
    const auto asked = root_->get_subcommands();
    for (const std::string& word : root_->remaining())
      if (word != "--") return unknown(word, *root_, "");
    if (!asked.empty())
      for (const std::string& name : out_.given)
        if (name != "home" && name != "config") return "--" + name + " is for running a node";
    if (!asked.empty())
      for (const std::string& word : asked.front()->remaining()) {
        if (word == "--") continue;
        const bool without = word.starts_with('-') && !word.starts_with("--");
        if (out_.command != Command::search || !without)
          return unknown(word, *asked.front(), ' ' + asked.front()->get_name());
        out_.words.push_back(word);
      }
    if (out_.command == Command::mode) {
      if (out_.words.empty() && !out_.settings.roles.empty()) return "--role needs MODES";
      if (!out_.words.empty()) out_.settings.modes = out_.words;
    }
    if (out_.command == Command::search && out_.words.empty()) return "WORDS is required";
    if (out_.command == Command::limit && !out_.ids.empty()) {
      out_.command = Command::change;
      out_.rate = std::exchange(out_.down, {});
    }
    if (std::string wrong = read_action(out_); !wrong.empty()) return wrong;
    const auto checked = check_settings(out_.settings);
    return checked ? "" : checked.error().detail;
  }

  static std::string unknown(const std::string& word, const CLI::App& where,
                             const std::string& command) {
    const bool is_option = word.starts_with('-');
    std::vector<std::string> names;
    if (is_option)
      for (const CLI::Option* option : where.get_options())
        for (const std::string& name : option->get_lnames())
          names.push_back("--" + name);
    else
      for (const CLI::App* verb : where.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(verb->get_name());
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string near(nearest_word(word.substr(0, word.find('=')), known));
    return std::string(is_option ? "unknown option \"" : "unknown word \"") + escaped(word) + '"' +
           (near.empty() ? "; see servent" + command + " --help"
                         : ", did you mean \"" + near + "\"?");
  }

  void refuse(const std::string& what) {
    const auto asked = root_->get_subcommands();
    out_.command = Command::wrong_usage;
    out_.message = "servent" + (asked.empty() ? "" : ' ' + asked.front()->get_name()) + ": " + what;
  }

  Invocation out_;
  std::unique_ptr<CLI::App> root_ = option_table(out_);
};

}  // namespace

Invocation parse(int argc, const char* const* argv) {
  return LineReader().read(argc, argv);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = 7LL * 24 * 3600 * 1000;  // a week
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return {};
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  std::int64_t factor = 0;
  if (unit == "ms") factor = 1;
  if (unit == "s" || unit.empty()) factor = 1000;
  if (unit == "m") factor = 60000;
  if (unit == "h") factor = 3600000;
  const std::int64_t value = std::int64_t{number} * factor;
  if (factor == 0 || value > kMost) return {};
  return std::chrono::milliseconds(value);
}

std::string_view version_text() {
  return "servent 0.1.0";
}

}  // namespace p2p::app
