#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway.hpp"
#include "setup/cloud/gateway.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::setup {
namespace {

using rules::ChannelGatewayView;
using rules::ChannelKind;
using rules::EnabledProvider;

constexpr std::string_view telegram_mode = "OPEN_COWORK_GATEWAY_TELEGRAM_MODE";
constexpr std::string_view telegram_url = "OPEN_COWORK_GATEWAY_TELEGRAM_PUBLIC_URL";

// Whether somebody outside calls the gateway for that provider.
bool is_called(const EnvFile& file, const EnabledProvider& provider) {
    switch (provider.kind) {
        case ChannelKind::telegram:
            return file.text(telegram_mode) == "webhook";
        case ChannelKind::slack:
        case ChannelKind::email:
        case ChannelKind::webhook:
        case ChannelKind::discord:
        case ChannelKind::whatsapp:
        case ChannelKind::signal:
            return true;
        case ChannelKind::cli:
        case ChannelKind::fake:
            return false;
    }
    return false;
}

// Whether those calls cannot come from this machine. The other side of a bridge may run here, as may a mail
// relay.
bool comes_from_outside(const EnvFile& file, const EnabledProvider& provider) {
    if (provider.kind == ChannelKind::telegram || provider.kind == ChannelKind::slack)
        return is_called(file, provider);
    return false;
}

// What makes the callers call, and how they prove who they are.
std::string caller(const EnabledProvider& provider, const std::string& url) {
    switch (provider.kind) {
        case ChannelKind::telegram:
            return fmt::format("let the reverse proxy pass {} on; the gateway tells Telegram that URL itself",
                               url);
        case ChannelKind::slack:
            return fmt::format(
                "in the Slack app, set the request URL of event subscriptions and interactivity to {}", url);
        case ChannelKind::email:
            return fmt::format(
                "let the mail relay post incoming mail to {} with the inbound secret in the "
                "header x-open-cowork-gateway-email-secret",
                url);
        case ChannelKind::webhook:
        case ChannelKind::discord:
        case ChannelKind::whatsapp:
        case ChannelKind::signal:
            return fmt::format("let the other side of {} post to {}, signed with the shared secret",
                               provider.id, url);
        case ChannelKind::cli:
        case ChannelKind::fake:
            break;
    }
    return {};
}

// Where a call for that provider comes in.
std::string ingress_url(const EnvFile& file, const ChannelGatewayView& view,
                        const EnabledProvider& provider) {
    std::string base = view.public_url;
    if (provider.kind == ChannelKind::telegram && !file.text(telegram_url).empty())
        base = file.text(telegram_url);
    if (base.empty()) base = comes_from_outside(file, provider) ? "https://HOST" : view.local_url();
    while (base.ends_with('/')) base.pop_back();
    return fmt::format("{}/webhooks/{}", base, provider.id);
}

}  // namespace

std::vector<Step> cloud_gateway_steps(const EnvFile& file) {
    const ChannelGatewayView view = rules::view_channel_gateway(file.as_config());
    std::vector<Step> steps;
    std::string bindings;
    for (const EnabledProvider& provider : view.providers)
        bindings += fmt::format("{}{} ({})", bindings.empty() ? "" : ", ", provider.binding, provider.id);
    if (!bindings.empty())
        steps.push_back(
            {fmt::format("in Cloud, make an active channel binding for each of {}, and grant it to "
                         "the service token",
                         bindings),
             {}});
    for (const EnabledProvider& provider : view.providers)
        if (is_called(file, provider))
            steps.push_back({caller(provider, ingress_url(file, view, provider)), {}});
    steps.push_back({fmt::format("start the Cloud Channel Gateway with {}", file.path), {}});
    return steps;
}

std::vector<Note> cloud_gateway_notes(const EnvFile& file) {
    const ChannelGatewayView view = rules::view_channel_gateway(file.as_config());
    std::vector<Note> notes;
    std::string called;
    for (const EnabledProvider& provider : view.providers) {
        if (provider.kind == ChannelKind::fake)
            notes.push_back({false,
                             "the fake provider takes calls from anybody who reaches it: for trials only",
                             "name a real one with --provider"});
        const bool published = !view.public_url.empty() ||
                               (provider.kind == ChannelKind::telegram && !file.text(telegram_url).empty());
        if (comes_from_outside(file, provider) && !published)
            called += fmt::format("{}{}", called.empty() ? "" : ", ", provider.id);
    }
    if (!called.empty())
        notes.push_back(
            {false,
             fmt::format("no public URL leads to the gateway, which is called from outside for {}", called),
             "publish it with a reverse proxy, and say --public-url https://HOST"});
    const auto cloud = net::parse_url(view.cloud_url);
    if (cloud && !cloud->secure() && net::classify_host(cloud->host) != net::HostClass::loopback)
        notes.push_back({false, "the service token goes to Cloud in clear, over http",
                         "use https unless the network between them is private"});
    return notes;
}

}  // namespace cowork::setup
