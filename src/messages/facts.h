#pragma once
#include "domain/facts/market.h"
#include "domain/facts/trade_correction.h"
#include "wire/message_type.h"

// Conversation: what venue adapters hand to gateway, row by row (Role::row; domain/facts says what each fact means).
namespace trade {
template <> const MessageType& describe<VenueDepth>();
template <> const MessageType& describe<VenueSnapshot>();
template <> const MessageType& describe<VenueTrade>();
template <> const MessageType& describe<VenueQuote>();
template <> const MessageType& describe<VenueBar>();
template <> const MessageType& describe<VenueFault>();
template <> const MessageType& describe<VenueCorrection>();
}  // namespace trade
