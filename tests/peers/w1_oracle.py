#!/usr/bin/env python3
"""W1 of bench/peers.md in plain Python: two EMAs of closes decide long or short; every order fills whole at the bar's close.
usage: w1_oracle.py BARS.csv [repeats]     prints the report's keys as JSON, decimals exact. Shares no code with the product."""
import csv
import json
import sys
from decimal import ROUND_HALF_EVEN, Decimal

SIZE, FEE, CASH, UNIT = Decimal("0.1"), Decimal("0.0004"), Decimal(1000000), Decimal("0.00000001")


def plain(d):
    return format(d.normalize(), "f") if d else "0"


def run(closes):
    fast_a, slow_a = 2.0 / 11.0, 2.0 / 21.0  # n = 10 and 20: a = 2 / (n + 1)
    fast = slow = None
    position, entry = Decimal(0), Decimal(0)
    orders = trades = 0
    realised = fees = Decimal(0)
    last = Decimal(0)

    def fill(signed):
        nonlocal position, entry, orders, trades, realised, fees
        orders += 1
        fees += (last * SIZE * FEE).quantize(UNIT, ROUND_HALF_EVEN)
        if position:
            realised += (last - entry) * position
            trades += 1
        else:
            entry = last
        position += signed

    for index, text in enumerate(closes):
        last, c = Decimal(text), float(text)
        fast = c if fast is None else fast_a * c + (1.0 - fast_a) * fast
        slow = c if slow is None else slow_a * c + (1.0 - slow_a) * slow
        if index < 19:
            continue
        want = SIZE if fast >= slow else -SIZE
        if want != position:
            if position:
                fill(want)  # closes: the opposite of what is held
            fill(want)      # opens the other way
    balance = CASH + realised - fees
    return {"messages": len(closes), "orders": orders, "fills": orders, "cancels": 0, "trades": trades, "realised": plain(realised),
            "fees": plain(fees), "balance": plain(balance), "final_equity": plain(balance + (last - entry) * position)}


if __name__ == "__main__":
    with open(sys.argv[1], newline="") as f:
        rows = [row["close"] for row in csv.DictReader(f)]
    print(json.dumps(run(rows * (int(sys.argv[2]) if len(sys.argv) > 2 else 1))))
