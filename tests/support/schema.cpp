// The only source file that includes valijson: it costs seconds to compile.
#include "support/schema.hpp"

// The library's own code is not up to this project's warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wuseless-cast"
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
#pragma GCC diagnostic ignored "-Wswitch-enum"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

namespace cowork::test {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

// One schema file refers to another by its name alone.
std::unique_ptr<const json> read(const std::string& file) {
    std::ifstream in(std::string(COWORK_SOURCE_DIR) + "/docs/schemas/" + file);
    if (!in) throw std::runtime_error("no schema " + file);
    return std::make_unique<const json>(json::parse(in));
}

const valijson::Schema& schema_of(const std::string& file) {
    static std::map<std::string, std::unique_ptr<valijson::Schema>> known;
    auto& schema = known[file];
    if (!schema) {
        const auto text = read(file);
        schema = std::make_unique<valijson::Schema>();
        valijson::SchemaParser(valijson::SchemaParser::kDraft7)
            .populateSchema(
                Adapter(*text), *schema, [](const std::string& uri) { return read(uri).release(); },
                [](const json* document) { delete document; });
    }
    return *schema;
}

}  // namespace

std::string schema_violations(const json& document, const std::string& name) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_of(name + ".schema.json"), Adapter(document), &results)) return {};
    std::string text = "breaks " + name + ".schema.json:\n";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        for (const std::string& part : error.context) text += part;
        text += " " + error.description + "\n";
    }
    return text;
}

}  // namespace cowork::test
