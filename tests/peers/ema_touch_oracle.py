#!/usr/bin/env python3
"""EMA 9/21 on 1 s bars of a raw capture under the touch model, slowly and in exact decimals. Shares no code with the product.
usage: ema_touch_oracle.py CAPTURE.gz usdm|spot|cm     prints the report's keys as JSON.

Bars hold the trades whose local time lies in the second; a bar exists only if it has a trade (gaps: skip) and is decided on at the
instant its second ends, so never when the feed ends before. From the 21st bar on: fast >= slow is long, else short (spot: flat).
A change closes with one market order, then opens with another. Each fills whole at the best ask (buy) or bid (sell) of the last
bookTicker line received before that instant, and pays the taker fee. Values and fees are booked half even to 1e-8.
An inverse contract (cm) is worth contracts x 100 / price in coin."""
import gzip
import json
import sys
from decimal import ROUND_HALF_EVEN, Decimal, getcontext

getcontext().prec = 60
SECOND, UNIT, FINE = 1_000_000_000, Decimal("1e-8"), Decimal("1e-16")
MARKETS = {  # size, taker fee, cash, sides
    "usdm": (Decimal("0.01"), Decimal("0.0004"), Decimal(1000000), (1, -1)),
    "spot": (Decimal("0.01"), Decimal("0.001"), Decimal(1000000), (1, 0)),
    "cm": (Decimal(10), Decimal("0.0005"), Decimal(10), (1, -1)),
}


def plain(d):
    return format(d.normalize(), "f") if d else "0"


def booked(d):
    return d.quantize(UNIT, ROUND_HALF_EVEN)


class Account:
    def __init__(self, market):
        self.market = market
        self.size, self.rate, self.cash, self.sides = MARKETS[market]
        self.side, self.cost = 0, Decimal(0)
        self.fills, self.realised, self.fees, self.trades = 0, Decimal(0), Decimal(0), 0
        self.tape = []

    def value(self, price):
        exact = self.size * 100 / price if self.market == "cm" else self.size * price
        return exact.quantize(FINE, ROUND_HALF_EVEN)

    def gain(self, side, entry, now):
        """Of a position on `side` bought into at value `entry`, worth `now`; coin values fall as the price rises."""
        return side * (entry - now if self.market == "cm" else now - entry)

    def order(self, sign, bid, ask, now):
        price = ask if sign > 0 else bid
        exact = self.value(price)
        value = booked(exact)
        fee = booked((exact * self.rate).quantize(FINE, ROUND_HALF_EVEN))
        self.fills += 1
        self.fees += fee
        self.tape.append((now, sign, plain(price), plain(fee)))
        if self.side:
            self.realised += self.gain(self.side, self.cost, value)
            self.trades += 1
            self.side = 0
        else:
            self.side, self.cost = sign, value

    def turn(self, want, bid, ask, now):
        if want == self.side:
            return
        if self.side:
            self.order(-self.side, bid, ask, now)
        if want:
            self.order(want, bid, ask, now)


def run(path, market):
    account = Account(market)
    long_side, short_side = account.sides
    bid = ask = last = Decimal(0)
    fast = slow = 0.0
    bars = messages = 0
    second, close = None, None  # the bar being built
    with gzip.open(path, "rt") as lines:
        for line in lines:
            stamp, text = line.split(" ", 1)
            messages += 1
            now = int(stamp)
            if second is not None and now >= (second + 1) * SECOND:
                c = float(close)
                fast = c if bars == 0 else (2.0 / 10.0) * c + (1.0 - 2.0 / 10.0) * fast
                slow = c if bars == 0 else (2.0 / 22.0) * c + (1.0 - 2.0 / 22.0) * slow
                bars += 1
                if bars > 20:
                    account.turn(long_side if fast >= slow else short_side, bid, ask, (second + 1) * SECOND)
                second = None
            message = json.loads(text)
            d = message.get("data", message)
            if d.get("e") == "trade":
                second, close, last = now // SECOND, d["p"], Decimal(d["p"])
            elif "b" in d and "B" in d and "A" in d:
                bid, ask = Decimal(d["b"]), Decimal(d["a"])
    balance = account.cash + account.realised - account.fees
    open_gain = account.gain(account.side, account.cost, account.value(last)) if account.side else Decimal(0)
    if "--tape" in sys.argv:
        for row in account.tape:
            print(*row, file=sys.stderr)
    return {"messages": messages, "bars": bars, "orders": account.fills, "fills": account.fills, "cancels": 0, "trades": account.trades,
            "realised": plain(account.realised), "fees": plain(account.fees), "balance": plain(balance),
            "unrealised": plain(open_gain), "final_equity": plain(balance + open_gain), "position": plain(account.side * account.size)}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2])))
