#!/usr/bin/env python3
"""Bars of every interval against DuckDB over the same ticks, bar for bar: all tick files of ../shared/data (or $TRADE_DATA), the bundled
captures, and generated ticks over both daylight-saving changes and an early close, of a market with a day session and one that trades
through the night. usage: tests/references/python check.py PROBE [--whole]
Without --whole: fewer generated ticks, and of the recordings one BAC and one XAUUSD day and the shortest capture."""
import csv
import datetime
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "calendars"))
from plain_calendar import EPOCH, Plain, at_wall, zone_of  # noqa: E402

DATA = Path(os.environ.get("TRADE_DATA") or ROOT.parent / "shared" / "data")
HOURS = ROOT / "examples" / "calendars" / "market_hours.json"
ENTRIES = json.loads(HOURS.read_text())["entries"]
NS = 1_000_000_000
DAY = 86_400 * NS
INTERVALS = {"1s": 1, "10s": 10, "1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "4h": 14_400, "1d": 86_400, "7d": 7 * 86_400}


def units(text):
    whole, _, part = text.partition(".")
    return int(whole) * 10**8 + int((part + "0" * 8)[:8] or 0)


def lean_ticks(files, zone, divisor, price):
    """(ns, price, size) of Lean tick files, as they lie in the file; rows the source marks suspicious are none."""
    for file in files:
        day = datetime.datetime.strptime(file.name[:8], "%Y%m%d").date()
        midnight = at_wall(zone_of(zone), day, 0) * NS
        if offset_changes(zone, day):
            def at(ns, day=day):  # the clock is turned on this day
                return at_wall(zone_of(zone), day, ns // NS) * NS + ns % NS
        else:
            def at(ns, midnight=midnight):
                return midnight + ns
        with zipfile.ZipFile(file) as z, z.open(z.namelist()[0]) as f:
            for row in csv.reader(io.TextIOWrapper(f)):
                t = at(units(row[0]) // 100)
                if price == "trades":
                    if (len(row) < 6 or row[5] == "0") and units(row[2]) > 0:
                        yield t, units(row[1]) // divisor, units(row[2])
                    continue
                bid, ask = (row[1], row[2]) if len(row) == 3 else (row[1], row[3])
                bid, ask = units(bid or "0") // divisor, units(ask or "0") // divisor
                if len(row) == 8 and row[7] != "0":
                    continue
                if price == "mid" and bid and ask:
                    yield t, bid + (ask - bid) // 2, 0
                elif price != "mid" and (bid if price == "bid" else ask):
                    yield t, bid if price == "bid" else ask, 0


def offset_changes(zone, day):
    return at_wall(zone_of(zone), day, 86_400) - at_wall(zone_of(zone), day, 0) != 86_400


def capture_ticks(file):
    with gzip.open(file, "rt") as f:
        for line in f:
            local, _, body = line.partition(" ")
            if '"e":"trade"' not in body:
                continue
            message = json.loads(body)
            message = message.get("data", message)
            yield int(local), units(message["p"]), units(message["q"])


def load(ticks):
    db = duckdb.connect()
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        rows = 0
        for rows, (t, price, size) in enumerate(ticks, 1):
            f.write(f"{rows},{t},{price},{size}\n")
        f.flush()
        db.execute("CREATE TABLE ticks(seq BIGINT, t BIGINT, price BIGINT, size BIGINT)")
        if rows:
            db.execute(f"COPY ticks FROM '{f.name}' (HEADER false)")
    return db, rows


def add_sessions(db, entry, hours):
    first, last = db.execute("SELECT min(t), max(t) FROM ticks").fetchone()
    plain = Plain(ENTRIES[entry])
    rows, around = [], datetime.timedelta(days=20)
    for kind, day, a, b in plain.sessions(EPOCH + datetime.timedelta(days=first // DAY) - around,
                                          EPOCH + datetime.timedelta(days=last // DAY) + around):
        if hours == "regular" and kind != "regular":
            continue
        local = datetime.datetime.fromtimestamp(a, plain.zone).date()
        rows.append(((day - EPOCH).days, a * NS, b * NS, at_wall(plain.zone, local, 0) * NS))
    db.execute("CREATE TABLE sessions(day BIGINT, opens BIGINT, closes BIGINT, anchor BIGINT)")
    db.executemany("INSERT INTO sessions VALUES (?, ?, ?, ?)", rows)


CANDLE = "arg_min(price, seq), max(price), min(price), arg_max(price, seq), sum(size)::BIGINT, count(*)"


def bars_by_sql(db, entry, hours):
    found = []
    for seconds in INTERVALS.values():
        d = seconds * NS
        if entry == "-":
            query = f"SELECT {d}, t - t % {d} AS o, {CANDLE} FROM ticks GROUP BY o"
        elif d < DAY:
            query = f"""SELECT {d}, greatest(opens, anchor + (t - anchor) // {d} * {d}) AS o, {CANDLE}
                        FROM ticks ASOF JOIN sessions ON t >= opens WHERE t < closes GROUP BY o"""
        else:
            query = f"""WITH days AS (SELECT day // {seconds // 86_400} AS k, min(opens) AS o FROM sessions GROUP BY k)
                        SELECT {d}, days.o AS o, {CANDLE}
                        FROM ticks ASOF JOIN sessions ON t >= opens JOIN days ON days.k = sessions.day // {seconds // 86_400}
                        WHERE t < closes GROUP BY days.o"""
        found += db.execute(query).fetchall()
    return sorted(found)


def compare(probe, what, files, ticks, entry="-", hours="extended", price="trades"):
    db, rows = load(ticks)
    if entry != "-":
        add_sessions(db, entry, hours)
    want = bars_by_sql(db, entry, hours)
    done = subprocess.run([probe, HOURS, entry, hours, price, ",".join(INTERVALS), *files], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"tests/bars: {what}: {done.stderr[-500:]}")
    got = sorted(tuple(map(int, line.split(","))) for line in done.stdout.splitlines())
    good = got == want and len(want) > 0
    print(f"{what}, {entry} {hours}, {price}: {rows} ticks, {len(want)} bars of {len(INTERVALS)} intervals: {'equal' if good else 'DIFFER'}")
    if not good:
        print(f"  ({done.stderr.strip()}) ours {len(got)}")
        ours, theirs = set(got), set(want)
        for label, rest in (("ours alone", ours - theirs), ("SQL alone", theirs - ours)):
            for row in sorted(rest)[:3]:
                print(f"  {label}: {row}")
    return good


def generated(probe, folder, longest_pause_ms):
    """Ticks of every second kind of pause, on edges and in closed hours, over five stretches of days."""
    draw, good = random.Random(11), True
    for kind, symbol, entry, zone, divisor in [("equity/usa", "spy", "Equity-usa-[*]", "America/New_York", 10_000),
                                               ("future/cme", "es", "Future-cme-[*]", "UTC", 1)]:
        files = []
        for start, days in [("20130307", 7), ("20131031", 6), ("20131126", 7), ("20230310", 5), ("20231103", 5)]:
            first = datetime.datetime.strptime(start, "%Y%m%d").date()
            for n in range(days):
                day = first + datetime.timedelta(days=n)
                file = folder / kind / "tick" / symbol / f"{day:%Y%m%d}_trade.zip"
                file.parent.mkdir(parents=True, exist_ok=True)
                lines, ms, price = [], 0, 150 * divisor
                turned = offset_changes(zone, day)
                while True:
                    ms += draw.choice([0, 1, 250, 1000, draw.randrange(1, longest_pause_ms)])
                    if draw.random() < 0.2:
                        ms += -ms % 60_000
                    if ms >= 86_400_000:
                        break
                    if turned and 3_600_000 <= ms < 10_800_000:
                        continue  # what the clock shows twice or never says nothing certain
                    price = max(1, price + draw.randrange(-3, 4) * divisor // (1 if divisor == 1 else 100))
                    lines.append(f"{ms},{price},{draw.randrange(1, 900)},P,0,0")
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
                    z.writestr(f"{day:%Y%m%d}_{symbol}_Trade_Tick.csv", "\n".join(lines) + "\n")
                files.append(file)
        for hours in ("regular", "extended"):
            good &= compare(probe, f"generated {symbol}", files, lean_ticks(files, zone, divisor, "trades"), entry, hours)
    return good


def recorded(probe, whole):
    good, tick, pick = True, DATA / "lean" / "equity" / "usa" / "tick", slice(None) if whole else slice(1)
    for symbol in sorted(p.name for p in tick.iterdir())[pick]:
        for price, kind in (("trades", "trade"), ("bid", "quote"), ("ask", "quote"))[pick]:  # a row of quotes has one side
            files = sorted((tick / symbol).glob(f"*_{kind}.zip"))[pick]
            for hours in ("regular", "extended")[pick] if files else ():
                good &= compare(probe, f"Lean {symbol} {kind}s", files, lean_ticks(files, "America/New_York", 10_000, price),
                                "Equity-usa-[*]", hours, price)
    for symbol in sorted((DATA / "lean" / "cfd" / "oanda" / "tick").iterdir()):
        files = sorted(symbol.glob("*_quote.zip"))[pick]
        for entry in ("Cfd-oanda-XAUUSD", "-")[pick]:
            good &= compare(probe, f"Lean {symbol.name} quotes", files, lean_ticks(files, "UTC", 1, "mid"), entry, "extended", "mid")
    for file in sorted((DATA / "binance_stream").glob("*/*.gz"))[pick]:
        good &= compare(probe, f"{file.parent.name} {file.name}", [file], capture_ticks(file))
    return good


def main():
    probe, whole = sys.argv[1], "--whole" in sys.argv
    there = (DATA / "lean").exists() and (DATA / "binance_stream").exists()
    with tempfile.TemporaryDirectory() as folder:
        good = generated(probe, Path(folder), 120_000 if whole else 900_000)
    for file in sorted((ROOT / "examples" / "data").glob("*.gz")):
        good &= compare(probe, file.name, [file], capture_ticks(file))
    if there:
        good &= recorded(probe, whole)
    else:
        print(f"SKIPPED: no recordings in {DATA}; generated ticks and the bundled captures were compared")
    sys.exit(0 if good and (there or not os.environ.get("CI")) else 1)


if __name__ == "__main__":
    main()
