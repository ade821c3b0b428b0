#include "protocols/transfer/http_tree.h"

#include <algorithm>

#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

std::string tree_path_of(const Sha1& content, const TigerRoot& root) {
  return std::string(kTreePath) + to_urn(content) + ';' + to_base32(root);
}

std::optional<TreeLink> read_tree_link(std::string_view value) {
  const bool is_path = value.starts_with('/') && value.size() <= kMaxTreePath &&
                       std::ranges::all_of(value, [](char c) { return c > ' ' && c < '\x7f'; });
  const std::size_t semicolon = value.rfind(';');
  if (!is_path || semicolon == std::string_view::npos) return {};
  const auto root = tiger_root_from_base32(value.substr(semicolon + 1));
  if (!root) return {};
  return TreeLink{std::string(value), *root};
}

std::optional<TreeAsked> read_tree_asked(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  const std::string_view urn = text.substr(0, semicolon);
  const auto content = sha1_of_urn(urn);
  if (!content) return {};
  TreeAsked asked{*content, {}};
  if (const auto both = bitprint_from_urn(urn)) asked.root = both->root;
  if (semicolon == std::string_view::npos) return asked;
  asked.root = tiger_root_from_base32(text.substr(semicolon + 1));
  if (!asked.root) return {};
  return asked;
}

}  // namespace p2p::transfer
