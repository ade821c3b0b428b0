#include "servent/app/command_line.h"

#include <cstdio>
#include <optional>
#include <utility>

#include <signal.h>
#include <unistd.h>

#include "protocols/base/row_filter.h"

#include "servent/api/request.h"
#include "servent/app/completion.h"
#include "servent/app/config.h"
#include "servent/app/config_list.h"
#include "servent/app/control_client.h"
#include "servent/app/json.h"
#include "servent/app/manual.h"
#include "servent/app/request_json.h"
#include "servent/app/rows.h"
#include "servent/app/wire.h"

namespace p2p::app {

namespace {

volatile sig_atomic_t g_interrupted = 0;  // a signal can reach nothing else
void on_interrupt(int /*signal*/) {
  g_interrupted = 1;
}

constexpr auto kSearchWait = std::chrono::seconds(10);
constexpr auto kBrowseWait = std::chrono::seconds(60);  // a list may be long

int as_int(Exit status) {
  return static_cast<int>(status);
}
void say(const std::string& what) {
  std::fprintf(stderr, "servent: %s\n", what.c_str());
}

const char* verb_of(Command command) {
  switch (command) {
    case Command::search: return "search";
    case Command::browse: return "browse";
    case Command::get: return "get";
    case Command::status: return "status";
    case Command::peers: return "peers";
    case Command::hosts: return "hosts";
    case Command::share: return "share";
    case Command::unshare: return "unshare";
    case Command::shares: return "shares";
    case Command::downloads: return "downloads";
    case Command::uploads: return "uploads";
    case Command::pause: return "pause";
    case Command::resume: return "resume";
    case Command::cancel: return "cancel";
    case Command::retry: return "retry";
    case Command::end_upload: return "end_upload";
    case Command::change: return "change";
    case Command::move: return "move";
    case Command::limit: return "limit";
    case Command::connect: return "connect";
    case Command::mode: return "mode";
    case Command::wish: return "wishes";
    case Command::unwanted: return "unwanted";
    case Command::log: return "log";
    case Command::config: return "config";
    case Command::quit: return "quit";
    case Command::drop_peer:  // as a screen asks them: see screen_request
    case Command::ban_host:
    case Command::unban_host:
    case Command::drop_unwanted:
    case Command::add_wish:
    case Command::drop_wish:
    case Command::see_wish:
    case Command::run:
    case Command::attach:
    case Command::completion:
    case Command::man:
    case Command::version:
    case Command::help:
    case Command::wrong_usage: break;
  }
  return "";
}

// The shell took the quotes of artist:"blue train" away, or all was quoted as one word:
// "artist:coltrane bitrate>=192", of which more than the first part says a field.
std::string as_typed(const std::string& word) {
  const std::size_t colon = word.find(':');
  const std::size_t blank = word.find(' ');
  const bool is_text = colon != std::string::npos && colon < blank;
  if (!is_text || blank == std::string::npos || word.find('"') != std::string::npos) return word;
  if (word.find_first_of(":<>=", blank) != std::string::npos) return word;
  return word.substr(0, colon + 1) + '"' + word.substr(colon + 1) + '"';
}

std::string typed_words(const Invocation& asked) {
  std::string words;
  for (const std::string& word : asked.words)
    words += (words.empty() ? "" : " ") + as_typed(word);
  return words;
}

// Those that are a screen's requests too, except for the ID, which each has of its own.
std::optional<api::Request> screen_request(const Invocation& asked) {
  switch (asked.command) {
    case Command::drop_peer: return api::DropPeer{asked.endpoint};
    case Command::ban_host: return api::BanHost{asked.endpoint};
    case Command::unban_host: return api::UnbanHost{asked.endpoint};
    case Command::drop_unwanted: return api::DropUnwanted{};
    case Command::add_wish:
      return api::AddWish{typed_words(asked), asked.download, asked.filter, asked.group};
    case Command::drop_wish: return api::DropWish{};
    case Command::see_wish: return api::SeeWish{};
    case Command::mode:
      if (asked.words.empty()) return {};
      return api::SwitchMode{asked.words, asked.settings.roles};
    default: return {};
  }
}

Json request_of(const Invocation& asked) {
  Json out{{"v", 1}, {"do", verb_of(asked.command)}};
  if (const auto request = screen_request(asked)) {
    out["do"] = "submit";
    out.update(request_json(*request));
    return out;
  }
  if (asked.follow) {
    out["do"] = "watch";
    out["parts"] = Json::array({"log"});
  }
  if (asked.command == Command::search) {
    out["words"] = to_wire(typed_words(asked));
    out["wait_ms"] = asked.wait.value_or(kSearchWait).count();
  } else if (asked.command == Command::browse) {
    out["user"] = to_wire(asked.user);
    out["wait_ms"] = asked.wait.value_or(kBrowseWait).count();
  } else if (asked.wait) {
    out["wait_ms"] = asked.wait->count();
  }
  const auto number = [&out](const char* key, const auto& value) {
    if (value) out[key] = *value;
  };
  number("up", asked.up);
  number("down", asked.down);
  number("id", asked.upload);
  number("slots", asked.slots);
  number("per_user", asked.per_user);
  number("queue", asked.queue);
  number("limit", asked.rate);
  number("in_order", asked.in_order);
  if (!asked.priority.empty()) out["priority"] = asked.priority;
  if (!asked.where.empty()) out["where"] = asked.where;
  if (asked.limit) out["limit"] = *asked.limit;
  if (!asked.filter.empty()) out["filter"] = asked.filter;
  if (!asked.links.empty()) out["links"] = asked.links;
  if (!asked.share_path.empty()) out["path"] = to_wire(asked.share_path);
  if (!asked.endpoint.empty()) out["endpoint"] = asked.endpoint;
  return out;
}

void print_row(const Invocation& asked, const Json& row) {
  std::fputs((asked.json ? write_line(row) : text_row(asked.command, row)).c_str(), stdout);
  std::fflush(stdout);
}

// One request and all of its answer.
Exit ask(ControlClient& node, const Json& request, const Invocation& asked) {
  const bool heard = node.send(write_line(request));  // a node that is busy says so and closes
  std::size_t rows = 0;
  bool rewriting = false;  // a progress line stands there without its end
  const auto end_rewriting = [&rewriting] {
    if (std::exchange(rewriting, false)) std::fputs("\r\x1b[K", stdout);
  };
  for (;;) {
    const Json answer = Json::parse(node.line(), nullptr, false);
    if (g_interrupted != 0) return Exit::interrupted;
    if (!heard && !answer.is_object()) return Exit::no_node;
    if (!answer.is_object()) {
      say("the node went away before the end of its answer");
      return Exit::failed;
    }
    if (answer.contains("row")) {
      end_rewriting();
      if (rows++ == 0 && !asked.json) std::fputs(heading_for(asked.command).c_str(), stdout);
      print_row(asked, answer["row"]);
    } else if (answer.contains("moment")) {
      for (const Json& row : answer["moment"].value("log", Json::array()))
        print_row(asked, row);
    } else if (answer.contains("progress") && !asked.json && ::isatty(STDOUT_FILENO) != 0) {
      end_rewriting();
      std::fputs(progress_text(answer["progress"]).c_str(), stdout);
      rewriting = true;
      std::fflush(stdout);
    } else if (answer.contains("end")) {
      end_rewriting();
      for (const Json& row : answer.value("hosts", Json::array())) {
        if (rows++ == 0 && !asked.json) std::fputs(heading_for(asked.command).c_str(), stdout);
        print_row(asked, row);
      }
      if (!answer.value("ok", false)) {
        say(shown(from_wire(answer.value("error", std::string("refused")))));
        return Exit::failed;
      }
      const bool lists = asked.command == Command::search || asked.command == Command::browse;
      if (lists && rows == 0) {
        say("nothing found: " + shown(answer.value("why", std::string("no answer came"))));
        return Exit::failed;
      }
      const std::string why = answer.value("why", std::string());
      if (asked.command == Command::search && why.starts_with("refused")) say(shown(why));
      if (asked.command != Command::get) return Exit::done;
      const auto done = answer.value("done", std::size_t{0});
      if (answer.value("failed", std::size_t{0}) == 0) return Exit::done;
      return done > 0 ? Exit::partly : Exit::failed;
    }
  }
}

// What a node would be started with.
int print_settings(Invocation asked) {
  if (const auto loaded = load_config(asked.given, asked.settings); !loaded)
    return complain(Exit::usage, loaded.error().detail);
  if (!asked.json) std::fputs(heading_for(asked.command).c_str(), stdout);
  for (const Json& row : list_settings(asked))
    print_row(asked, row);
  return as_int(Exit::done);
}

// What is printed without a node.
std::string printed(const Invocation& asked, const std::vector<CommandDoc>& more) {
  if (asked.command == Command::completion) return completion_for(asked.shell, command_docs(more));
  if (asked.command == Command::man) return manual_page(command_docs(more));
  if (asked.command == Command::config) return config_text();
  return asked.message;
}

}  // namespace

int complain(Exit status, const std::string& why) {
  say(why);
  return as_int(status);
}

std::string no_node_in(const Places& places) {
  return "no servent runs in " + places.data.string() + ": start one with `servent --headless`";
}

int run_command(const Invocation& asked, const std::vector<CommandDoc>& more) {
  if (asked.command == Command::wrong_usage) {
    std::fprintf(stderr, "%s\n", asked.message.c_str());
    return as_int(Exit::usage);
  }
  if (asked.command == Command::help || asked.command == Command::version ||
      asked.command == Command::completion || asked.command == Command::man || asked.defaults) {
    std::fputs(printed(asked, more).c_str(), stdout);
    return as_int(Exit::done);
  }
  struct sigaction interrupt {};
  interrupt.sa_handler = on_interrupt;  // without SA_RESTART: a blocked recv ends
  ::sigaction(SIGINT, &interrupt, nullptr);
  const Places places = places_of(asked.settings);
  ControlClient node(places.socket.string());
  if (!node.good() && asked.command == Command::config) return print_settings(asked);
  if (!node.good()) return complain(Exit::no_node, no_node_in(places));
  const RowFilter filter(asked.filter);
  const auto complain_of = [&asked](const char* what, const RowFilter::Part& part) {
    say(what + shown(asked.filter.substr(part.begin, part.end - part.begin)));
  };
  for (const auto& part : filter.misread())
    complain_of("searched as text: ", part);
  for (const auto& part : filter.unfinished())
    complain_of("asks nothing without more: ", part);
  Json request = request_of(asked);
  if (asked.ids.empty()) {
    const Exit status = ask(node, request, asked);
    if (asked.command != Command::mode || asked.words.empty() || status != Exit::done)
      return as_int(status);
    return as_int(ask(node, Json{{"v", 1}, {"do", "mode"}}, asked));  // what came of it
  }
  std::size_t failed = 0;
  for (const std::uint32_t id : asked.ids) {
    request["id"] = id;
    const Exit status = ask(node, request, asked);
    if (status == Exit::interrupted) return as_int(status);
    if (status != Exit::done) ++failed;
  }
  if (failed == 0) return as_int(Exit::done);
  return as_int(failed < asked.ids.size() ? Exit::partly : Exit::failed);
}

}  // namespace p2p::app
