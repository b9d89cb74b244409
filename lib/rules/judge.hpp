#pragma once

#include "net/endpoint_policy.hpp"
#include "rules/lenient.hpp"
#include "rules/service.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// cowork's own rule for a secret that the operator chooses, in characters.
inline constexpr std::size_t shortest_secret = 16;

// Collects the violations of one service's configuration: what every service has in common. A service's own
// rules derive from it.
class Judge {
  protected:
    Judge(const Service& service, const config::Config& config) : service_(service), config_(config) {}
    ~Judge() = default;

    // The trimmed value of a key of the service; empty when it is not set.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    [[nodiscard]] bool set(std::string_view name) const { return !text(name).empty(); }
    // As the service reads a boolean: its fallback when it is not set or not readable.
    [[nodiscard]] bool is_true(std::string_view name) const;
    [[nodiscard]] std::string full(std::string_view name) const { return service_.full_name(name); }
    [[nodiscard]] const Key& key(std::string_view name) const;

    // A violation about one key; about none in particular when the name is empty.
    void add(std::string_view reason, std::string_view name, std::string message, std::string remedy,
             Status status = Status::action_required);
    // The same about a key named in full, which may be none of the service's.
    void add_for(std::string_view reason, std::string full_name, std::string message, std::string remedy,
                 Status status = Status::action_required);
    // A value that the service cannot read: it refuses to start, or silently uses its default.
    void unreadable(const Key& key, std::string_view expected, Status lenient_status = Status::degraded);
    void need(std::string_view name, std::string remedy);  // a key that must be set
    void endpoint(const Key& key, net::EndpointProblem problem, std::string remedy);

    // Keys that begin with the service's prefix and are none of its own.
    void unknown_keys();
    // Judges a set value by its kind; false for a kind that is the service's own business.
    bool value_of(const Key& key);

    // What was found, the refusals first.
    [[nodiscard]] std::vector<Violation> take();

    [[nodiscard]] const config::Config& config() const { return config_; }
    [[nodiscard]] const Service& service() const { return service_; }

  private:
    void secret(const Key& key);
    void boolean(const Key& key);
    void integer(const Key& key);
    void choice(const Key& key);
    void cidr_list(const Key& key);
    void service_url(const Key& key);
    void provider_id(const Key& key);

    const Service& service_;
    const config::Config& config_;
    std::vector<Violation> found_;
};

// The words of a key's choices.
[[nodiscard]] std::vector<std::string_view> choices_of(const Key& key);
// "a, b or c"
[[nodiscard]] std::string listed(const std::vector<std::string_view>& words);

}  // namespace cowork::rules
