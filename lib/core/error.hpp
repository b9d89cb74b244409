#pragma once

#include "core/source_ref.hpp"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace cowork {

// Only what a caller branches on.
enum class ErrorCode {
    usage,       // called wrongly: exit 2
    not_found,   // the thing is absent, which is not the same as unreadable
    permission,  // the system refused
    refused,     // cowork's own policy refused (symlink, foreign file, public URL ...)
    invalid,     // an input cannot be used
    io,          // the system failed
};

// One clear error: what happened, where, and what to do about it. `message` and `remedy` never hold
// a secret's value; whoever builds one names the key instead.
struct Error {
    ErrorCode code = ErrorCode::io;
    std::string message;
    std::string remedy;
    SourceRef where;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string remedy = {},
                                  SourceRef where = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(remedy), std::move(where)});
}

}  // namespace cowork
