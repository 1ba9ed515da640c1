#!/usr/bin/env python3
"""Every named indicator against TA-Lib, pandas or numpy, on recorded one-minute and daily bars. usage: compare.py INDICATOR_VALUES DATA

Tolerance: 1e-9 of the larger of the reference and the median size of its column. `from`: the first bar compared; 0 where our warm-up is
the reference's own, later where the reference begins otherwise (TA-Lib seeds averages with a plain mean or a bar later) and both have
forgotten their beginnings. Every value must be known from its bar on."""
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import talib

TOLERANCE = 1e-9
LATE = 1500  # bars after which no seed is felt: (1 - 1/26)^1500 is below 1e-25


def ema(x, n):
    return x.ewm(span=n, adjust=False, ignore_na=True).mean().where(x.notna())


def rma(x, n):
    out, seen, average = np.full(len(x), np.nan), 0, 0.0
    for k, v in enumerate(x):
        if np.isnan(v):
            continue
        seen += 1
        average += (v - average) / min(seen, n)
        if seen >= n:
            out[k] = average
    return pd.Series(out)


def rolling(x, n, f):
    return x.rolling(n).apply(f, raw=True)


def wma(x, n):
    w = np.arange(1, n + 1)
    return rolling(x, n, lambda a: (a * w).sum() / w.sum())


def safe(a, b, otherwise):
    with np.errstate(all="ignore"):
        return pd.Series(np.where(np.asarray(b) == 0, otherwise, np.asarray(a) / np.asarray(b)))


def supertrend(b, n, k):
    """TradingView's built-in, line by line."""
    atr, mid = rma(true_range(b), n), (b.high + b.low) / 2
    out, up, lo, trend = np.full(len(b), np.nan), None, None, -1
    for i in range(len(b)):
        if np.isnan(atr[i]):
            continue
        basic_up, basic_lo = mid[i] + k * atr[i], mid[i] - k * atr[i]
        if up is None:
            up, lo = basic_up, basic_lo
        else:
            up = basic_up if basic_up < up or b.close[i - 1] > up else up
            lo = basic_lo if basic_lo > lo or b.close[i - 1] < lo else lo
            if trend < 0:
                trend = 1 if b.close[i] > up else -1
            else:
                trend = -1 if b.close[i] < lo else 1
        out[i] = lo if trend > 0 else up
    return pd.Series(out)


def true_range(b):
    before = b.close.shift().fillna(b.close)
    tr = np.maximum(b.high, before) - np.minimum(b.low, before)
    tr[0] = b.high[0] - b.low[0]
    return tr


def references(b):
    """name or expression: (reference, first bar compared)"""
    o, h, l, c, v = b.open, b.high, b.low, b.close, b.volume
    tp, mid, d = (h + l + c) / 3, (h + l) / 2, c.diff()
    tr = true_range(b)
    s = pd.Series
    line = lambda x, n: x.rolling(n)
    flow = safe((c - l) - (h - c), h - l, 0) * v
    raw = tp * v
    up, down = h.diff(), -l.diff()
    macd = ema(c, 12) - ema(c, 26)
    rsi = s(talib.RSI(c, 14))
    fast = safe(100 * (c - line(l, 14).min()), line(h, 14).max() - line(l, 14).min(), 50)
    middle = lambda n: (line(h, n).max() + line(l, n).min()) / 2
    dev = line(c, 20).std(ddof=0)
    bp = c - np.minimum(l, c.shift().fillna(l))
    ult = lambda n: safe(line(bp, n).sum(), line(tr, n).sum(), 0.5)
    tsi = lambda x: ema(ema(x, 25), 13)
    er = safe((c - c.shift(10)).abs(), line(d.abs(), 10).sum(), 1)
    fall = safe(ema(h - l, 9), ema(ema(h - l, 9), 9), 1)
    ret = c / c.shift() - 1
    return {
        "typical_price()": (s(talib.TYPPRICE(h, l, c)), 0),
        "median_price()": (s(talib.MEDPRICE(h, l)), 0),
        "change(close, 3)": (c - c.shift(3), 0),
        "choose(cross_above(ema(9), ema(21)), 1, 0)": (
            ((ema(c, 9) > ema(c, 21)) & (ema(c, 9).shift() <= ema(c, 21).shift())).astype(float), 0),
        "choose(cross_below(ema(9), ema(21)), 1, 0)": (
            ((ema(c, 9) < ema(c, 21)) & (ema(c, 9).shift() >= ema(c, 21).shift())).astype(float), 0),
        "count(close > open, 10)": (line((c > o).astype(float), 10).sum(), 0),
        "bars_since(close > highest(high, 20)[1])": (since(c > line(h, 20).max().shift()), 0),
        "abs(close - open)": ((c - o).abs(), 0),
        "sign(close - open)": (np.sign(c - o), 0),
        "sqrt(volume)": (np.sqrt(v), 0),
        "floor(close)": (np.floor(c), 0),
        "min(open, close)": (np.minimum(o, c), 0),
        "max(open, close)": (np.maximum(o, c), 0),
        "known(close[5], open)": (c.shift(5).fillna(o), 0),
        "total(volume)": (v.cumsum(), 0),
        "sum(volume, 50)": (line(v, 50).sum(), 0),
        "ema(20)": (ema(c, 20), 0),
        "ema(close, 200)": (s(talib.EMA(c, 200)), 7 * LATE // 2),
        "rma(14)": (rma(c, 14), 0),
        "smooth(close, 0.1)": (s(c.ewm(alpha=0.1, adjust=False).mean()), 1),
        "sma(50)": (s(talib.SMA(c, 50)), 0),
        "wma(30)": (s(talib.WMA(c, 30)), 0),
        "dema(20)": (s(talib.DEMA(c, 20)), LATE),
        "tema(20)": (s(talib.TEMA(c, 20)), LATE),
        "trima(21)": (s(talib.TRIMA(c, 21)), 0),
        "trima(20)": (s(talib.TRIMA(c, 20)), 0),
        "hma(16)": (wma(2 * wma(c, 8) - wma(c, 16), 4), 0),
        "zlema(20)": (ema(2 * c - c.shift(9), 20), 0),
        "efficiency_ratio(10)": (er, 0),
        "kama_share(0.4)": (s(np.full(len(c), (0.4 * (2 / 3 - 2 / 31) + 2 / 31) ** 2)), 0),
        "kama(10)": (s(talib.KAMA(c, 10)), 0),
        "vwma(20)": (line(c * v, 20).sum() / line(v, 20).sum(), 0),
        "vwap(20)": (line(raw, 20).sum() / line(v, 20).sum(), 0),
        "macd()": (macd, 0),
        "macd(close, 12, 26)": (s(talib.MACD(c)[0]), LATE),
        "macd_signal()": (ema(macd, 9), 0),
        "macd_histogram()": (s(talib.MACD(c)[2]), LATE),
        "ppo()": (s(talib.PPO(c, 12, 26, 1)), LATE),
        "roc(10)": (s(talib.ROC(c, 10)), 0),
        "mom(10)": (s(talib.MOM(c, 10)), 0),
        "trix(15)": (s(talib.TRIX(c, 15)), LATE),
        "rsi(14)": (rsi, 0),
        "stoch_rsi()": (safe(100 * (rsi - line(rsi, 14).min()), line(rsi, 14).max() - line(rsi, 14).min(), 50), 0),
        "cmo(14)": (safe(100 * (line(d.clip(lower=0), 14).sum() - line((-d).clip(lower=0), 14).sum()), line(d.abs(), 14).sum(), 0), 0),
        "tsi()": (safe(100 * tsi(d), tsi(d.abs()), 0), 0),
        "stoch_fast()": (fast, 0),
        "stoch_k()": (line(fast, 3).mean(), 0),
        "stoch_d()": (line(line(fast, 3).mean(), 3).mean(), 0),
        "stoch_fast(10)": (s(talib.STOCHF(h, l, c, 10, 1)[0]), 0),
        "williams_r()": (s(talib.WILLR(h, l, c, 14)), 0),
        "cci(20)": (s(talib.CCI(h, l, c, 20)), 0),
        "awesome()": (line(mid, 5).mean() - line(mid, 34).mean(), 0),
        "ultimate()": (100 * (4 * ult(7) + 2 * ult(14) + ult(28)) / 7, 0),
        "ultimate(7, 14, 28)": (s(talib.ULTOSC(h, l, c)), 29),
        "balance_of_power()": (s(talib.BOP(o, h, l, c)), 0),
        "bull_power()": (h - ema(c, 13), 0),
        "bear_power()": (l - ema(c, 13), 0),
        "true_range()": (s(talib.TRANGE(h, l, c)), 1),
        "atr(14)": (s(talib.ATR(h, l, c, 14)), LATE),
        "atr(10)": (rma(tr, 10), 0),
        "natr(14)": (s(talib.NATR(h, l, c, 14)), LATE),
        "up_move()": (up, 0),
        "down_move()": (down, 0),
        "plus_dm()": (s(np.where((up > down) & (up > 0), up, 0.0)), 1),
        "minus_dm()": (s(np.where((down > up) & (down > 0), down, 0.0)), 1),
        "plus_di(14)": (s(talib.PLUS_DI(h, l, c, 14)), LATE),
        "minus_di(14)": (s(talib.MINUS_DI(h, l, c, 14)), LATE),
        "dx(14)": (s(talib.DX(h, l, c, 14)), LATE),
        "adx(14)": (s(talib.ADX(h, l, c, 14)), LATE),
        "adxr(14)": (s(talib.ADXR(h, l, c, 14)), LATE),
        "aroon_up(25)": (s(talib.AROON(h, l, 25)[1]), 0),
        "aroon_down(25)": (s(talib.AROON(h, l, 25)[0]), 0),
        "aroon(25)": (s(talib.AROONOSC(h, l, 25)), 0),
        "vortex_plus()": (line((h - l.shift()).abs(), 14).sum() / line(tr, 14).sum(), 0),
        "vortex_minus()": (line((l - h.shift()).abs(), 14).sum() / line(tr, 14).sum(), 0),
        "mass_index()": (line(fall, 25).sum(), 0),
        "psar()": (s(talib.SAR(h, l, 0.02, 0.2)), 0),
        "psar(0.03, 0.1)": (s(talib.SAR(h, l, 0.03, 0.1)), 0),
        "supertrend()": (supertrend(b, 10, 3), 0),
        "supertrend_of(atr(7), 2)": (supertrend(b, 7, 2), 0),
        "ichimoku_conversion()": (middle(9), 0),
        "ichimoku_base()": (middle(26), 0),
        "ichimoku_span_a()": (((middle(9) + middle(26)) / 2).shift(26), 0),
        "ichimoku_span_b()": (middle(52).shift(26), 0),
        "bollinger_middle()": (s(talib.BBANDS(c, 20)[1]), 0),
        "bollinger_upper()": (line(c, 20).mean() + 2 * spread(c, 20), 0),
        "bollinger_lower()": (line(c, 20).mean() - 2 * spread(c, 20), 0),
        "bollinger_width()": (400 * spread(c, 20) / line(c, 20).mean(), 0),
        "percent_b()": (safe(c - line(c, 20).mean() + 2 * spread(c, 20), 4 * spread(c, 20), 0.5), 0),
        "keltner_middle()": (ema(c, 20), 0),
        "keltner_upper()": (ema(c, 20) + 2 * rma(tr, 10), 0),
        "keltner_lower()": (ema(c, 20) - 2 * rma(tr, 10), 0),
        "donchian_upper()": (line(h, 20).max(), 0),
        "donchian_lower()": (line(l, 20).min(), 0),
        "donchian_middle()": (middle(20), 0),
        "obv()": (s(talib.OBV(c, v)), 0),
        "money_flow()": (flow, 0),
        "ad()": (s(talib.AD(h, l, c, v)), 0),
        "adosc()": (s(talib.ADOSC(h, l, c, v)), 9),
        "cmf()": (line(flow, 20).sum() / line(v, 20).sum(), 0),
        "mfi()": (s(talib.MFI(h, l, c, v, 14)), 0),
        "force_index()": (ema(d * v, 13), 0),
        "variance(20)": (spread(c, 20) ** 2, 0),
        "stddev(20)": (spread(c, 20), 0),
        "sample_stddev(20)": (spread(c, 20) * np.sqrt(20 / 19), 0),
        "zscore(20)": (safe(c - line(c, 20).mean(), spread(c, 20), 0), 0),
        "median(21)": (line(c, 21).median(), 0),
        "percentile(close, 30, 40)": (line(c, 40).quantile(0.3), 0),
        "quantile(close, 0.9, 25)": (line(c, 25).quantile(0.9), 0),
        "percent_rank(30)": (line(c, 30).rank(method="max", pct=True), 0),
        "mean_deviation(20)": (rolling(c, 20, lambda a: np.abs(a - a.mean()).mean()), 0),
        "highest(20)": (s(talib.MAX(h, 20)), 0),
        "lowest(20)": (s(talib.MIN(l, 20)), 0),
        "since_highest(20)": (rolling(h, 20, lambda a: np.argmax(a[::-1])), 0),
        "since_lowest(20)": (rolling(l, 20, lambda a: np.argmin(a[::-1])), 0),
        "covariance(close, volume, 30)": (pair(c, v, 30, lambda x, y: np.cov(x, y, ddof=0)[0, 1]), 0),
        "correlation(high, low, 30)": (pair(h, l, 30, lambda x, y: np.corrcoef(x, y)[0, 1]), 0),
        "beta(close, open, 30)": (pair(c, o, 30, lambda x, y: np.polyfit(y - y.mean(), x - x.mean(), 1)[0]), 0),
        "slope(20)": (rolling(c, 20, lambda a: np.polyfit(np.arange(20.0) - 9.5, a - a.mean(), 1)[0]), 0),
        "slope(close, 14)": (s(talib.LINEARREG_SLOPE(c, 14)), 0),
        "linreg(14)": (s(talib.LINEARREG(c, 14)), 0),
        "linreg_error(20)": (rolling(c, 20, residual), 0),
        "return(close, 2)": (c / c.shift(2) - 1, 0),
        "volatility()": (rolling(ret, 20, lambda a: np.sqrt(((a - a.mean()) ** 2).mean())), 0),
        "choose(close > open, high, low)": (s(np.where(c > o, h, l)), 0),
        "ratio(close - open, high - low, 7)": (safe(c - o, h - l, 7), 0),
        "ema(rsi(14), 5)": (ema(rsi, 5), 0),
    }


def spread(x, n):
    return rolling(x, n, lambda a: np.sqrt(((a - a.mean()) ** 2).mean()))


def residual(a):
    x = np.arange(len(a)) - (len(a) - 1) / 2
    y = a - a.mean()
    return np.sqrt(((y - x * (x @ y) / (x @ x)) ** 2).mean())


def since(truth):
    out, last = np.full(len(truth), np.nan), None
    for k, t in enumerate(truth):
        last = 0 if t else None if last is None else last + 1
        out[k] = np.nan if last is None else last
    return pd.Series(out)


def pair(x, y, n, f):
    out = np.full(len(x), np.nan)
    for k in range(n - 1, len(x)):
        out[k] = f(x.values[k - n + 1:k + 1], y.values[k - n + 1:k + 1])
    return pd.Series(out)


def one_minute(data):
    return pd.read_csv(data / "nautilus" / "btc_perp_1m.csv", nrows=6000)[["open", "high", "low", "close", "volume"]]


def daily(data):
    with zipfile.ZipFile(data / "lean" / "equity" / "usa" / "daily" / "ibm.zip") as z:
        b = pd.read_csv(z.open(z.namelist()[0]), header=None).iloc[:, 1:6]
    b.columns = ["open", "high", "low", "close", "volume"]
    return (b / [10_000, 10_000, 10_000, 10_000, 1]).iloc[:6000]


def ours(program, bars, expressions, folder):
    path = Path(folder) / "bars.csv"
    bars.map(lambda x: format(x, ".8f")).to_csv(path, header=False, index=False)
    done = subprocess.run([program, path, *expressions], capture_output=True)
    if done.returncode != 0:
        sys.exit(done.stderr.decode())
    return np.frombuffer(done.stdout).reshape(len(bars), len(expressions))


def difference(mine, reference, start):
    """The worst difference over its tolerance, and where; None where nothing could be compared."""
    reference = np.asarray(reference, dtype=float)
    known = ~np.isnan(reference)
    known[:start] = False
    if known.sum() < 500:
        return None
    scale = np.maximum(np.abs(reference), np.median(np.abs(reference[known])))
    apart = np.abs(mine - reference) / np.where(scale == 0, 1, scale)
    apart = np.where(known, np.where(np.isnan(apart), np.inf, apart), 0)
    k = int(apart.argmax())
    return apart[k], k


def check(name, program, bars, folder):
    table = references(bars)
    values = ours(program, bars, list(table), folder)
    wrong, worst = [], 0.0
    for i, (expression, (reference, start)) in enumerate(table.items()):
        found = difference(values[:, i], reference, start)
        if found is None:
            wrong.append(f"{expression}: nothing to compare")
        elif found[0] > TOLERANCE:
            wrong.append(f"{expression}: bar {found[1]}: ours {values[found[1], i]!r}, reference {np.asarray(reference)[found[1]]!r}, {found[0]:.1e} apart")
        else:
            worst = max(worst, found[0])
    print(f"{name}, {len(bars)} bars: {len(table) - len(wrong)} of {len(table)} expressions equal, worst {worst:.1e}")
    return wrong


def uncompared():
    """Names of the catalogue no expression above mentions."""
    text = (Path(__file__).resolve().parents[3] / "src/domain/indicators/definitions.cpp").read_text()
    names = re.findall(r'^    \{"([a-z_]+)", "', text, re.MULTILINE)
    told = re.findall(r"[a-z_]+", " ".join(references(pd.DataFrame(np.random.default_rng(1).random((600, 5)) + 1,
                                                                   columns=["open", "high", "low", "close", "volume"]))))
    return [n for n in names if n not in told]


def main():
    program, data = sys.argv[1], Path(sys.argv[2])
    wrong = [f"{n}: has no reference" for n in uncompared()]
    with tempfile.TemporaryDirectory() as folder:
        for name, bars in (("one-minute bars", one_minute(data)), ("daily bars", daily(data))):
            wrong += [f"{name}: {w}" for w in check(name, program, bars, folder)]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
