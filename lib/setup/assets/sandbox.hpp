#pragma once

#include <string_view>

namespace cowork::setup {

// What every unit has in common.
inline constexpr std::string_view sandbox = R"(NoNewPrivileges=yes
LockPersonality=yes
PrivateDevices=yes
PrivateIPC=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
KeyringMode=private
LimitCORE=0
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
)";

// Why the units of Node services and OpenCode are not stricter still.
inline constexpr std::string_view jit_note =
    R"(# Left off: MemoryDenyWriteExecute=, because the JIT compilers of Node and OpenCode write the code that they run;
# ProcSubset=pid, because they read /proc/cpuinfo and /proc/meminfo.
)";

// Cloud metadata services hand out credentials of the machine to whoever asks from it.
inline constexpr std::string_view no_metadata =
    "IPAddressDeny=169.254.169.254/32 169.254.170.2/32 169.254.170.23/32 100.100.100.200/32 "
    "fd00:ec2::254/128\n";

}  // namespace cowork::setup
