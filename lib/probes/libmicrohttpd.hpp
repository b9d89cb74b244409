#pragma once

#include <microhttpd.h>

namespace cowork::probes {

// libmicrohttpd's functions, each as <microhttpd.h> has it, without the prefix MHD_. Only a webhook's
// delivery needs a server.
struct LibMicrohttpd {
    decltype(&::MHD_start_daemon) start_daemon{};
    decltype(&::MHD_stop_daemon) stop_daemon{};
    decltype(&::MHD_get_connection_values) get_connection_values{};
    decltype(&::MHD_create_response_from_buffer) create_response_from_buffer{};
    decltype(&::MHD_add_response_header) add_response_header{};
    decltype(&::MHD_queue_response) queue_response{};
    decltype(&::MHD_destroy_response) destroy_response{};
};

// Loads libmicrohttpd when first called, from any thread; throws std::runtime_error when this system has
// none.
[[nodiscard]] const LibMicrohttpd& libmicrohttpd();

}  // namespace cowork::probes
