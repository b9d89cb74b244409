#pragma once

#include "config/config.hpp"
#include "core/source_ref.hpp"
#include "core/status.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// What kind of value a key holds, which is how it is judged. A kind that names a service's own setting
// (store, opencode_url ...) is judged by that service's rules; the others by Judge, for every service alike.
enum class KeyKind {
    // judged by Judge::value_of
    secret,  // an opaque secret of at least 16 characters
    boolean,
    integer,      // from lowest to highest
    port,         // likewise
    choice,       // one of `choices`
    cidr_list,    // addresses and networks, comma separated
    service_url,  // http or https, no credentials, no wildcard or metadata host
    provider_id,  // the fallback, or the fallback, a dash and a name
    path,
    name,
    json,  // may hold secrets
    // judged by the service
    store,
    opencode_url,
    absolute_path,
    bind_host,
    public_url,
    deployment_mode,
    telegram_mode,
    delivery_url,
    database_url,
    secret_reference,  // where a secret is kept, not the secret
    strong_secret,     // a secret that the service measures
    credential,        // a secret that somebody else chose, of any length
    positive_number,   // may have a fraction
    clamped_integer,   // refused below the lowest, silently lowered to the highest
    silent_integer,    // a value outside is silently replaced by the fallback, even where the rest is strict
    silent_choice,     // likewise
    scope_list,        // of API tokens
    worker_id,
    image_digest,
};

// One setting of a service.
struct Key {
    std::string_view name;  // without the service's prefix, unless `bare`
    KeyKind kind;
    std::string_view fallback;  // what the service uses when the key is not set; empty for none
    long long lowest = 0;       // integers are clamped to these, or refused outside them
    long long highest = 0;
    std::string_view meaning;       // one line, for help and the reference
    std::string_view choices = {};  // of a choice: words with | between
    bool bare = false;              // the name is the full one

    [[nodiscard]] bool secret() const {
        return kind == KeyKind::secret || kind == KeyKind::database_url || kind == KeyKind::json ||
               kind == KeyKind::strong_secret || kind == KeyKind::credential;
    }
};

// A title in the env file, from that key of the table on.
struct KeyGroup {
    std::string_view title;
    std::string_view first_key;
};

// One broken rule. No text holds a value.
struct Violation {
    std::string_view reason_code;
    Status status = Status::action_required;  // degraded where the service runs, but not as written
    std::string key;                          // full name; empty when it is about no single key
    std::string message;
    std::string remedy;
    SourceRef source;
};

// What a service makes of a value that it cannot read.
enum class Parsing {
    lenient,  // it silently uses the default
    strict,   // it refuses to start
};

// A service of the product that reads its settings from the environment: its keys, once for everybody, and
// its rules.
struct Service {
    std::string_view id;     // standalone-gateway
    std::string_view label;  // the Standalone Gateway
    std::string_view noun;   // the gateway
    std::string_view prefix;
    Parsing parsing = Parsing::lenient;
    std::span<const Key> keys;  // in the order of the env file
    std::span<const KeyGroup> groups;
    // All broken rules, the service's refusals first.
    std::vector<Violation> (*check)(const config::Config&) = nullptr;

    // The full name of a key of the table.
    [[nodiscard]] std::string full_name(std::string_view name) const;
    [[nodiscard]] std::string full_name(const Key& key) const;
    // The key of that full name; null when the service has none.
    [[nodiscard]] const Key* find(std::string_view full_name) const;
    // The title that a key stands under; empty when it is none of the service's.
    [[nodiscard]] std::string_view group_of(std::string_view full_name) const;
    // The key nearest to a mistyped one, in full; empty when none is near.
    [[nodiscard]] std::string nearest(std::string_view full_or_short_name) const;
};

// All services that cowork writes settings for.
[[nodiscard]] std::span<const Service* const> services();
// The key of that full name, of whichever service; null when no service has it.
[[nodiscard]] const Key* find_key(std::string_view full_name);

}  // namespace cowork::rules
