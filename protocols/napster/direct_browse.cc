#include "protocols/napster/direct_browse.h"

#include "protocols/napster/share_line.h"

namespace p2p::napster {

std::string browse_head(std::string_view nick, BrowseCaller caller) {
  std::string head = "SENDLIST";
  head += caller == BrowseCaller::them ? '\n' : ' ';
  head.append(nick).append("\n");
  return head;
}

std::string browse_lines(std::span<const SharedFile> files) {
  std::string lines;
  for (const SharedFile& file : files) {
    const std::string name = to_wire_name(file.name);
    // A line feed in a name would end its line: such a file is left out, as it is from a server.
    if (name.empty() || name.find_first_of("\r\n") != std::string::npos) continue;
    Line line;
    append_share(line, {name, hash_field(file.start_md5), file.size_bytes, file.media, {}});
    append_sha1(line, file.sha1);
    lines.append(line.text()).append("\n");
  }
  return lines;
}

}  // namespace p2p::napster
