#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cowork::validators {

// One file on its way through validation: what it is, and what was found so far.
struct Document {
    std::unique_ptr<const Input> input;  // null when it was left out
    std::unique_ptr<Findings> findings;  // over the input's text
    std::string path;
    bool named = false;
    std::string left_out;        // why nothing was validated
    std::string failure;         // why it could not be told: a defect of ours
    std::vector<Finding> found;  // taken from `findings`; suppressions mark these
};

}  // namespace cowork::validators
