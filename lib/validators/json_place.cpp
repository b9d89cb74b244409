#include "validators/json_place.hpp"

namespace cowork::validators {

TextRange json_place(const config::JsoncDocument& document, const LineIndex& index,
                     std::string_view pointer) {
    if (const config::Span* span = document.span(pointer)) return index.range(span->begin, span->end);
    for (auto slash = pointer.rfind('/'); slash != std::string_view::npos; slash = pointer.rfind('/')) {
        pointer = pointer.substr(0, slash);
        if (const config::Span* span = document.span(pointer))
            return index.range(span->begin, span->begin + 1);
    }
    return index.range(0, 0);
}

}  // namespace cowork::validators
