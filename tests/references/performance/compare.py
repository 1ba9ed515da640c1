"""compare.py BINARY DATA: domain/statistics against numpy and pandas: daily closes of recorded shares with 252 trading days a year, and
generated curves of even and uneven spacing with a 365-day year and by UTC day. Every figure to 1e-9 relative."""
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

binary, data = sys.argv[1], Path(sys.argv[2])
YEAR = 365 * 86_400 * 10**9
checked = 0


def ours(curve, *periods):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.writelines(f"{t},{e}\n" for t, e in zip(curve.index, curve))
        f.flush()
        out = subprocess.run([binary, f.name, *map(str, periods)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: float(value) for name, value in map(str.split, out.splitlines())}


def theirs(curve, a_year):
    """curve: a Series of equity by nanosecond."""
    r = curve.pct_change().dropna()
    top = curve.cummax()
    fall = 1 - curve / top
    trough = fall.idxmax() if fall.max() > 0 else 0
    peak = curve.loc[:trough].idxmax() if fall.max() > 0 else 0
    below = (curve < top).to_numpy()
    time = curve.index.to_numpy()
    gaps = np.diff(time)
    spells, start = [0], None
    for n in range(1, len(curve)):
        if below[n] and start is None:
            start = last_top(curve, n)
        if start is not None and (not below[n] or n == len(curve) - 1):
            spells.append(time[n] - start)
            start = None
    growth = np.exp(np.log(curve.iloc[-1] / curve.iloc[0]) * a_year / len(r)) - 1
    downside = np.sqrt(np.mean(np.minimum(r, 0) ** 2))
    worst = fall.max()
    return {"returns": len(r), "periods_per_year": a_year, "mean": r.mean(), "deviation": r.std(ddof=1), "annual_return": growth,
            "annual_volatility": r.std(ddof=1) * np.sqrt(a_year), "sharpe": r.mean() / r.std(ddof=1) * np.sqrt(a_year),
            "sortino": r.mean() / downside * np.sqrt(a_year), "calmar": growth / worst, "max_drawdown": worst,
            "time_under_water": gaps[below[:-1]].sum() / gaps.sum(), "longest_under_water": max(spells), "peak": float(peak),
            "trough": float(trough)}


def last_top(curve, n):
    """When the peak before n was last stood at."""
    past = curve.iloc[:n]
    return past.index[np.flatnonzero(past.to_numpy() == past.max())[-1]]


def same(name, got, want):
    global checked
    for key, value in want.items():
        if not np.isclose(got[key], value, rtol=1e-9, atol=0):
            sys.exit(f"{name}: {key}: ours {got[key]!r}, numpy {value!r}")
        checked += 1


def closes(symbol):
    archive = zipfile.ZipFile(data / "lean/equity/usa/daily" / f"{symbol}.zip")
    rows = [row.split(",") for row in archive.read(archive.namelist()[0]).decode().splitlines()]
    days = pd.to_datetime([r[0][:8] for r in rows]).astype("datetime64[ns]").astype(np.int64)
    return pd.Series([int(r[4]) for r in rows], index=days)


for symbol in ("spy", "aapl", "ibm", "bac"):
    curve = closes(symbol)
    same(symbol, ours(curve, 252), theirs(curve, 252))
random = np.random.default_rng(7)
for n in range(20):
    steps = random.integers(1, 10**10, 4000) if n % 2 else np.full(4000, 3600 * 10**9)
    equity = (10**12 * np.cumprod(1 + random.normal(0.00001, 0.001, 4000))).astype(np.int64)
    curve = pd.Series(equity, index=np.cumsum(steps) + 1_700_000_000 * 10**9)
    spacing = (curve.index[-1] - curve.index[0]) / (len(curve) - 1)
    same(f"curve {n}", ours(curve, "spacing"), theirs(curve, YEAR / spacing))
    if n % 2 == 0:
        by_day = curve.groupby(curve.index // (86_400 * 10**9)).tail(1)
        same(f"curve {n} by day", ours(curve, "days", 252), theirs(by_day, 252))
print(f"performance: {checked} figures equal to 1e-9")
