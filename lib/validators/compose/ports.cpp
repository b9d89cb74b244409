#include "rules/cloud_hosts.hpp"
#include "validators/compose/parts.hpp"

#include <charconv>

namespace cowork::validators {
namespace {

using config::YamlNode;

std::optional<int> port_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number > 65535)
        return std::nullopt;
    return number;
}

// `8000` or `8000-8010`.
bool read_range(std::string_view text, int& first, int& last) {
    const auto dash = text.find('-');
    const auto low = port_number(text.substr(0, dash));
    const auto high = dash == std::string_view::npos ? low : port_number(text.substr(dash + 1));
    if (!low || !high || *high < *low) return false;
    first = *low;
    last = *high;
    return true;
}

// [ADDRESS:][HOST]:CONTAINER[/PROTOCOL]; an IPv6 address may stand in brackets.
ComposePort short_form(std::string_view text) {
    ComposePort port;
    const auto slash = text.rfind('/');
    if (slash != std::string_view::npos) {
        port.udp = text.substr(slash + 1) == "udp";
        text = text.substr(0, slash);
    }
    const auto colon = text.rfind(':');
    if (!read_range(colon == std::string_view::npos ? text : text.substr(colon + 1), port.target_first,
                    port.target_last))
        return port;
    if (colon == std::string_view::npos) {
        port.known = true;
        return port;
    }
    text = text.substr(0, colon);
    const auto before = text.rfind(':');
    const bool address = before != std::string_view::npos;
    if (address) port.address = std::string(text.substr(0, before));
    const std::string_view published = address ? text.substr(before + 1) : text;
    port.known = published.empty() || read_range(published, port.first, port.last);
    if (port.address.starts_with('[') && port.address.ends_with(']'))
        port.address = port.address.substr(1, port.address.size() - 2);
    return port;
}

ComposePort long_form(const YamlNode& node, const ComposeReader& read) {
    ComposePort port;
    const ComposeValue target = read.member(node, "target"), published = read.member(node, "published"),
                       address = read.member(node, "host_ip");
    port.udp = read.member(node, "protocol").text() == "udp";
    port.address = address.text();
    port.known = target.known() && published.known() && address.known() &&
                 read_range(target.text(), port.target_first, port.target_last) &&
                 (published.text().empty() || read_range(published.text(), port.first, port.last));
    return port;
}

}  // namespace

bool ComposePort::beyond_loopback() const { return !rules::is_cloud_loopback(address); }

void read_ports(const YamlNode& service, const ComposeReader& read, std::vector<ComposePort>& ports) {
    const YamlNode* list = service.find("ports");
    if (list == nullptr || !list->is_sequence()) return;
    for (const YamlNode* item : list->items) {
        ComposePort port;
        if (item->is_map()) {
            port = long_form(*item, read);
        } else if (item->is_scalar()) {
            const ComposeValue text = read.scalar(*item);
            if (text.known()) port = short_form(text.text());
        }
        port.where = item->where;
        ports.push_back(std::move(port));
    }
}

}  // namespace cowork::validators
