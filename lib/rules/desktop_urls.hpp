#pragma once

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cowork::rules {

// A URL in the form that Desktop keeps, or what is wrong with it: the end of "the URL ...", never the URL
// itself, which may hold a password.
using CheckedUrl = tl::expected<std::string, std::string>;

// The base URL of an org Cloud, by the rule of Desktop's workspaces (contract/health-center.md section 5.4):
// https, or http to this machine. Stricter than Desktop in what it would silently drop: no query, fragment or
// user info, no cloud metadata service, no wildcard address.
[[nodiscard]] CheckedUrl cloud_base_url(std::string_view url);

// How a base URL has to stand in cloudDesktop.preconfiguredConnections, whose schema asks more of http than
// the workspaces do: only 127.0.0.1 and localhost, and something after the slash. Nothing when no spelling
// passes.
[[nodiscard]] std::optional<std::string> layer_spelling(const std::string& base_url);

// Whether two base URLs are the same workspace: scheme, host, port and path without trailing slashes.
[[nodiscard]] bool same_workspace(std::string_view one, std::string_view other);

// The URL of a pairing broker (section 6.2): https unless the host is exactly localhost, 127.0.0.1 or ::1; no
// user info; no loopback, private, link-local, non-routable or metadata address; at most 2048 bytes. Query
// and fragment are dropped, trailing slashes trimmed.
[[nodiscard]] CheckedUrl pairing_broker_url(std::string_view url);

}  // namespace cowork::rules
