"""Captures and bar files with one thing wrong each, made from the bundled sample."""
import gzip
import json
import re

from program import SAMPLE


def sample_lines(count):
    with gzip.open(SAMPLE, "rt") as lines:
        return [line.rstrip("\n") for _, line in zip(range(count), lines)]


def write_gzip(path, lines):
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    return path


def first_of(lines, mark, after=0):
    return next(i for i in range(after, len(lines)) if mark in lines[i])


class Captures:
    """`line`: the 1-based line of the one fault; `says`: what its report must name."""

    def __init__(self, folder):
        self.folder, self.lines = folder, sample_lines(3000)
        self.trade = first_of(self.lines, '"e":"trade"', 200)
        self.depth = first_of(self.lines, '"e":"depthUpdate"', 200)

    def changed(self, name, at, change):
        lines = list(self.lines)
        lines[at] = change(lines[at])
        return write_gzip(self.folder / f"{name}.gz", lines), at + 1

    def single_faults(self):
        """(name, path, line, fault, words)"""
        price = lambda to: lambda line: re.sub(r'"p":"[^"]*"', f'"p":"{to}"', line)
        quantity = lambda to: lambda line: re.sub(r'"q":"[^"]*"', f'"q":"{to}"', line)
        cases = [
            ("malformed", self.trade, lambda line: line[:-9], "malformed", ["JSON"]),
            ("no receive time", self.trade, lambda line: "x" + line, "malformed", ["receive time"]),
            ("missing field", self.trade, lambda line: line.replace('"p":', '"z":'), "malformed", ["p", "missing"]),
            ("doubled field", self.trade, lambda line: line.replace('"q":', '"p":"1","q":'), "malformed", ["p", "twice"]),
            ("unknown event", self.trade, lambda line: line.replace('"e":"trade"', '"e":"trad"'), "malformed", ["trad", "not known"]),
            ("unknown symbol", self.trade, lambda line: line.replace("BTCUSDT", "DOGEUSDT"), "unknown_symbol", ["DOGEUSDT"]),
            ("NaN", self.trade, price("NaN"), "bad_value", ["p", "NaN"]),
            ("bare NaN", self.trade, lambda line: re.sub(r'"p":"[^"]*"', '"p":NaN', line), "malformed", ["p"]),
            ("negative price", self.trade, price("-61800.30"), "bad_value", ["p", "-61800.30"]),
            ("negative quantity", self.trade, quantity("-1"), "bad_value", ["q", "-1"]),
            ("zero quantity", self.trade, quantity("0"), "bad_value", ["q"]),
            ("off tick", self.trade, price("61800.35"), "bad_value", ["p", "61800.35", "tick"]),
            ("level off tick", self.depth, lambda line: re.sub(r'"b":\[\["[0-9.]+"', '"b":[["61800.123"', line), "bad_value", ["61800.123", "tick"]),
            ("too many digits", self.trade, price("1" * 40), "bad_value", ["p"]),
            ("out of order", self.trade, lambda line: str(int(line.split(" ")[0]) - 10**9) + " " + line.split(" ", 1)[1], "out_of_order",
             ["receive time"]),
            ("bytes that are no text", self.trade, lambda line: line.replace('"X"', '"\x01\x7f"')[:-1] + "\x02", "malformed", []),
        ]
        for name, at, change, fault, words in cases:
            path, line = self.changed(name.replace(" ", "-"), at, change)
            yield name, path, line, fault, words

    def truncated(self):
        path = self.folder / "truncated.gz"
        whole = gzip.compress(("\n".join(self.lines) + "\n").encode(), mtime=0)
        path.write_bytes(whole[: len(whole) * 2 // 3])
        return path

    def broken_gzip(self):
        path = self.folder / "broken.gz"
        whole = bytearray(SAMPLE.read_bytes())
        for i in range(len(whole) // 2, len(whole) // 2 + 64):
            whole[i] ^= 0xFF
        path.write_bytes(bytes(whole))
        return path

    def wrong_checksum(self):
        path = self.folder / "checksum.gz"
        whole = bytearray(gzip.compress(("\n".join(self.lines) + "\n").encode(), mtime=0))
        whole[-6] ^= 0x40
        path.write_bytes(bytes(whole))
        return path

    def not_gzip(self):
        path = self.folder / "plain.gz"
        path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        return path

    def doubled(self):
        lines = list(self.lines)
        lines.insert(self.trade + 1, lines[self.trade])
        return write_gzip(self.folder / "doubled.gz", lines)

    def gapped(self):
        """A depth difference after the snapshot is missing: the update ids do not join."""
        snapshot = first_of(self.lines, "lastUpdateId")
        at = first_of(self.lines, '"e":"depthUpdate"', first_of(self.lines, '"e":"depthUpdate"', snapshot + 500) + 1)
        return write_gzip(self.folder / "gapped.gz", self.lines[:at] + self.lines[at + 1:])

    def empty(self):
        path = self.folder / "empty.gz"
        path.write_bytes(gzip.compress(b"", mtime=0))
        return path


def bars(folder, name, header="timestamp,open,high,low,close,volume", rows=None):
    rows = rows or [f"{1_700_000_000 + 60 * i},100,101,99,100.5,3" for i in range(30)]
    path = folder / f"{name}.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def bad_rows():
    """(name, row at line 12, fault, words)"""
    good = 1_700_000_000 + 600
    return [
        ("bar NaN", f"{good},nan,101,99,100.5,3", "bad_value", ["open", "nan"]),
        ("bar negative", f"{good},100,101,-99,100.5,3", "bad_value", ["low", "-99"]),
        ("bar off tick", f"{good},100,101,99,100.55,3", "bad_value", ["close", "100.55"]),
        ("bar high below low", f"{good},100,98,99,100.5,3", "bad_value", ["high"]),
        ("bar negative volume", f"{good},100,101,99,100.5,-3", "bad_value", ["volume", "-3"]),
        ("bar out of order", f"{good - 6000},100,101,99,100.5,3", "out_of_order", ["timestamp"]),
        ("bar doubled", f"{good - 60},100,101,99,100.5,3", "out_of_order", ["timestamp"]),
        ("bar short", f"{good},100,101", "malformed", ["3 columns"]),
        ("bar time", "yesterday,100,101,99,100.5,3", "malformed", ["timestamp", "yesterday"]),
    ]


def place(name, **other):
    """The line of an order far from the market; `other` terms replace its own."""
    terms = {"account": 1, "instrument": 1, "side": "buy", "type": "limit", "tif": "gtc", "quantity": "0.010", "limit": "61000"}
    return json.dumps({"PlaceOrder": {"id": name, "terms": {**terms, **other}}})


def commands():
    """(line, words its error or answer must hold)"""
    return [
        ("not json", ["not a JSON value"]),
        ("[]", ["PlaceOrder"]),
        ('{"PlaceOrde": {}}', ["PlaceOrder"]),
        ('{"PlaceOrder": {"id": "b1", "id": "b2"}}', ["id"]),
        ('{"PlaceOrder": {"id": "b3", "term": {}}}', ["term", "terms"]),
        ('{"PlaceOrder": ' * 40, ["deep"]),
        (place("b4", limit=None).replace("null", "NaN"), ["JSON"]),
        (place("b5", limit="NaN"), ["terms.limit", "NaN"]),
        (place("b6", quantity="1e400"), ["terms.quantity"]),
        (place("b7", side="purchase"), ["terms.side", "buy|sell"]),
        (place("b" * 60), ["id"]),
        (place("n1", quantity="-0.010"), ["n1", "order_bad_quantity"]),
        (place("n2", limit="61000.05"), ["n2", "risk_tick"]),
        (place("n3", quantity="0.0105"), ["n3", "risk_lot"]),
        (place("n4", instrument=9), ["n4", "order_unknown_instrument"]),
        (place("n5", account=9), ["n5", "order_unknown_account"]),
        (place("n6", venue=9), ["n6", "order_unknown_venue"]),
        (place("n7", limit="-61000"), ["n7", "order_bad_price"]),
        (place("n8", quantity="50000"), ["n8", "order_value_per_account"]),
        (place("n9"), ["n9", "true"]),
        (place("n9", quantity="0.011"), ["n9", "order_duplicate_id"]),
    ]
