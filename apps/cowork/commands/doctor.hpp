#pragma once

#include "cowork/command_line.hpp"
#include "cowork/io.hpp"

namespace cowork::app {

// Returns the exit code. Changes nothing on this machine but the files of --report.
[[nodiscard]] int run_doctor(const DoctorOptions& options, const Io& io);

}  // namespace cowork::app
