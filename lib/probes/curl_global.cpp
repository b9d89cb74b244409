#include "probes/curl_global.hpp"

#include "net/libcurl.hpp"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>

namespace cowork::probes {
namespace {

void cleansing_free(void* block) {
    if (block == nullptr) return;
    OPENSSL_cleanse(block, malloc_usable_size(block));
    std::free(block);
}

// Never std::realloc: it may leave the old bytes behind when it moves the block.
void* cleansing_realloc(void* block, std::size_t size) {
    if (block == nullptr) return std::malloc(std::max<std::size_t>(size, 1));
    const std::size_t old_size = malloc_usable_size(block);
    if (size != 0 && size <= old_size) return block;
    void* moved = std::malloc(std::max<std::size_t>(size, 1));
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, std::min(old_size, size));
    cleansing_free(block);
    return moved;
}

void* plain_malloc(std::size_t size) { return std::malloc(size); }
void* plain_calloc(std::size_t count, std::size_t size) { return std::calloc(count, size); }

char* plain_strdup(const char* text) {
    const std::size_t size = std::strlen(text) + 1;
    auto* copy = static_cast<char*>(std::malloc(size));
    if (copy != nullptr) std::memcpy(copy, text, size);
    return copy;
}

}  // namespace

void ensure_curl() {
    static std::once_flag once;
    std::call_once(once, [] {
        const CURLcode code = net::libcurl().global_init_mem(
            CURL_GLOBAL_DEFAULT, plain_malloc, cleansing_free, cleansing_realloc, plain_strdup, plain_calloc);
        if (code != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
    });
}

}  // namespace cowork::probes
