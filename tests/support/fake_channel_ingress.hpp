#pragma once

#include <map>
#include <set>
#include <string>

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace cowork::test {

// POST /webhooks/ID of the Cloud Channel Gateway, by kind of provider: what proves a sender, how long, and
// how often (contract/cloud.md section 10.2, captures, and the product's apps/channel-gateway/src/daemon.ts
// and packages/gateway-provider-*). A body without target is found out only once its signature is good: 502.
// After twenty refusals of a provider its answer is 429 (the real one counts a minute; this one until it
// ends).
//
// Faults: `ingress-unsigned-accepted`, `ingress-bad-proof-accepted`, `ingress-stale-accepted`,
// `ingress-replay-accepted`, `ingress-right-proof-refused`.
class ChannelIngress {
  public:
    void answer(const std::string& kind, const std::string& id, const std::string& secret,
                const std::set<std::string>& faults, const httplib::Request& request,
                httplib::Response& response);

  private:
    std::set<std::string> seen_;           // signatures that were let in
    std::map<std::string, int> refusals_;  // by provider
};

}  // namespace cowork::test
