#pragma once

#include "config/config.hpp"
#include "probes/http_client.hpp"
#include "rules/channel_gateway.hpp"
#include "secrets/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// What the Channel Gateway takes in over HTTP, by kind of provider (contract/cloud.md section 10.2):
//  - webhook, discord, whatsapp, signal: HMAC of timestamp and body, as the Standalone Gateway;
//  - slack: Slack's own signature, version v0;
//  - telegram in webhook mode, email: a shared secret in a header.
// What is sent has no sender, so that it comes to nothing even where it is accepted: Slack's is its
// challenge, an e-mail without sender and an update without message are dropped, and a webhook without target
// is refused once its signature was found good.
struct Ingress {
    rules::ChannelKind kind = rules::ChannelKind::webhook;
    std::string id;    // of the provider
    std::string path;  // /webhooks/ID
    Secret secret;

    [[nodiscard]] bool timed() const;  // signed with the time: can be stale, and replayed
};
// The configured providers that have one, enabled, with their secret.
[[nodiscard]] std::vector<Ingress> ingresses(const config::Config& config);

enum class Proof { none, wrong, right };

// The call with that proof, for Unix seconds `when`. Its pointees are the ingress's and `wrong_secret`, which
// outlive it.
[[nodiscard]] probes::HttpCall ingress_call(const Ingress& ingress, Proof proof, std::string_view mark,
                                            std::int64_t when, const Secret& wrong_secret);

// What an answer says of the proof. odd: nothing that the product answers.
enum class Admission { refused, admitted, odd };
[[nodiscard]] Admission admission(const Ingress& ingress, const probes::HttpAnswer& answer,
                                  std::string_view mark);

}  // namespace cowork::smoke
