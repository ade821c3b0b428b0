#include "servent/transfer/upload.h"

#include <utility>

#include "servent/transfer/http_upload.h"
#include "servent/transfer/napster_upload.h"

namespace p2p::transfer {

UploadPtr make_upload(DialectKind kind, ContextPtr context, UploadHost& host, std::string network,
                      std::shared_ptr<boost::asio::ip::tcp::socket> socket) {
  switch (kind) {
    case DialectKind::napster:
      return std::make_shared<NapsterUpload>(std::move(context), host, std::move(network),
                                             std::move(socket));
    case DialectKind::http:
    case DialectKind::kazaa:
      return std::make_shared<HttpUpload>(std::move(context), host, std::move(network), kind,
                                          std::move(socket));
  }
  return nullptr;
}

}  // namespace p2p::transfer
