"""A plain reading of market-hours files in Lean's format: the sessions of an entry, going through its dates one after the other. Shares nothing
with the product."""
import datetime
import zoneinfo

EPOCH = datetime.date(1970, 1, 1)
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def zone_of(name):
    return datetime.timezone(datetime.timedelta(hours=int(name[3:] or 0))) if name.startswith("UTC") else zoneinfo.ZoneInfo(name)


def at_wall(zone, date, second):
    wall = datetime.datetime(date.year, date.month, date.day) + datetime.timedelta(seconds=second)
    return int(wall.replace(tzinfo=zone).timestamp())


def clock(text):
    parts = [0, *map(int, text.replace(".", ":").split(":"))][-4:]  # days stand before a dot or a colon
    return ((parts[0] * 24 + parts[1]) * 60 + parts[2]) * 60 + parts[3]


def date_of(text):
    month, day, year = map(int, text.split("/"))
    return datetime.date(year, month, day)


class Plain:
    """The sessions of an entry, by going through its dates one after the other."""

    def __init__(self, entry):
        self.entry = entry
        self.zone = zone_of(entry["exchangeTimeZone"])
        self.holidays = {date_of(d) for d in entry["holidays"]}
        self.banks = {date_of(d) for d in entry.get("bankHolidays", [])}
        self.early = {date_of(d): clock(t) for d, t in entry.get("earlyCloses", {}).items()}
        self.late = {date_of(d): clock(t) for d, t in entry.get("lateOpens", {}).items()}

    def parts(self, date):
        """(own or next, state, start, end) of what is left of a date, minute cut by minute cut."""
        if date in self.holidays:
            return []
        tomorrow = self.entry.get(DAYS[(date.weekday() + 1) % 7], [])
        goes_on = any(clock(s["start"]) == 0 for s in tomorrow)
        early, late = self.early.get(date), self.late.get(date)
        closed = []  # stretches of the date in which nothing is open
        if early is not None and late is not None and early < late:
            closed = [(early, late)]
        else:
            closed += [(early, 86400)] if early is not None else []
            closed += [(0, late)] if late is not None else []
        found = []
        for s in self.entry.get(DAYS[date.weekday()], []):
            start, end = clock(s["start"]), clock(s["end"])
            over = end == 86400 and start > 0 and goes_on
            left = [(start, end)]
            for a, b in closed:
                left = [p for x, y in left for p in ((x, min(y, a)), (max(x, b), y)) if p[0] < p[1]]
            found += [(over, s["state"], x, y) for x, y in left]
        return found

    def trades(self, date):
        return any(not over for over, *_ in self.parts(date))

    def sessions(self, first, last):
        """[kind, day, open, close] of every session of the dates first..last, joined where day and kind agree."""
        found, date, waiting = [], first, []
        while date <= last:
            parts = self.parts(date)
            if any(not over for over, *_ in parts):
                for state, a, b in waiting:
                    found.append([{"premarket": "pre", "market": "regular", "postmarket": "pre"}[state], date, a, b])
                waiting = []
            for over, state, x, y in parts:
                a, b = at_wall(self.zone, date, x), at_wall(self.zone, date, y)
                if over:
                    waiting.append((state, a, b))
                else:
                    found.append([{"premarket": "pre", "market": "regular", "postmarket": "post"}[state], date, a, b])
            date += datetime.timedelta(days=1)
        joined = []
        for s in sorted((s for s in found if s[2] < s[3]), key=lambda s: s[2]):
            if joined and joined[-1][3] == s[2] and joined[-1][:2] == s[:2]:
                joined[-1][3] = s[3]
            else:
                joined.append(list(s))
        return joined
