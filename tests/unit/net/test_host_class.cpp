#include "net/host_class.hpp"

#include <catch2/catch.hpp>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace cowork::net {
static std::ostream& operator<<(std::ostream& out, HostClass host_class) {
    return out << "HostClass " << static_cast<int>(host_class);
}
}  // namespace cowork::net

using namespace cowork::net;
using H = HostClass;

TEST_CASE("host class: every range with the addresses at its edges") {
    const std::vector<std::pair<const char*, HostClass>> rows{
        {"0.0.0.0", H::wildcard},
        {"0.255.255.255", H::wildcard},
        {"1.0.0.0", H::public_address},
        {"9.255.255.255", H::public_address},
        {"10.0.0.0", H::private_range},
        {"10.255.255.255", H::private_range},
        {"11.0.0.0", H::public_address},
        {"100.63.255.255", H::public_address},
        {"100.64.0.0", H::private_range},
        {"100.127.255.255", H::private_range},
        {"100.128.0.0", H::public_address},
        {"126.255.255.255", H::public_address},
        {"127.0.0.0", H::loopback},
        {"127.0.0.1", H::loopback},
        {"127.255.255.255", H::loopback},
        {"128.0.0.0", H::public_address},
        {"169.253.255.255", H::public_address},
        {"169.254.0.0", H::private_range},
        {"169.254.169.253", H::private_range},
        {"169.254.169.254", H::metadata},
        {"169.254.169.255", H::private_range},
        {"169.254.255.255", H::private_range},
        {"169.255.0.0", H::public_address},
        {"172.15.255.255", H::public_address},
        {"172.16.0.0", H::private_range},
        {"172.31.255.255", H::private_range},
        {"172.32.0.0", H::public_address},
        {"192.167.255.255", H::public_address},
        {"192.168.0.0", H::private_range},
        {"192.168.255.255", H::private_range},
        {"192.169.0.0", H::public_address},
        {"224.0.0.1", H::public_address},
        {"255.255.255.255", H::public_address},
        // Where clouds hand out credentials besides the contract's address.
        {"169.254.170.2", H::metadata},
        {"169.254.170.23", H::metadata},
        {"100.100.100.200", H::metadata},
        {"fd00:ec2::23", H::metadata},
        {"169.254.42.42", H::metadata},
        {"169.254.0.23", H::metadata},
        {"192.0.0.192", H::metadata},
        {"192.0.0.193", H::public_address},
        {"168.63.129.16", H::metadata},
        {"168.63.129.17", H::public_address},
        {"fd20:ce::254", H::metadata},
        {"fd00:42::42", H::metadata},
        {"fd00:c1::a9fe:a9fe", H::metadata},
        {"fe80::a9fe:a9fe", H::metadata},
        {"fe80::a9fe:a9fd", H::private_range},
        {"::", H::wildcard},
        {"::1", H::loopback},
        {"::2", H::wildcard},
        {"0:0:0:0:0:0:0:1", H::loopback},
        {"fbff::1", H::public_address},
        {"fc00::", H::private_range},
        {"fdff:ffff::1", H::private_range},
        {"fd00:ec2::254", H::metadata},
        {"FD00:0EC2:0::0254", H::metadata},
        {"fd00:ec2::253", H::private_range},
        {"fe00::", H::public_address},
        {"fe7f::1", H::public_address},
        {"fe80::1", H::private_range},
        {"febf::1", H::private_range},
        {"fec0::1", H::public_address},
        {"ff02::1", H::public_address},
        {"2001:db8::1", H::public_address},
        // IPv6 that carries IPv4: forbidden stays forbidden, nothing becomes private.
        {"::ffff:169.254.169.254", H::metadata},
        {"::ffff:a9fe:a9fe", H::metadata},
        {"::169.254.169.254", H::metadata},
        {"64:ff9b::169.254.169.254", H::metadata},
        {"64:ff9b:1::a9fe:a9fe", H::metadata},
        {"2002:a9fe:a9fe::", H::metadata},
        {"::ffff:0.0.0.0", H::wildcard},
        {"::ffff:127.0.0.1", H::public_address},
        {"::ffff:10.0.0.1", H::public_address},
        {"64:ff9b::127.0.0.1", H::public_address},
        {"2002:7f00:1::", H::public_address},
        {"2002:808:808::", H::public_address},
        {"2002::1", H::wildcard},
        {"::ffff:0:169.254.169.254", H::metadata},
        {"::ffff:0:0.0.0.0", H::wildcard},
        {"::ffff:0:10.0.0.1", H::public_address},
        {"::ffff:0:0:10.0.0.1", H::public_address},
        // NAT64 behind a prefix of 48, 56, 64 and 96 bits.
        {"64:ff9b:1:a9fe:a9:fe00::", H::metadata},
        {"64:ff9b:1:a9:fe:a9fe::", H::metadata},
        {"64:ff9b:1:0:a9:fea9:fe00:0", H::metadata},
        {"64:ff9b:1:2:3:4:a9fe:a9fe", H::metadata},
        {"64:ff9b:1:a9fe:a9:fd00:808:808", H::public_address},
        // Teredo: the server as it stands, the client inverted.
        {"2001:0:a9fe:a9fe::1", H::metadata},
        {"2001::5601:5601", H::metadata},
        {"2001::ffff:ffff", H::wildcard},
        {"2001::80ff:fffe", H::public_address},
        {"2001:1::5601:5601", H::public_address},
        // ISATAP, with and without the universal bit.
        {"fe80::5efe:169.254.169.254", H::metadata},
        {"fe80::200:5efe:169.254.169.254", H::metadata},
        {"fe80::5efe:0.0.0.0", H::wildcard},
        {"fe80::5efe:8.8.8.8", H::public_address},
        {"fd00::200:5efe:10.0.0.1", H::public_address},
        {"fe80::100:5efe:10.0.0.1", H::private_range},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        CHECK(classify_host(text) == expected);
        const bool forbidden = expected == H::metadata || expected == H::wildcard;
        const bool inside = expected == H::loopback || expected == H::private_range;
        CHECK(address_allowed(text, AddressRule::private_only) == inside);
        CHECK(address_allowed(text, AddressRule::not_forbidden) == !forbidden);
    }
}

TEST_CASE("host class: names") {
    const std::vector<std::pair<const char*, HostClass>> rows{
        {"localhost", H::loopback},
        {"LocalHost", H::loopback},
        {"localhost.", H::loopback},
        {"host.docker.internal", H::docker_host},
        {"Host.Docker.Internal.", H::docker_host},
        {"x.host.docker.internal", H::private_suffix},
        {"box.internal", H::private_suffix},
        {"box.local", H::private_suffix},
        {"box.lan", H::private_suffix},
        {"box.private", H::private_suffix},
        {"a.localhost", H::private_suffix},
        {"BOX.LAN.", H::private_suffix},
        {"metadata", H::metadata},
        {"Metadata", H::metadata},
        {"metadata.google.internal", H::metadata},
        {"METADATA.google.INTERNAL.", H::metadata},
        {"instance-data", H::metadata},
        {"instance-data.ec2.internal", H::metadata},
        {"instance-data.example.com", H::metadata},
        {"x.metadata.google.internal", H::metadata},
        {"xmetadata.google.internal", H::private_suffix},
        {"metadata.goog", H::metadata},
        {"metadata.azure.internal", H::metadata},
        {"metadata.localhost", H::metadata},
        {"metadata.tencentyun.com", H::metadata},
        {"metadata.example.com", H::public_name},
        {"my.metadata", H::public_name},
        {"my.metadata.lan", H::private_suffix},
        {"kubernetes.default", H::public_name},
        {"localhost.evil.com", H::public_name},
        {"127.0.0.1.nip.io", H::public_name},
        {"internal", H::public_name},
        {"boxlocal", H::public_name},
        {"evil.com", H::public_name},
        {"", H::public_name},
        {".", H::public_name},
        {"127.0.0.1..", H::public_name},
        {"127.1", H::public_name},
        {"2130706433", H::public_name},
        {"0x7f000001", H::public_name},
        {"127.0.0.01", H::public_name},
        {"fe80::1%eth0", H::public_name},
        {"[::1]", H::public_name},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        CHECK(classify_host(text) == expected);
        CHECK(address_allowed(text, AddressRule::private_only) == false);
        CHECK(address_allowed(text, AddressRule::not_forbidden) == false);
    }
}

TEST_CASE("host classes: what the public internet does not route to") {
    for (const char* address : {"0.0.0.0",
                                "10.0.0.1",
                                "100.64.0.1",
                                "127.0.0.1",
                                "169.254.169.254",
                                "172.16.0.1",
                                "192.0.0.1",
                                "192.0.2.1",
                                "192.168.0.1",
                                "198.18.0.1",
                                "198.19.255.255",
                                "198.51.100.1",
                                "203.0.113.1",
                                "224.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "fc00::1",
                                "fd12::1",
                                "fe80::1",
                                "febf::1",
                                "ff02::1",
                                "2001:db8::1",
                                "::ffff:10.0.0.1",
                                "64:ff9b::192.168.0.1"}) {
        CAPTURE(address);
        CHECK(cowork::net::is_private_or_reserved(address));
    }
    for (const char* address : {"8.8.8.8", "192.0.1.1", "198.17.255.255", "198.20.0.0", "203.0.112.255",
                                "203.0.114.0", "223.255.255.255", "2606:4700::1", "::ffff:8.8.8.8",
                                "64:ff9b::8.8.8.8", "localhost", "example.com", ""}) {
        CAPTURE(address);
        CHECK_FALSE(cowork::net::is_private_or_reserved(address));
    }
}
