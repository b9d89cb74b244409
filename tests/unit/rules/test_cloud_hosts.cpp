#include "rules/cloud_hosts.hpp"

#include <catch2/catch.hpp>

#include <string_view>

using namespace cowork::rules;

TEST_CASE("cloud hosts: loopback and non-public by address and name") {
    struct Row {
        std::string_view host;
        bool loopback;
        bool non_public;
    };
    for (const Row& row : {
             Row{"localhost", true, true},
             Row{"LOCALHOST", true, true},
             Row{" 127.0.0.1 ", true, true},
             Row{"127.255.255.255", true, true},
             Row{"::1", true, true},
             Row{"[::1]", true, true},
             Row{"::ffff:127.0.0.1", true, true},
             Row{"", false, true},
             Row{"0.0.0.0", false, true},
             Row{"0.255.0.1", false, true},
             Row{"::", false, true},
             Row{"10.0.0.1", false, true},
             Row{"::ffff:10.0.0.1", false, true},
             Row{"100.64.0.1", false, true},
             Row{"100.127.255.255", false, true},
             Row{"169.254.1.1", false, true},
             Row{"172.16.0.1", false, true},
             Row{"172.31.255.255", false, true},
             Row{"192.0.0.9", false, true},
             Row{"192.0.2.1", false, true},
             Row{"192.168.0.1", false, true},
             Row{"198.18.0.1", false, true},
             Row{"198.19.255.255", false, true},
             Row{"198.51.100.7", false, true},
             Row{"203.0.113.7", false, true},
             Row{"224.0.0.1", false, true},
             Row{"239.255.255.255", false, true},
             Row{"240.0.0.1", false, true},
             Row{"255.255.255.255", false, true},
             Row{"fc00::1", false, true},
             Row{"fdff::1", false, true},
             Row{"fe80::1", false, true},
             Row{"febf::1", false, true},
             Row{"2001:db8::1", false, true},
             Row{"ff02::1", false, true},
             // Public: the neighbours of the ranges, other addresses, every name.
             Row{"1.0.0.1", false, false},
             Row{"9.255.255.255", false, false},
             Row{"11.0.0.1", false, false},
             Row{"100.63.255.255", false, false},
             Row{"100.128.0.1", false, false},
             Row{"128.0.0.1", false, false},
             Row{"172.15.255.255", false, false},
             Row{"172.32.0.1", false, false},
             Row{"192.0.1.1", false, false},
             Row{"192.167.255.255", false, false},
             Row{"198.17.255.255", false, false},
             Row{"198.20.0.1", false, false},
             Row{"223.255.255.255", false, false},
             Row{"8.8.8.8", false, false},
             Row{"::2", false, false},
             Row{"::ffff:8.8.8.8", false, false},
             Row{"fec0::1", false, false},
             Row{"2001:db9::1", false, false},
             Row{"2606:4700::1", false, false},
             Row{"127.1", false, false},
             Row{"localhost.example.org", false, false},
             Row{"box.local", false, false},
         }) {
        CAPTURE(row.host);
        CHECK(is_cloud_loopback(row.host) == row.loopback);
        CHECK(is_cloud_non_public(row.host) == row.non_public);
    }
}
