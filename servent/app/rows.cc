#include "servent/app/rows.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <vector>

#include "servent/app/wire.h"

#include "tui/format.h"
#include "tui/sanitize.h"

namespace p2p::app {

namespace {

std::string shown_text(const Json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_string() ? shown(from_wire(at->get<std::string>())) : "-";
}

// The object below this key, else an empty one.
Json part_of(const Json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_object() ? *at : Json::object();
}

bool has_number(const Json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_number_unsigned();
}

std::uint64_t number_of(const Json& row, const char* key) {
  return has_number(row, key) ? row.at(key).get<std::uint64_t>() : 0;
}

std::string count_of(const Json& row, const char* key) {
  return has_number(row, key) ? std::to_string(number_of(row, key)) : "-";
}

std::string size_of(const Json& row, const char* key) {
  return has_number(row, key) ? tui::size_text(number_of(row, key)) : "-";
}

std::string rate_of(const Json& row, const char* key) {
  const std::uint64_t rate = number_of(row, key);
  return rate == 0 ? "-" : tui::rate_text(rate);
}

struct Cell {
  std::string text;
  std::size_t cells;  // at least; 0: the last one, as long as it is
  bool right = false;
};

std::string line(const std::vector<Cell>& cells) {
  std::string out;
  for (const Cell& cell : cells) {
    const auto wide = static_cast<std::size_t>(tui::sanitize(cell.text).width());
    const std::string gap(cell.cells > wide ? cell.cells - wide : 0, ' ');
    out += cell.right ? gap + cell.text : cell.text + gap;
    if (cell.cells > 0) out += "  ";
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

// "John Coltrane - Blue Train (Blue Train, 1957, Hard Bop), 192 kbit/s" as far as it is known.
std::string about(const Json& fields) {
  const auto joined = [](std::string& to, const std::string& next, const char* joint) {
    if (next != "-") to += (to.empty() ? "" : joint) + next;
  };
  std::string out;
  joined(out, shown_text(fields, "artist"), "");
  joined(out, shown_text(fields, "title"), " - ");
  std::string where;
  joined(where, shown_text(fields, "album"), "");
  joined(where, count_of(fields, "year"), ", ");
  joined(where, shown_text(fields, "genre"), ", ");
  if (!where.empty()) out += (out.empty() ? "(" : " (") + where + ')';
  if (has_number(fields, "bitrate")) joined(out, count_of(fields, "bitrate") + " kbit/s", ", ");
  if (has_number(fields, "width") && has_number(fields, "height"))
    joined(out, count_of(fields, "width") + "x" + count_of(fields, "height"), ", ");
  return out.empty() ? "" : "    " + out + '\n';
}

std::string search_row(const Json& row) {
  const Json fields = part_of(row, "fields");
  const std::string length =
      has_number(fields, "duration") ? tui::time_text(number_of(fields, "duration")) : "";
  return line({{size_of(row, "size"), 10, true},
               {count_of(row, "sources"), 7, true},
               {length, 7, true},
               {shown_text(row, "name"), 0}}) +
         about(fields) + "    " + shown_text(row, "link") + '\n';
}

std::string get_row(const Json& row) {
  if (row.value("done", Json(false)) == true)
    return line({{"done", 0},
                 {row.value("verified", Json(false)) == true ? ", verified" : ", unverified", 0},
                 {"  " + shown_text(row, "path"), 0}});
  return "not complete  " + shown_text(row, "name") + ": " + shown_text(row, "reason") + '\n';
}

std::string download_row(const Json& row) {
  const std::uint64_t size = number_of(row, "size");
  std::string state = shown_text(row, "state");
  if (state == "done") state = row.value("verified", Json(false)) == true ? "verified" : "done";
  const std::string why = shown_text(row, "reason");
  return line({{count_of(row, "id"), 4, true},
               {state, 10},
               {size == 0 ? "-" : std::to_string(tui::percent(number_of(row, "have"), size)) + " %",
                5, true},
               {size_of(row, "size"), 10, true},
               {state == "running" ? rate_of(row, "rate") : "-", 12, true},
               {shown_text(row, "name") + (why == "-" ? "" : "  (" + why + ')'), 0}});
}

std::string upload_row(const Json& row) {
  const std::string why = shown_text(row, "reason");
  return line({{count_of(row, "id"), 10, true},
               {shown_text(row, "state"), 8},
               {count_of(row, "place"), 5, true},
               {has_number(row, "wait") ? tui::time_text(number_of(row, "wait")) : "-", 6, true},
               {size_of(row, "sent"), 10, true},
               {size_of(row, "size"), 10, true},
               {rate_of(row, "rate"), 12, true},
               {rate_of(row, "limit"), 12, true},
               {shown_text(row, "user"), 16},
               {shown_text(row, "name") + (why == "-" ? "" : "  (" + why + ')'), 0}});
}

std::string limits_text(const Json& row) {
  const auto named = [](const std::string& name, const std::string& value) {
    return line({{name, 20}, {value, 0}});
  };
  const auto limit = [&](const char* key) {
    return number_of(row, key) == 0 ? "no limit" : rate_of(row, key);
  };
  const std::string why = shown_text(row, "why");
  return named("up", limit("up")) + named("down", limit("down")) +
         (why == "-" ? "" : named("because of", why)) +
         named("slots", count_of(row, "slots") + ", for one user " + count_of(row, "per_user")) +
         named("queue", count_of(row, "queue") + " places");
}

std::string peer_row(const Json& row) {
  return line({{shown_text(row, "direction"), 3},
               {shown_text(row, "role"), 8},
               {shown_text(row, "endpoint"), 21},
               {count_of(row, "received"), 8, true},
               {count_of(row, "sent"), 8, true},
               {shown_text(row, "name"), 16},
               {shown_text(row, "agent") + "  " + shown_text(row, "state"), 0}});
}

std::string share_row(const Json& row) {
  const bool there = row.value("present", Json(true)) == true;
  return shown_text(row, "folder") + (there ? "" : "  (not there)") + '\n';
}

// "yes: a peer called 3:10 ago"; only a call shows it.
std::string reachable_text(const Json& network, std::uint64_t now_ms) {
  const auto ago = [&](const char* since) {
    const std::uint64_t then = number_of(network, since);
    return tui::time_text(now_ms > then ? (now_ms - then) / 1000 : 0);
  };
  const Json reachable = network.value("reachable", Json());
  if (reachable == true)
    return (shown_text(network, "called_for") == "file" ? "yes: called for a file "
                                                        : "yes: a peer called ") +
           ago("called_ms") + " ago";
  return reachable == false ? "no: it does not listen"
                            : "not known: nobody has called in " + ago("since_ms");
}

std::string status_row(const Json& row) {
  const auto named = [](const std::string& name, const std::string& value) {
    return line({{name, 20}, {value, 0}});
  };
  std::string out;
  for (const Json& network : row.value("networks", Json::array())) {
    if (!network.is_object()) continue;
    out += named(shown_text(network, "mode"),
                 shown_text(network, "role") + ", " + shown_text(network, "state"));
    if (network.contains("listen") && network["listen"].is_string())
      out += named("  listens", shown_text(network, "listen"));
    out += named("  reachable", reachable_text(network, number_of(row, "now_ms")));
    if (!shown_text(network, "why_role").empty())
      out += named("  why this role", shown_text(network, "why_role"));
    if (has_number(network, "users"))
      out += named("  there",
                   count_of(network, "users") + " users, " + count_of(network, "files") + " files" +
                       (has_number(network, "bytes") ? ", " + size_of(network, "bytes") : ""));
    const Json counters = part_of(network, "counters");
    for (const auto& [name, value] : counters.items())
      out += named("  " + shown(name), value.dump());
  }
  std::string shared = count_of(row, "shared_files") + " files, " + size_of(row, "shared_bytes");
  if (number_of(row, "to_hash") > 0) shared += ", " + count_of(row, "to_hash") + " to hash";
  if (row.value("scanning", Json(false)) == true) shared += ", looking through the folders";
  const std::string disk = size_of(row, "disk_free") + " free for downloads" +
                           (row.value("disk_low", Json(false)) == true ? ": nearly full" : "");
  return out + named("shared", shared) +
         named("downloads",
               count_of(row, "downloads") + ", " + tui::rate_text(number_of(row, "down_rate"))) +
         named("uploads",
               count_of(row, "uploads") + ", " + tui::rate_text(number_of(row, "up_rate"))) +
         (has_number(row, "disk_free") ? named("disk", disk) : "");
}

std::string network_row(const Json& row) {
  return line({{shown_text(row, "mode"), 9},
               {shown_text(row, "role"), 10},
               {shown_text(row, "listen"), 21},
               {shown_text(row, "state"), 0}});
}

// How long ago it was.
std::string host_row(const Json& row) {
  const auto ago = [&row](const char* since) {
    return has_number(row, since) ? tui::time_text(number_of(row, since)) : "-";
  };
  const auto word = [&row](const char* key) {
    const std::string text = shown_text(row, key);
    return text.empty() ? "-" : text;
  };
  return line({{shown_text(row, "network"), 9},
               {shown_text(row, "endpoint"), 21},
               {word("role"), 10},
               {shown_text(row, "told_by"), 8},
               {word("state"), 7},
               {count_of(row, "failures"), 6, true},
               {ago("heard_s"), 9, true},
               {ago("tried_s"), 9, true},
               {ago("good_s"), 9, true}});
}

std::string wish_row(const Json& row) {
  std::string what = shown_text(row, "text");
  if (const std::string filter = shown_text(row, "filter"); filter != "-" && !filter.empty())
    what += "  /" + filter;
  if (row.value("fetched", Json(false)) == true)
    what += "  (fetched one)";
  else if (row.value("download", Json(false)) == true)
    what += "  (fetches the first one)";
  return line({{count_of(row, "id"), 4, true},
               {count_of(row, "unseen"), 6, true},
               {count_of(row, "seen"), 6, true},
               {what, 0}});
}

std::string unwanted_row(const Json& row) {
  return line({{count_of(row, "id"), 4, true},
               {shown_text(row, "what"), 8},
               {shown_text(row, "network"), 9},
               {shown_text(row, "who"), 0}});
}

std::string log_row(const Json& row) {
  const auto at = static_cast<std::time_t>(number_of(row, "wall_ms") / 1000);
  std::tm here{};
  ::localtime_r(&at, &here);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y-%m-%d %H:%M:%S", &here);
  return line({{time.data(), 19},
               {shown_text(row, "level"), 5},
               {shown_text(row, "room"), 4},
               {shown_text(row, "text"), 0}});
}

std::string setting_row(const Json& row) {
  const Json value = row.value("value", Json());
  return line({{shown_text(row, "key"), 26},
               {shown(value.dump(-1, ' ', false, Json::error_handler_t::replace)), 24},
               {shown_text(row, "from"), 0}});
}

}  // namespace

std::string shown(std::string_view stranger) {
  return tui::sanitize(stranger).text();
}

std::string heading_for(Command command) {
  if (command == Command::search || command == Command::browse)
    return line({{"SIZE", 10, true}, {"SOURCES", 7}, {"LENGTH", 7, true}, {"NAME, LINK", 0}});
  if (command == Command::downloads)
    return line({{"ID", 4, true},
                 {"STATE", 10},
                 {"DONE", 5, true},
                 {"SIZE", 10, true},
                 {"RATE", 12, true},
                 {"NAME", 0}});
  if (command == Command::uploads)
    return line({{"ID", 10, true},
                 {"STATE", 8},
                 {"PLACE", 5},
                 {"WAIT", 6, true},
                 {"SENT", 10, true},
                 {"SIZE", 10, true},
                 {"RATE", 12, true},
                 {"LIMIT", 12, true},
                 {"USER", 16},
                 {"NAME", 0}});
  if (command == Command::mode)
    return line({{"MODE", 9}, {"ROLE", 10}, {"LISTENS", 21}, {"STATE", 0}});
  if (command == Command::wish)
    return line({{"ID", 4, true}, {"NEW", 6, true}, {"SEEN", 6, true}, {"WORDS", 0}});
  if (command == Command::unwanted)
    return line({{"ID", 4, true}, {"HOW", 8}, {"NETWORK", 9}, {"WHO", 0}});
  if (command == Command::config) return line({{"SETTING", 26}, {"VALUE", 24}, {"FROM", 0}});
  if (command == Command::hosts)
    return line({{"NETWORK", 9},
                 {"ADDRESS", 21},
                 {"ROLE", 10},
                 {"TOLD BY", 8},
                 {"STATE", 7},
                 {"FAILED", 6, true},
                 {"HEARD", 9, true},
                 {"TRIED", 9, true},
                 {"GOOD", 9, true}});
  if (command == Command::peers)
    return line({{"WAY", 3},
                 {"ROLE", 8},
                 {"ADDRESS", 21},
                 {"MSGS IN", 8, true},
                 {"MSGS OUT", 8, true},
                 {"NAME", 16},
                 {"PROGRAM", 0}});
  return {};
}

std::string text_row(Command command, const Json& row) {
  if (!row.is_object()) return "-\n";
  if (command == Command::search || command == Command::browse) return search_row(row);
  if (command == Command::get) return get_row(row);
  if (command == Command::downloads) return download_row(row);
  if (command == Command::uploads) return upload_row(row);
  if (command == Command::limit) return limits_text(row);
  if (command == Command::peers) return peer_row(row);
  if (command == Command::hosts) return host_row(row);
  if (command == Command::shares) return share_row(row);
  if (command == Command::status) return status_row(row);
  if (command == Command::mode) return network_row(row);
  if (command == Command::wish) return wish_row(row);
  if (command == Command::unwanted) return unwanted_row(row);
  if (command == Command::log) return log_row(row);
  if (command == Command::config) return setting_row(row);
  return write_line(row);
}

std::string progress_text(const Json& row) {
  const std::uint64_t size = number_of(row, "size");
  std::string out = tui::bar_text(number_of(row, "have"), size, 20) + ' ' + size_of(row, "have") +
                    " / " + size_of(row, "size");
  if (number_of(row, "rate") > 0) out += "  " + rate_of(row, "rate");
  if (const std::string why = shown_text(row, "reason"); why != "-") out += "  " + why;
  return out;
}

}  // namespace p2p::app
