#pragma once

#include "capabilities/desktop_rows.hpp"

#include <map>
#include <string>
#include <vector>

namespace cowork::capabilities {

enum class Found { yes, no, unknown };

// Whether Desktop would find a program: among those that the application brings along, or on PATH.
class CommandFinder {
  public:
    explicit CommandFinder(const DesktopSources& sources);
    [[nodiscard]] Found find(const std::string& command);

  private:
    [[nodiscard]] bool is_file(const std::string& path) const;
    [[nodiscard]] bool is_program(const std::string& path) const;
    [[nodiscard]] Found look(const std::string& command) const;

    probes::FileProbe& files_;
    std::string resources_;
    std::vector<std::string> directories_;
    std::map<std::string, Found> known_;  // a configuration may name one program many times
};

}  // namespace cowork::capabilities
