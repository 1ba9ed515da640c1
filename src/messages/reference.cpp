#include "messages/reference.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(InstrumentListed)
DESCRIBE(VenueListed)
DESCRIBE(AccountOpened)
DESCRIBE(CalendarListed)
DESCRIBE(CorporateActionDue)
DESCRIBE(ConfigChanged)

CalendarListed listing_of(const Calendar& c) {
  return {c.name, c.zone, std::span(c.sessions), std::span(c.holidays), std::span(c.bank_holidays), std::span(c.early_closes),
          std::span(c.late_opens)};
}
Calendar calendar_of(const CalendarListed& m) {
  const auto all = []<class T>(const Many<T>& many) { return std::vector<T>(many.begin(), many.end()); };
  return {m.name, m.zone, all(m.sessions), all(m.holidays), all(m.bank_holidays), all(m.early_closes), all(m.late_opens)};
}

}  // namespace trade
