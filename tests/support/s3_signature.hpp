#pragma once

#include <string>

namespace httplib {
struct Request;
}

namespace cowork::test {

// Whether a request carries the AWS Signature Version 4 that this secret makes, worked out here from AWS's
// description with OpenSSL: s3rver takes any. Path and query must be in their canonical form, as sent.
[[nodiscard]] bool signed_with(const httplib::Request& request, const std::string& secret);

}  // namespace cowork::test
