#pragma once

namespace cowork::probes {

// Initialises libcurl once for the process, safe from any thread, and gives it an allocator that cleanses
// what it frees: libcurl keeps its own copies of passwords, tokens and request headers.
void ensure_curl();

}  // namespace cowork::probes
