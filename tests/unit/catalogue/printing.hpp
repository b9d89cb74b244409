#pragma once

#include "catalogue/catalogue.hpp"

#include <ostream>

// What Catch prints of the catalogue's enumerations when an assertion fails.
namespace cowork {
inline std::ostream& operator<<(std::ostream& out, Status status) { return out << to_string(status); }
}  // namespace cowork

namespace cowork::catalogue {
inline std::ostream& operator<<(std::ostream& out, Authority authority) {
    return out << to_string(authority);
}
inline std::ostream& operator<<(std::ostream& out, ControlPlane plane) { return out << to_string(plane); }
inline std::ostream& operator<<(std::ostream& out, Surface surface) { return out << to_string(surface); }
}  // namespace cowork::catalogue
