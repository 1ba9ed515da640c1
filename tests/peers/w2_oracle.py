#!/usr/bin/env python3
"""W2 of bench/peers.md in plain Python: every 100th tick a limit order is taken back and laid anew; a touched order fills whole.
usage: w2_oracle.py CAPTURE.gz trades|quotes     prints the report's keys as JSON, decimals exact. Shares no code with the product.
Fees and values are booked half even to 1e-8; realised P&L takes lots first in, first out, partial closes their floor share."""
import gzip
import json
import sys
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

SIZE, FEE, CASH = Decimal("0.001"), Decimal("0.0002"), Decimal(1000000)
OFFSET, TICK, UNIT, EVERY = Decimal("0.5"), Decimal("0.1"), Decimal("0.00000001"), 100


def plain(d):
    return format(d.normalize(), "f") if d else "0"


class Book:
    """FIFO lots of one linear instrument."""

    def __init__(self):
        self.lots, self.fills, self.trades = [], 0, 0
        self.realised = self.fees = self.cash_flow = Decimal(0)

    def fill(self, sign, price, size):
        value = (price * size).quantize(UNIT, ROUND_HALF_EVEN)
        self.fills += 1
        self.fees += (value * FEE).quantize(UNIT, ROUND_HALF_EVEN)
        self.cash_flow -= sign * value
        while size and self.lots and self.lots[0][0] == -sign:
            side, held, cost = self.lots[0]
            part = min(size, held)
            out = cost if part == held else (cost * part / held).quantize(UNIT, ROUND_FLOOR)
            got = value if part == size else (value * part / size).quantize(UNIT, ROUND_FLOOR)
            self.realised += (got - out) * side
            size, value = size - part, value - got
            self.lots[0] = (side, held - part, cost - out)
            if held == part:
                self.lots.pop(0)
                self.trades += not self.lots
        if size:
            self.lots.append((sign, size, value))

    def position(self):
        return sum((s * q for s, q, _ in self.lots), Decimal(0))

    def unrealised(self, mark):
        return sum((s * (mark * q - c) for s, q, c in self.lots), Decimal(0))


def ticks(path, mode):
    """(bid, ask, reference below, reference above, last trade) after each tick of the mode; None as bid for ticks of the other kind."""
    bid = ask = Decimal(0)
    with gzip.open(path, "rt") as lines:
        for line in lines:
            data = json.loads(line[line.index(" ") + 1:])
            d = data.get("data", data)
            if d.get("e") == "trade":
                p = Decimal(d["p"])
                if mode == "trades":
                    bid, ask = (p, max(ask, p)) if d["m"] else (min(bid, p), p)
                yield ("trades", bid, ask, p, p)
            elif "a" in d and "A" in d:
                if mode == "quotes":
                    bid, ask = Decimal(d["b"]), Decimal(d["a"])
                yield ("quotes", bid, ask, bid, ask)
            else:
                yield ("other", bid, ask, bid, ask)


def run(path, mode):
    book, order, last = Book(), None, Decimal(0)
    messages = count = orders = cancels = turn = 0
    for kind, bid, ask, below, above in ticks(path, mode):
        messages += 1
        if kind == "trades":
            last = below
        if kind != mode:
            continue
        count += 1
        if order and (ask <= order[1] if order[0] > 0 else bid >= order[1]):
            book.fill(order[0], order[1], SIZE)
            order = None
        if count % EVERY == 0:
            turn += 1
            orders += 1
            cancels += order is not None
            sign = 1 if turn % 2 else -1
            price = below - OFFSET if sign > 0 else above + OFFSET
            order = (sign, (price / TICK).quantize(Decimal(1), ROUND_HALF_UP) * TICK)
    balance = CASH + book.realised - book.fees
    return {"messages": messages, "orders": orders, "fills": book.fills, "cancels": cancels, "trades": book.trades,
            "realised": plain(book.realised), "fees": plain(book.fees), "balance": plain(balance),
            "final_equity": plain(balance + book.unrealised(last)), "cash_flow": plain(book.cash_flow - book.fees), "position": plain(book.position())}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2])))
