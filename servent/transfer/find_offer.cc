#include "servent/transfer/find_offer.h"

#include <utility>

namespace p2p::transfer {

namespace {

std::optional<Offer> partial_offer(const ContextPtr& context, const FileWanted& wanted) {
  const auto* content = std::get_if<Sha1>(&wanted);
  if (content == nullptr) return {};
  return context->parts.offer(*content, now_ms());
}

}  // namespace

void find_offer(const ContextPtr& context, const FileWanted& wanted,
                std::function<void(const std::optional<Offer>&)> then) {
  if (!context->hooks.locate) return then(partial_offer(context, wanted));
  context->hooks.locate(
      wanted, [context, wanted, then = std::move(then)](const std::optional<Offer>& offer) {
        then(offer ? offer : partial_offer(context, wanted));
      });
}

void find_tree(const ContextPtr& context, const Sha1& content,
               std::function<void(const HashTree*)> then) {
  if (!context->hooks.tree) return then(context->parts.tree(content).get());
  context->hooks.tree(
      content, [context, content, then = std::move(then)](const std::optional<HashTree>& tree) {
        then(tree ? &*tree : context->parts.tree(content).get());
      });
}

}  // namespace p2p::transfer
