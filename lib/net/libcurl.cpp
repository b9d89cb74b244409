#include "net/libcurl.hpp"

#include "core/shared_library.hpp"

namespace cowork::net {
namespace {

LibCurl load() {
    const SharedLibrary library("libcurl.so.4");
    LibCurl curl;
    library.find(curl.free, "curl_free");
    library.find(curl.getdate, "curl_getdate");
    library.find(curl.global_init_mem, "curl_global_init_mem");

    library.find(curl.url, "curl_url");
    library.find(curl.url_cleanup, "curl_url_cleanup");
    library.find(curl.url_get, "curl_url_get");
    library.find(curl.url_set, "curl_url_set");

    library.find(curl.easy_cleanup, "curl_easy_cleanup");
    library.find(curl.easy_escape, "curl_easy_escape");
    library.find(curl.easy_getinfo, "curl_easy_getinfo");
    library.find(curl.easy_init, "curl_easy_init");
    library.find(curl.easy_pause, "curl_easy_pause");
    library.find(curl.easy_setopt, "curl_easy_setopt");
    library.find(curl.easy_strerror, "curl_easy_strerror");

    library.find(curl.multi_add_handle, "curl_multi_add_handle");
    library.find(curl.multi_cleanup, "curl_multi_cleanup");
    library.find(curl.multi_info_read, "curl_multi_info_read");
    library.find(curl.multi_init, "curl_multi_init");
    library.find(curl.multi_perform, "curl_multi_perform");
    library.find(curl.multi_poll, "curl_multi_poll");
    library.find(curl.multi_remove_handle, "curl_multi_remove_handle");
    library.find(curl.multi_wakeup, "curl_multi_wakeup");
    return curl;
}

}  // namespace

const LibCurl& libcurl() {
    static const LibCurl loaded = load();
    return loaded;
}

}  // namespace cowork::net
