#include "smoke/mark.hpp"

#include "secrets/digest.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <optional>

namespace cowork::smoke {
namespace {

constexpr std::size_t host_digits = 8;
constexpr std::size_t random_digits = 6;

// This machine's name, so short and so mixed that it tells nothing to others.
std::string host_tag() {
    utsname names{};
    (void)uname(&names);
    return sha256_hex(names.nodename).substr(0, host_digits);
}

// The lower-case hexadecimal digits at the front of a text, taken off it.
std::string_view take_hex(std::string_view& text) {
    const auto end = text.find_first_not_of("0123456789abcdef");
    const auto digits = text.substr(0, end);
    text.remove_prefix(digits.size());
    return digits;
}

bool take_dash(std::string_view& text) {
    if (!text.starts_with('-')) return false;
    text.remove_prefix(1);
    return true;
}

struct Parts {
    std::string_view host, process, whole;
};

std::optional<Parts> parts_in(std::string_view text) {
    const auto begin = text.find(mark_prefix);
    if (begin == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(begin + mark_prefix.size());
    Parts parts;
    parts.host = take_hex(rest);
    if (parts.host.size() != host_digits || !take_dash(rest)) return std::nullopt;
    parts.process = take_hex(rest);
    if (parts.process.empty() || parts.process.size() > 8 || !take_dash(rest)) return std::nullopt;
    if (take_hex(rest).size() != random_digits) return std::nullopt;
    parts.whole = text.substr(begin, static_cast<std::size_t>(rest.data() - text.data()) - begin);
    return parts;
}

bool runs(std::string_view process) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(process.data(), process.data() + process.size(), number, 16);
    const auto id = static_cast<pid_t>(number);
    if (read.ec != std::errc{} || id <= 0) return false;
    return kill(id, 0) == 0 || errno == EPERM;
}

}  // namespace

std::string new_run_id() {
    return fmt::format("{}-{:x}-{}", host_tag(), static_cast<std::uint32_t>(getpid()),
                       sha256_hex(generate_secret().reveal()).substr(0, random_digits));
}

Owner owner_of(std::string_view text) {
    const auto parts = parts_in(text);
    if (!parts) return Owner::none;
    if (parts->host != host_tag()) return Owner::elsewhere;
    return runs(parts->process) ? Owner::alive : Owner::dead;
}

bool left_behind(std::string_view text, std::chrono::seconds age) {
    switch (owner_of(text)) {
        case Owner::none:
        case Owner::alive:
            return false;
        case Owner::dead:
            return true;
        case Owner::elsewhere:
            return age > longest_run;
    }
    return false;
}

std::string_view mark_in(std::string_view text) {
    const auto parts = parts_in(text);
    return parts ? parts->whole : std::string_view{};
}

}  // namespace cowork::smoke
