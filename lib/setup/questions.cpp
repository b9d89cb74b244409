#include "setup/questions.hpp"

namespace cowork::setup {

std::vector<Question> questions_of(const Path& path) {
    switch (path.intent) {
        case catalogue::Intent::gateway_only:
            return gateway_only_questions();
        default:
            return {};
    }
}

}  // namespace cowork::setup
