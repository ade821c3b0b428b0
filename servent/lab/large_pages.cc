#include "servent/lab/large_pages.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

namespace p2p::lab {

namespace {

constexpr const char* kTunables = "GLIBC_TUNABLES";  // the C library's manual, "Tunables"
constexpr const char* kLargePages = "glibc.malloc.hugetlb=1";

std::string content_of(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool g_may_start_again = false;

// Programs that ask for them get them. Where all get them or nobody, there is nothing to ask.
bool are_for_who_asks() {
  constexpr const char* kPolicy = "/sys/kernel/mm/transparent_hugepage/enabled";
  return content_of(kPolicy).find("[madvise]") != std::string::npos;
}

}  // namespace

void allow_starting_again() {
  g_may_start_again = true;
}

// NOLINTBEGIN(concurrency-mt-unsafe): before there are threads
void go_on_with_large_pages() {
  if (!g_may_start_again) return;
  const char* const before = std::getenv(kTunables);
  std::string wish = before == nullptr ? "" : before;
  if (wish.find("glibc.malloc.hugetlb") != std::string::npos || !are_for_who_asks()) return;
  std::string line = content_of("/proc/self/cmdline");  // each word ended by a NUL
  std::vector<char*> words;
  for (std::size_t at = 0; at < line.size(); at = line.find('\0', at) + 1)
    words.push_back(&line[at]);
  if (words.empty()) return;
  words.push_back(nullptr);
  wish += (wish.empty() ? "" : ":") + std::string(kLargePages);
  ::setenv(kTunables, wish.c_str(), 1);
  ::execv("/proc/self/exe", words.data());
}
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace p2p::lab
