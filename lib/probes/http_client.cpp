#include "probes/http_client.hpp"

#include "probes/curl_event_stream.hpp"
#include "probes/curl_loop.hpp"

namespace cowork::probes {
namespace {

class CurlHttpClient final : public HttpClient {
  public:
    std::vector<HttpAnswer> call(std::span<const HttpCall> calls, const Budget& budget) override {
        std::vector<std::unique_ptr<CurlTransfer>> transfers;
        transfers.reserve(calls.size());
        for (const HttpCall& one : calls) transfers.push_back(std::make_unique<CurlTransfer>(one, budget));
        return run_to_end(loop_, transfers, budget);
    }
    std::unique_ptr<EventStream> follow(const HttpCall& call, const Budget& budget) override {
        return follow_events(loop_.get(), call, budget);
    }

  private:
    LazyCurlLoop loop_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client() { return std::make_unique<CurlHttpClient>(); }

}  // namespace cowork::probes
