#include "probes/libmicrohttpd.hpp"

#include "core/shared_library.hpp"

namespace cowork::probes {
namespace {

LibMicrohttpd load() {
    const SharedLibrary library("libmicrohttpd.so.12");
    LibMicrohttpd http;
    library.find(http.start_daemon, "MHD_start_daemon");
    library.find(http.stop_daemon, "MHD_stop_daemon");
    library.find(http.get_connection_values, "MHD_get_connection_values");
    library.find(http.create_response_from_buffer, "MHD_create_response_from_buffer");
    library.find(http.add_response_header, "MHD_add_response_header");
    library.find(http.queue_response, "MHD_queue_response");
    library.find(http.destroy_response, "MHD_destroy_response");
    return http;
}

}  // namespace

const LibMicrohttpd& libmicrohttpd() {
    static const LibMicrohttpd loaded = load();
    return loaded;
}

}  // namespace cowork::probes
