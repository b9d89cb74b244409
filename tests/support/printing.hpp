#pragma once

#include "probes/http.hpp"
#include "probes/postgres.hpp"

#include <ostream>

// What Catch prints of the probes' enumerations when an assertion fails: the number, in declaration order.
namespace cowork::probes {

inline std::ostream& operator<<(std::ostream& out, HttpFailure failure) {
    return out << "HttpFailure " << static_cast<int>(failure);
}
inline std::ostream& operator<<(std::ostream& out, PostgresLayer layer) {
    return out << "PostgresLayer " << static_cast<int>(layer);
}

}  // namespace cowork::probes
