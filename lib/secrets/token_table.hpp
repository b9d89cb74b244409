#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace cowork {

// Who gives a token of a family out, which is whom to ask for another one.
enum class TokenIssuer {
    cloud_provider,
    code_host,
    model_provider,
    chat_service,
    payment_service,
    product,    // Open Cowork itself
    reference,  // nobody: it says where a secret is kept, or is encrypted
};

// A prefix that only a token has, and how many token characters (letters, digits, `_`, `-`) must follow.
struct TokenFamily {
    std::string_view prefix;
    std::size_t body;
    TokenIssuer issuer;
    std::string_view name;  // with its article: `a GitHub token`
    // The bytes that follow are exactly `body` many, where the issuer's documentation says so. The redactor
    // does not care: a token with something glued to it is hidden all the same.
    bool exact = false;
};

// contract/health-center.md section 11.3, and those of 11.4 that the product misses.
inline constexpr std::array token_families{
    TokenFamily{"ya29.", 1, TokenIssuer::cloud_provider, "a Google access token"},
    TokenFamily{"AIza", 35, TokenIssuer::cloud_provider, "a Google API key", true},
    TokenFamily{"GOCSPX-", 20, TokenIssuer::cloud_provider, "a Google client secret"},
    TokenFamily{"xoxb-", 10, TokenIssuer::chat_service, "a Slack bot token"},
    TokenFamily{"xoxa-", 10, TokenIssuer::chat_service, "a Slack token"},
    TokenFamily{"xoxp-", 10, TokenIssuer::chat_service, "a Slack user token"},
    TokenFamily{"xoxr-", 10, TokenIssuer::chat_service, "a Slack token"},
    TokenFamily{"xoxs-", 10, TokenIssuer::chat_service, "a Slack token"},
    TokenFamily{"xoxe-", 10, TokenIssuer::chat_service, "a Slack token"},
    TokenFamily{"xapp-", 10, TokenIssuer::chat_service, "a Slack app token"},
    TokenFamily{"ghp_", 20, TokenIssuer::code_host, "a GitHub token"},
    TokenFamily{"gho_", 20, TokenIssuer::code_host, "a GitHub token"},
    TokenFamily{"ghu_", 20, TokenIssuer::code_host, "a GitHub token"},
    TokenFamily{"ghs_", 20, TokenIssuer::code_host, "a GitHub token"},
    TokenFamily{"ghr_", 20, TokenIssuer::code_host, "a GitHub token"},
    TokenFamily{"github_pat_", 20, TokenIssuer::code_host, "a GitHub token"},
    TokenFamily{"glpat-", 16, TokenIssuer::code_host, "a GitLab token"},
    TokenFamily{"sk-", 20, TokenIssuer::model_provider, "a key of a model provider (sk-)"},
    TokenFamily{"sk_live_", 10, TokenIssuer::payment_service, "a Stripe key"},
    TokenFamily{"sk_test_", 10, TokenIssuer::payment_service, "a Stripe test key"},
    TokenFamily{"rk_live_", 10, TokenIssuer::payment_service, "a restricted Stripe key"},
    TokenFamily{"whsec_", 10, TokenIssuer::payment_service, "a webhook signing secret"},
    TokenFamily{"dapi", 32, TokenIssuer::cloud_provider, "a Databricks token", true},
    TokenFamily{"hf_", 20, TokenIssuer::model_provider, "a Hugging Face token"},
    TokenFamily{"occ_", 20, TokenIssuer::product, "a Cloud API token"},
    TokenFamily{"ocgw_", 20, TokenIssuer::product, "a gateway service token"},
    TokenFamily{"ocw_", 20, TokenIssuer::product, "a managed worker token"},
    TokenFamily{"ocp_", 20, TokenIssuer::product, "a pairing token"},
    TokenFamily{"AKIA", 16, TokenIssuer::cloud_provider, "an AWS access key id", true},
    TokenFamily{"ASIA", 16, TokenIssuer::cloud_provider, "a temporary AWS access key id", true},
    TokenFamily{"npm_", 20, TokenIssuer::code_host, "an npm token"},
    TokenFamily{"enc:v1:", 1, TokenIssuer::reference, {}},
    TokenFamily{"plain:v1:", 1, TokenIssuer::product, "a secret of the Cloud's store, not encrypted"},
    TokenFamily{"gcp-sm://", 1, TokenIssuer::reference, {}},
    TokenFamily{"aws-sm://", 1, TokenIssuer::reference, {}},
    TokenFamily{"azure-kv://", 1, TokenIssuer::reference, {}},
};

}  // namespace cowork
