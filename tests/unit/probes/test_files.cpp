#include "probes/files.hpp"
#include "probes/proc_net.hpp"
#include "support/tarpit.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

using namespace cowork;
using probes::FileKind;

TEST_CASE("files: facts of the path itself and of its target") {
    const test::TempDir directory;
    const std::string path = directory.write("secret.env", "A=1\n");
    REQUIRE(chmod(path.c_str(), 0640) == 0);
    const std::string link = directory.file("link");
    REQUIRE(symlink(path.c_str(), link.c_str()) == 0);
    const auto probe = probes::make_file_probe();

    const auto facts = probe->facts(path);
    REQUIRE(facts);
    CHECK(facts->kind == FileKind::regular);
    CHECK(facts->mode == 0640);
    CHECK(facts->owner == geteuid());
    CHECK(facts->links == 1);
    CHECK(probe->facts(directory.path())->kind == FileKind::directory);
    CHECK(probe->facts("/dev/null")->kind == FileKind::other);
    CHECK(probe->facts(link)->kind == FileKind::symlink);
    CHECK(probe->target_facts(link)->kind == FileKind::regular);
    CHECK(probe->effective_user() == geteuid());
}

TEST_CASE("files: absent is not failed") {
    const test::TempDir directory;
    const auto probe = probes::make_file_probe();
    CHECK(probe->facts(directory.file("absent")).error().code == ErrorCode::not_found);
    CHECK(probe->facts(directory.write("file", "") + "/below").error().code == ErrorCode::not_found);
    const std::string loop = directory.file("loop");
    REQUIRE(symlink("loop", loop.c_str()) == 0);
    CHECK(probe->target_facts(loop).error().code == ErrorCode::io);
    CHECK(probe->facts(directory.path().string() + std::string("\0x", 2)).error().code == ErrorCode::invalid);
}

TEST_CASE("files: whether a directory can be written") {
    const test::TempDir directory;
    const auto probe = probes::make_file_probe();
    CHECK(probe->can_write_directory(directory.path()).value());
    CHECK(probe->can_write_directory(directory.file("absent")).error().code == ErrorCode::not_found);
    CHECK(probe->can_write_directory(directory.write("file", "")).error().code == ErrorCode::invalid);
    // /proc cannot take new files, but says so only when one is made; /sys/fs is the same. A directory
    // without permission bits tells an ordinary user.
    if (geteuid() != 0) {
        REQUIRE(chmod(directory.path().c_str(), 0500) == 0);
        CHECK_FALSE(probe->can_write_directory(directory.path()).value());
        REQUIRE(chmod(directory.path().c_str(), 0700) == 0);
    }
    CHECK(probe->free_bytes(directory.path()).value() > 0);
    CHECK(probe->free_bytes(directory.file("absent")).error().code == ErrorCode::not_found);
}

TEST_CASE("files: the kernel's table of sockets is read in its byte order") {
    // Lines as a little-endian machine prints them.
    constexpr const char* table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1\n"
        "   1: 00000000:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1\n"
        "   2: 0100007F:2253 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 3 1\n"
        "   3: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 4 1\n"
        "   4: 0100007F 00000000:0000 0A x 0 0 0\n"
        "garbage\n";
    const auto found = probes::parse_listeners(table, 8787);
    REQUIRE(found.size() == 2);
    CHECK(found[0].address == "127.0.0.1");
    CHECK(found[0].port == 8787);
    CHECK(found[0].owner == 1000);
    CHECK(found[1].address == "0.0.0.0");
    CHECK(probes::parse_listeners("", 80).empty());
}

TEST_CASE("files: the kernel's IPv6 table") {
    constexpr const char* table =
        "  sl  local_address                         remote_address                        st …\n"
        "   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000     0        0 1 1\n"
        "   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000     0        0 1 1\n"
        "   2: 0000000000000000FFFF00000100007F:0050 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000     7        0 1 1\n";
    const auto found = probes::parse_listeners(table, 80);
    REQUIRE(found.size() == 3);
    CHECK(found[0].address == "::1");
    CHECK(found[1].address == "::");
    CHECK(found[2].address == "::ffff:127.0.0.1");
}

TEST_CASE("files: a listener of this machine is found") {
    const test::Tarpit server(test::Tarpit::silent());
    const auto probe = probes::make_file_probe();
    const auto found = probe->listeners(server.port());
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().address == "127.0.0.1");
    CHECK(found->front().owner == geteuid());
    const test::BoundPort silent;
    CHECK(probe->listeners(silent.port())->empty());
}

TEST_CASE("files: addresses of this machine") {
    const auto probe = probes::make_file_probe();
    CHECK(probe->is_local_address("127.0.0.1"));
    CHECK(probe->is_local_address("127.9.9.9"));
    CHECK_FALSE(probe->is_local_address("192.0.2.1"));
    CHECK_FALSE(probe->is_local_address("localhost"));
    CHECK_FALSE(probe->is_local_address(""));
}
