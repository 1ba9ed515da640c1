#!/usr/bin/env python3
"""W3 of bench/peers.md on hftbacktest:  pip install hftbacktest==2.4.4;  bench/hftbacktest_w3.py CAPTURE

Prints orders, cancels, fills and the CPU time a row of three runs for each of two queue models: `risk_adverse` is the rule of
docs/touch_model.md (`queue: fifo`), `power` the power-law one. Exchange and local times are both the capture's local stamp, as ours are.
"""
import gzip
import json
import sys
import time

import numpy as np
from hftbacktest import BUY, GTX, LIMIT, BacktestAsset, HashMapMarketDepthBacktest
from hftbacktest.types import (BUY_EVENT, DEPTH_EVENT, DEPTH_SNAPSHOT_EVENT, EXCH_EVENT, LOCAL_EVENT, SELL_EVENT, TRADE_EVENT, event_dtype)
from numba import njit

EVERYWHERE = EXCH_EVENT | LOCAL_EVENT


def rows_of(path):
    """Depth levels, snapshot levels and trades of a capture; diffs wait for the snapshot as they do at the gateway."""
    rows, waiting, synced = [], [], False

    def add(kind, side, stamp, price, quantity):
        rows.append((kind | side | EVERYWHERE, stamp, stamp, float(price), float(quantity), 0, 0, 0.0))

    def add_diff(stamp, diff):
        for side, key in ((BUY_EVENT, "b"), (SELL_EVENT, "a")):
            for price, quantity in diff[key]:
                add(DEPTH_EVENT, side, stamp, price, quantity)

    with gzip.open(path, "rt") as lines:
        for line in lines:
            stamp, text = line.split(" ", 1)
            stamp, message = int(stamp), json.loads(text)
            message = message.get("data", message)
            kind = message.get("e")
            if kind == "depthUpdate" and synced:
                add_diff(stamp, message)
            elif kind == "depthUpdate":
                waiting.append(message)
            elif kind == "trade" and float(message["p"]) > 0:
                add(TRADE_EVENT, SELL_EVENT if message["m"] else BUY_EVENT, stamp, message["p"], message["q"])
            elif "lastUpdateId" in message:
                synced = True
                for side, key in ((BUY_EVENT, "bids"), (SELL_EVENT, "asks")):
                    for price, quantity in message[key]:
                        add(DEPTH_SNAPSHOT_EVENT, side, stamp, price, quantity)
                for diff in waiting:
                    if diff["u"] >= message["lastUpdateId"]:
                        add_diff(stamp, diff)
    return np.array(rows, event_dtype)


@njit
def quote(market, size, limit):
    placed, cancelled = 0, 0
    while market.elapse(10_000_000) == 0:
        market.clear_inactive_orders(0)
        depth = market.depth(0)
        bid, ask = depth.best_bid_tick, depth.best_ask_tick
        if bid <= 0 or ask > 10_000_000 or bid >= ask:
            continue
        bids, asks = False, False
        orders = market.orders(0).values()
        while orders.has_next():
            order = orders.get()
            buys = order.side == BUY
            if order.price_tick == (bid if buys else ask):
                bids, asks = bids or buys, asks or not buys
            elif order.cancellable:
                market.cancel(0, order.order_id, False)
                cancelled += 1
        position = market.position(0)
        if not bids and position < limit - 1e-9:
            placed += 1
            market.submit_buy_order(0, placed, bid * 0.1, size, GTX, LIMIT, False)
        if not asks and position > -limit + 1e-9:
            placed += 1
            market.submit_sell_order(0, placed, ask * 0.1, size, GTX, LIMIT, False)
    return placed, cancelled


def main():
    rows = rows_of(sys.argv[1])
    for queue in ("risk_adverse", "power"):
        for _ in range(3):
            asset = BacktestAsset().data(rows).linear_asset(1.0).constant_order_latency(10_000_000, 10_000_000)
            asset = asset.no_partial_fill_exchange().trading_value_fee_model(0.0002, 0.0004).tick_size(0.1).lot_size(0.001)
            asset = asset.power_prob_queue_model(2.0) if queue == "power" else asset.risk_adverse_queue_model()
            market = HashMapMarketDepthBacktest([asset])
            began = time.process_time()
            placed, cancelled = quote(market, 0.01, 0.05)
            spent = (time.process_time() - began) / len(rows) * 1e9
            end = market.state_values(0)
            print(f"{queue}: {len(rows)} rows, {placed} orders, {cancelled} cancels, {end.num_trades} fills, position {end.position:.3f}, "
                  f"cash {end.balance:.4f}, fees {end.fee:.4f}, {spent:.0f} ns CPU a row")
            market.close()


if __name__ == "__main__":
    main()
