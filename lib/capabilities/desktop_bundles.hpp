#pragma once

#include "capabilities/desktop_rows.hpp"
#include "capabilities/desktop_skill_file.hpp"

#include <map>
#include <string>

namespace cowork::capabilities {

// The skills that ship with the application: files by the names of their directories, those of the first root
// that has one (contract/health-center.md section 4.4).
class SkillBundles {
  public:
    explicit SkillBundles(const DesktopSources& sources);
    // The skill's file; empty when there is none.
    [[nodiscard]] std::string find(const std::string& name) const;

  private:
    void add_root(probes::FileProbe& files, const std::string& root);

    std::map<std::string, std::string> paths_;
};

}  // namespace cowork::capabilities
