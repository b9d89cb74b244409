#pragma once

#include "smoke/cloud_sessions.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cowork::smoke {

// The session that the steps of the Cloud share.
struct SessionFacts {
    std::string id;
    std::vector<std::int64_t> sequences;  // of its events, as a stream from the beginning showed them
};

}  // namespace cowork::smoke
