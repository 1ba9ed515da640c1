#include "adapters/embedded/file_series.h"
#include "ports/files_world_testing.h"
#include "ports/series_contract.h"
#include "temporary_folder.h"

namespace trade {

using World = FilesWorld<SeriesWorld, FileSeries, Series>;
INSTANTIATE_TEST_SUITE_P(Posix, SeriesContract, testing::Values(&posix_world<SeriesWorld, World>));

}  // namespace trade
