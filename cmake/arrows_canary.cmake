# cmake -DMODULE=a -DDEPENDENCY=b [-DKIND=TEST] -P cmake/arrows_canary.cmake: ends as a module declaring that dependency would.
include(${CMAKE_CURRENT_LIST_DIR}/arrows.cmake)
trade_check_arrow(${MODULE} ${DEPENDENCY} ${KIND})
