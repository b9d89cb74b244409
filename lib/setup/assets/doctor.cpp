#include "setup/assets/parts.hpp"
#include "setup/assets/sandbox.hpp"

#include <fmt/format.h>

namespace cowork::setup {
namespace {

// The doctor looks at the env file's owner and mode and tries whether the runtime root can be written, so it
// runs as root with the one capability that replaces file permissions, and writes nothing but its report.
std::string doctor_paths(Workbench& bench) {
    const Facts& facts = bench.facts;
    std::string lines;
    if (!facts.runtime_root.empty())
        lines += fmt::format("ReadWritePaths={}\n",
                             bench.quote.systemd_word("-" + facts.runtime_root, facts.runtime_root_key));
    const auto reveal = [&](const std::string& path, std::string_view name) {
        if (path.starts_with("/tmp/") || path.starts_with("/var/tmp/"))
            lines += fmt::format("BindReadOnlyPaths={}\n", bench.quote.systemd_word(path, name));
    };
    reveal(bench.context.env_file, "--output");
    reveal(bench.context.program, "the path of cowork");
    return lines;
}

}  // namespace

void add_doctor_units(Workbench& bench) {
    const Facts& facts = bench.facts;
    const AssetContext& context = bench.context;
    bench.add(
        "cowork-doctor.service", "#", fmt::format("asks cowork doctor {} how things are", facts.intent_id),
        fmt::format(
            R"(# `systemctl status` shows the exit code: 1 broken, 3 could not tell, 4 degraded. The JSON report stays in
# /var/lib/cowork-doctor, readable by root.
[Unit]
Description=Health of {title}
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart={program} doctor {intent} --env-file {env_file} --color never --report json=/var/lib/cowork-doctor/{intent}.json
StateDirectory=cowork-doctor
StateDirectoryMode=0700
WorkingDirectory=/var/lib/cowork-doctor
TimeoutStartSec=2min

# It runs as root, to see the owner and mode of a private file, with nothing else of what root may do.
CapabilityBoundingSet=CAP_DAC_OVERRIDE
MemoryDenyWriteExecute=yes
ProtectHome=read-only
{paths}{sandbox}SystemCallFilter=~@privileged @resources
{metadata})",
            fmt::arg("title", facts.title), fmt::arg("intent", facts.intent_id),
            fmt::arg("program", bench.quote.systemd_program(context.program, "the path of cowork")),
            fmt::arg("env_file", bench.quote.systemd_argument(context.env_file, "--output")),
            fmt::arg("paths", doctor_paths(bench)), fmt::arg("sandbox", sandbox),
            fmt::arg("metadata", no_metadata)),
        {});
    bench.add("cowork-doctor.timer", "#", "runs cowork-doctor.service every 15 minutes", R"([Unit]
Description=Regular look at the health of Open Cowork

[Timer]
OnBootSec=5min
OnUnitInactiveSec=15min
RandomizedDelaySec=1min

[Install]
WantedBy=timers.target
)",
              "sudo install -m 0644 cowork-doctor.service cowork-doctor.timer /etc/systemd/system/ && "
              "sudo systemctl daemon-reload && sudo systemctl enable --now cowork-doctor.timer");
}

}  // namespace cowork::setup
