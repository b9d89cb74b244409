// The only source file that includes valijson: it costs seconds to compile.
#include "support/schema.hpp"

#include "support/places.hpp"

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

std::unique_ptr<const json> read(const std::string& path) {
    std::ifstream in(std::string(COWORK_SOURCE_DIR) + "/" + path);
    if (!in) throw std::runtime_error("no schema " + path);
    return std::make_unique<const json>(json::parse(in));
}

// A path below the sources. One schema of docs/schemas refers to another by its name alone.
const valijson::Schema& schema_of(const std::string& path, valijson::SchemaParser::Version version) {
    static std::map<std::string, std::unique_ptr<valijson::Schema>> known;
    auto& schema = known[path];
    if (!schema) {
        const auto text = read(path);
        schema = std::make_unique<valijson::Schema>();
        valijson::SchemaParser(version).populateSchema(
            Adapter(*text), *schema,
            [](const std::string& uri) { return read("docs/schemas/" + uri).release(); },
            [](const json* document) { delete document; });
    }
    return *schema;
}

std::string violations(const json& document, const valijson::Schema& schema, const std::string& name) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema, Adapter(document), &results)) return {};
    std::string text = "breaks " + name + ":\n";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        for (const std::string& part : error.context) text += part;
        text += " " + error.description + "\n";
    }
    return text;
}

}  // namespace

std::string schema_violations(const json& document, const std::string& name) {
    const std::string file = name + ".schema.json";
    return violations(document, schema_of("docs/schemas/" + file, valijson::SchemaParser::kDraft7), file);
}

std::string sarif_violations(const json& document) {
    return violations(
        document,
        schema_of("tests/schemas/sarif-2.1.0/sarif-2.1.0-rtm.5.json", valijson::SchemaParser::kDraft4),
        "SARIF 2.1.0");
}

}  // namespace cowork::test
