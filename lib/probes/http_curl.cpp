#include "probes/curl_loop.hpp"
#include "probes/http.hpp"

namespace cowork::probes {
namespace {

class CurlHttpProbe final : public HttpProbe {
  public:
    std::vector<HttpAnswer> fetch(std::span<const HttpRequest> requests, const Budget& budget) override {
        std::vector<std::unique_ptr<CurlTransfer>> transfers;
        transfers.reserve(requests.size());
        for (const HttpRequest& request : requests)
            transfers.push_back(std::make_unique<CurlTransfer>(request, budget));
        return run_to_end(loop_, transfers, budget);
    }

  private:
    LazyCurlLoop loop_;
};

}  // namespace

std::unique_ptr<HttpProbe> make_http_probe() { return std::make_unique<CurlHttpProbe>(); }

}  // namespace cowork::probes
