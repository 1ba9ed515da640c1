#include "adapters/embedded/folder_objects.h"
#include "ports/files_world_testing.h"
#include "ports/objects_contract.h"
#include "temporary_folder.h"

namespace trade {

using World = FilesWorld<ObjectsWorld, FolderObjects, Objects>;
INSTANTIATE_TEST_SUITE_P(Posix, ObjectsContract, testing::Values(&posix_world<ObjectsWorld, World>));

}  // namespace trade
