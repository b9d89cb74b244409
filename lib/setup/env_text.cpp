#include "setup/env_text.hpp"

#include "envfile/document.hpp"

#include <filesystem>

namespace cowork::setup {
namespace {

std::string_view group_of(const EnvFile& file, const PlannedValue& value) {
    const auto title = file.service->group_of(value.key);
    return title.empty() ? "Other keys" : title;
}

}  // namespace

Result<Secret> render_new(const EnvFile& file, config::Dialect dialect, std::string_view version) {
    envfile::Document document(dialect, std::filesystem::path(file.path).filename());
    std::string_view open_group;
    for (const PlannedValue& value : file.values) {
        if (const auto group = group_of(file, value); group != open_group) {
            document.group(group);
            open_group = group;
        }
        document.assign(value.key, value.value.clone());
    }
    return document.render(version);
}

}  // namespace cowork::setup
