#pragma once

#include "checks/check.hpp"

#include <chrono>
#include <string_view>
#include <utility>

namespace cowork::checks {

// A check as a row of layers (policy, name, connect, TLS, HTTP status, content, version, authority): each
// that holds is recorded, and the first that breaks ends the check with its reason code. Evidence gathered
// on the way is part of either end.
class Layers {
  public:
    void passed(std::string_view layer, SafeText summary, std::chrono::microseconds duration = {}) {
        finding_.probes.push_back({layer, Status::ready, "", std::move(summary), duration, {}, {}});
    }
    // Something seen on the way that ends nothing by itself.
    void note(std::string_view layer, Status status, std::string_view reason_code, SafeText summary) {
        finding_.probes.push_back({layer, status, reason_code, std::move(summary), {}, {}, {}});
    }
    void evidence(std::string_view key, report::EvidenceValue value) {
        finding_.evidence.emplace_back(key, std::move(value));
    }
    void source(const SourceRef& source) { finding_.source = source; }

    // Ends the check: the layer that broke, and why. Further fields of the result may be filled in.
    [[nodiscard]] Finding broke(std::string_view layer, Status status, std::string_view reason_code,
                                SafeText summary, SafeText command = {}) {
        finding_.probes.push_back({layer, status, reason_code, summary, {}, {}, {}});
        finding_.status = status;
        finding_.reason_code = reason_code;
        finding_.summary = std::move(summary);
        finding_.command = std::move(command);
        return std::move(finding_);
    }
    [[nodiscard]] Finding ready(SafeText summary) {
        finding_.status = Status::ready;
        finding_.summary = std::move(summary);
        return std::move(finding_);
    }

  private:
    Finding finding_;
};

}  // namespace cowork::checks
