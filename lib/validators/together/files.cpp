#include "validators/together/files.hpp"

#include <filesystem>

namespace cowork::validators {

std::string absolute_path(const std::string& path) {
    if (path == "-") return {};
    std::error_code unknown;
    const auto absolute = std::filesystem::absolute(path, unknown);
    return unknown ? path : absolute.lexically_normal().string();
}

std::string directory_of(const std::string& absolute) {
    const auto slash = absolute.rfind('/');
    return slash == std::string::npos ? std::string{} : absolute.substr(0, slash);
}

std::string_view name_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
}

TogetherFiles::TogetherFiles(std::vector<Document>& documents) {
    for (Document& document : documents) {
        if (!document.input || !document.findings || document.input->kind != Kind::env) continue;
        const std::string path = absolute_path(document.path);
        by_path_.emplace(path, env_files_.size());
        env_files_.push_back(
            {&document, config::parse_env_file(document.input->text, document.path, config::Dialect::compose),
             directory_of(path)});
    }
}

EnvDocument* TogetherFiles::env_file(const std::string& path) {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : &env_files_[found->second];
}

std::vector<EnvDocument*> TogetherFiles::env_files_in(const std::string& directory) {
    std::vector<EnvDocument*> found;
    for (EnvDocument& one : env_files_)
        if (one.directory == directory) found.push_back(&one);
    return found;
}

}  // namespace cowork::validators
