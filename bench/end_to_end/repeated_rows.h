#pragma once
#include "app/rows_in_memory.h"

namespace trade::bench {

// Rows of a settings' first feed of type `only`, or with a '-' before it all but those (empty: all). `copies` of them follow each other,
// each with its bars `shift` later; FeedEnded comes last.
Result<RowsInMemory> repeated_rows(const Settings& settings, unsigned copies, Duration shift, std::string_view only = {});

// What a row is to a workload: one message, or what backtesters on L2 data count: each level of a depth message or snapshot, each trade.
std::uint64_t message_count(const RowsInMemory& rows);
std::uint64_t l2_count(const RowsInMemory& rows);

}  // namespace trade::bench
