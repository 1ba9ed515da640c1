"""The built program as its tests drive it: run to its end, look at what it said, and tell a crash from a refusal."""
import json
import subprocess
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "examples" / "data" / "binance_usdm_btcusdt_60s.gz"

# Exit codes by class of failure (src/app/command.h).
USAGE, CONFIG, DATA, CORRUPTION, RESOURCE, BUSY, NOT_FOUND = range(2, 9)


class Failed(Exception):
    """A check that did not hold; its text is what a person needs to see."""


def check(holds, *said):
    if not holds:
        raise Failed(" ".join(str(s) for s in said))


class Ended:
    """How one run of the program ended."""

    def __init__(self, command, done):
        self.command = " ".join(str(c) for c in command)
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        """The last line of standard output, read exactly."""
        lines = self.out.strip().splitlines()
        check(lines, "printed nothing:", self.told())
        return read_json(lines[-1])

    def told(self):
        return f"{self.command}\nended with {self.code}\n{self.out[-1500:]}{self.err[-1500:]}"

    def good(self):
        check(self.code == 0, self.told())
        return self


def read_json(text):
    return json.loads(text, parse_float=Decimal)


def run(binary, *words, stdin=None, cwd=ROOT, timeout=300, **more):
    """Runs `binary words...` to its end. A sanitizer's finding or an abort comes back as it is: check the code."""
    command = [binary, *words]
    done = subprocess.run([str(c) for c in command], input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace", cwd=cwd, timeout=timeout, **more)
    return Ended(command, done)


def reproducible(report):
    """What of a report does not depend on the machine."""
    return {k: v for k, v in report.items() if k != "run"}


def journal_bytes(folder):
    """Name and bytes of every segment and of the commit mark in a journal's folder."""
    found = {f.name: f.read_bytes() for f in sorted(Path(folder).iterdir()) if f.name.startswith("journal")}
    check("journal.mark" in found and len(found) >= 2, "no journal in", folder, sorted(found))
    return found


def same_journal(one, other):
    """Empty when both folders hold the same journal, else what differs first."""
    a, b = journal_bytes(one), journal_bytes(other)
    if sorted(a) != sorted(b):
        return f"files {sorted(a)} and {sorted(b)}"
    for name in a:
        if a[name] != b[name]:
            at = next((i for i, (x, y) in enumerate(zip(a[name], b[name])) if x != y), min(len(a[name]), len(b[name])))
            return f"{name} differs from byte {at} on ({len(a[name])} and {len(b[name])} bytes)"
    return ""
