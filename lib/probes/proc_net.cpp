#include "probes/proc_net.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace cowork::probes {
namespace {

constexpr std::string_view state_listen = "0A";
constexpr std::size_t word_digits = 8;  // an address is printed in words of 32 bits

template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<std::string_view> split_fields(std::string_view line) {
    std::vector<std::string_view> fields;
    for (std::size_t begin = line.find_first_not_of(' '); begin != std::string_view::npos;) {
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        fields.push_back(line.substr(begin, end - begin));
        begin = line.find_first_not_of(' ', end);
    }
    return fields;
}

// The kernel prints each word of the address as a number of this machine, so its bytes in memory, not its
// digits, are in network order.
std::optional<std::string> parse_address(std::string_view digits) {
    std::array<std::uint32_t, 4> words{};
    if (digits.size() != word_digits && digits.size() != word_digits * words.size()) return std::nullopt;
    for (std::size_t i = 0; i * word_digits < digits.size(); ++i) {
        const auto word = parse_number<std::uint32_t>(digits.substr(i * word_digits, word_digits), 16);
        if (!word) return std::nullopt;
        words[i] = *word;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = digits.size() == word_digits ? AF_INET : AF_INET6;
    if (inet_ntop(family, words.data(), text.data(), text.size()) == nullptr) return std::nullopt;
    return std::string{text.data()};
}

// `sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid …`
std::optional<ListeningSocket> parse_line(std::string_view line) {
    const auto fields = split_fields(line);
    if (fields.size() < 8 || fields[3] != state_listen) return std::nullopt;
    const auto colon = fields[1].find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto address = parse_address(fields[1].substr(0, colon));
    const auto port = parse_number<int>(fields[1].substr(colon + 1), 16);
    const auto owner = parse_number<uid_t>(fields[7], 10);
    if (!address || !port || !owner) return std::nullopt;
    return ListeningSocket{*address, *port, *owner};
}

}  // namespace

std::vector<ListeningSocket> parse_listeners(std::string_view table, int port) {
    std::vector<ListeningSocket> sockets;
    while (!table.empty()) {
        const std::size_t end = std::min(table.find('\n'), table.size());
        auto socket = parse_line(table.substr(0, end));
        if (socket && socket->port == port) sockets.push_back(std::move(*socket));
        table.remove_prefix(std::min(end + 1, table.size()));
    }
    return sockets;
}

}  // namespace cowork::probes
