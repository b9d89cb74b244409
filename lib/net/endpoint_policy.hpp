#pragma once

#include "net/url.hpp"

#include <optional>
#include <string_view>

namespace cowork::net {

// Why an endpoint is refused (contract/standalone-gateway.md section 2). One place decides, for setup,
// the configuration rules and the probes.
enum class EndpointProblem {
    none,
    unparseable,
    scheme,       // neither http nor https
    credentials,  // user info in the URL
    ambiguous,    // two readers of URLs could see different hosts
    wildcard,
    metadata,
    public_host,
    private_dns,  // a private-looking name while names are not allowed
    extra_parts,  // a path, query or fragment where only an origin is expected
};

struct EndpointVerdict {
    EndpointProblem problem = EndpointProblem::none;
    std::optional<Url> url;  // set unless unparseable
    [[nodiscard]] bool ok() const { return problem == EndpointProblem::none; }
};

// The policy for an OpenCode URL: private only. A URL passes only if every reading of it is private.
[[nodiscard]] EndpointVerdict check_private_endpoint(std::string_view url, bool allow_private_dns);

// The policy for every other service the operator names: http or https, no credentials in the URL, never a
// wildcard or metadata host. Paths are allowed.
[[nodiscard]] EndpointVerdict check_service_endpoint(std::string_view url);

// `endpoint.public-host`, ...; the empty text for none. Part of the documented reason codes.
[[nodiscard]] std::string_view reason_code(EndpointProblem problem);
// What is wrong, as the end of "the URL ...": "names a public host".
[[nodiscard]] std::string_view describe(EndpointProblem problem);

}  // namespace cowork::net
