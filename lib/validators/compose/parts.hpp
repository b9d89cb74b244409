#pragma once

#include "validators/compose/model.hpp"

#include <functional>

// What read_compose() is put together from. Nothing else includes this.
namespace cowork::validators {

// Reads scalars as Compose does.
class ComposeReader {
  public:
    explicit ComposeReader(const ComposeVariables& variables) : variables_(variables) {}

    [[nodiscard]] ComposeValue scalar(const config::YamlNode& node) const;
    // A member that is a scalar; empty and known when there is none.
    [[nodiscard]] ComposeValue member(const config::YamlNode& map, std::string_view key) const;
    // A text alone, or each one of a list.
    void each_text(const config::YamlNode* node,
                   const std::function<void(const ComposeValue&, const config::YamlNode&)>& visit) const;
    [[nodiscard]] const ComposeVariables& variables() const { return variables_; }

  private:
    const ComposeVariables& variables_;
};

// As YAML 1.1 and Compose read a boolean.
[[nodiscard]] bool is_yes(std::string_view text);

void read_ports(const config::YamlNode& service, const ComposeReader& read, std::vector<ComposePort>& ports);
void read_mounts(const config::YamlNode& service, const ComposeReader& read,
                 std::vector<ComposeMount>& mounts);
// `environment` or `args`: a map, or a list of KEY=value.
void read_variables(const config::YamlNode* node, const ComposeReader& read,
                    std::vector<ComposeVariable>& variables);
void read_env_files(const config::YamlNode& service, const ComposeReader& read,
                    std::vector<ComposeEnvFile>& files);
void read_dependencies(const config::YamlNode& service, const ComposeReader& read, ComposeService& into);

}  // namespace cowork::validators
