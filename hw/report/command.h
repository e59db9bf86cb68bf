// SPDX-License-Identifier: Apache-2.0
// Runs another program to its end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hw/report/result.h"

namespace vireo::report {

// Finds argv[0] by PATH; its stdout goes to `out`, its stderr to `log`. An error says how it ended,
// with the end of the log.
Result<void> RunCommand(const std::vector<std::string>& argv, const std::filesystem::path& out,
                        const std::filesystem::path& log);

Result<std::string> ReadFile(const std::filesystem::path& path);
Result<void> WriteFile(const std::filesystem::path& path, const std::string& text);

}  // namespace vireo::report
