// `servent man`: the manual page, printed from the option table in the language of man(7).
#pragma once

#include <string>
#include <vector>

#include "servent/app/command_docs.h"

namespace p2p::app {

std::string manual_page(const std::vector<CommandDoc>& docs);

}  // namespace p2p::app
