"""A client of `trade up --commands -` that never forgets: what it sent, what was answered, and whether an answer ever changed."""
import gzip
import json
import re
import subprocess
import threading
from decimal import Decimal

from program import ROOT, SAMPLE, check, read_json


def middle_price():
    """A price within the recording: that of its first trade."""
    with gzip.open(SAMPLE, "rt") as lines:
        for line in lines:
            found = re.search(r'"e":"trade".*?"p":"([0-9.]+)"', line)
            if found:
                return Decimal(found.group(1))
    raise ValueError("the recording holds no trade")


class Client:
    """Commands under own ids for two accounts, and the answers to them."""

    def __init__(self, rng, price):
        self.rng, self.price = rng, price
        self.sent = {}      # id -> line
        self.answers = {}   # id -> answer as printed
        self.placed = []    # (account, id) of orders
        self.heard_in_life = set()
        self.repeats = 0
        self.wrong = []
        self.lock = threading.Lock()

    def heard(self, line):
        said = json.loads(line)
        if "CommandAnswered" not in said:
            if "error" in said and not said["error"]["what"].startswith("busy"):
                self.wrong.append(f"refused a good line: {line}")
            return
        with self.lock:
            name = said["CommandAnswered"]["id"]
            self.repeats += name in self.answers
            before = self.answers.setdefault(name, line)
            self.heard_in_life.add(name)
            if before != line:
                self.wrong.append(f"{name} was answered {before}, then {line}")
            if name not in self.sent:
                self.wrong.append(f"answers an id nobody sent: {line}")

    def unanswered(self):
        with self.lock:
            return [name for name in self.sent if name not in self.answers]

    def next_command(self):
        """The line of a new command."""
        name = f"c{len(self.sent) + 1}"
        kind = self.rng.choices(["place", "cancel", "replace"], [6, 3, 2])[0] if self.placed else "place"
        account, target = self.rng.choice(self.placed[-12:]) if self.placed else (3, name)
        if kind == "place":
            account = self.rng.choice([3, 4])
            body = {"PlaceOrder": {"id": name, "terms": self.terms(account)}}
            self.placed.append((account, name))
        elif kind == "cancel":
            body = {"CancelOrder": {"id": name, "account": account, "target": target}}
        else:
            body = {"ReplaceOrder": {"id": name, "account": account, "target": target, "quantity": self.quantity(), "limit": self.limit(300)}}
        with self.lock:
            self.sent[name] = json.dumps(body)
        return self.sent[name]

    def quantity(self):
        return f"0.{self.rng.randint(1, 40):03d}"

    def limit(self, reach):
        return str(self.price + Decimal(self.rng.randint(-reach, reach)) / 10)

    def terms(self, account):
        terms = {"account": account, "instrument": 1, "side": self.rng.choice(["buy", "sell"]), "quantity": self.quantity()}
        kind = self.rng.choices(["near", "far", "market", "stop"], [5, 3, 3, 1])[0]
        if kind == "near":
            return terms | {"type": "limit", "tif": self.rng.choice(["gtc", "day", "ioc", "fok"]), "limit": self.limit(60)}
        if kind == "far":
            away = -3000 if terms["side"] == "buy" else 3000
            return terms | {"type": "limit", "tif": "gtc", "limit": str(self.price + Decimal(away + self.rng.randint(-900, 900)) / 10)}
        if kind == "market":
            return terms | {"type": "market", "tif": "ioc", "venue": self.rng.choice([0, 1, 2])}
        return terms | {"type": "stop", "tif": "gtc", "stop": self.limit(100)}


class Life:
    """One process of `trade up` on a data folder, from its start to its death."""

    def __init__(self, binary, folder, config, client, pace, *more):
        self.client, self.last_line = client, ""
        if client is not None:
            client.heard_in_life = set()
        words = [binary, "up", "--config", config, "--data-dir", folder, "--pace", pace, "--json", "--snapshot-every", "100ms", *more]
        if client is not None:
            words += ["--commands", "-"]
        self.errors = open(f"{folder}.err", "w+", encoding="utf-8")
        self.process = subprocess.Popen([str(w) for w in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        cwd=ROOT)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.last_line = line
            if self.client is not None and line.startswith(('{"CommandAnswered"', '{"error"')):
                self.client.heard(line)

    def send(self, line):
        """False when the process is gone."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            return True
        except (BrokenPipeError, ValueError):
            return False

    def ended_within(self, seconds):
        try:
            self.process.wait(max(seconds, 0))
            return True
        except subprocess.TimeoutExpired:
            return False

    def kill(self):
        """Takes the process away. True when it had ended by itself before."""
        before = self.process.poll() is not None
        if not before:
            self.process.kill()
        self.over()
        if before:
            check(self.process.returncode == 0, "ended by itself with", self.process.returncode, self.said())
        return before

    def over(self):
        self.process.wait(120)
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.reader.join()
        self.process.stdout.close()

    def end_orderly(self):
        """SIGTERM, then the report it prints."""
        self.process.terminate()
        return self.report()

    def report(self):
        self.over()
        check(self.process.returncode == 0, "ended with", self.process.returncode, self.said())
        return read_json(self.last_line)

    def said(self):
        self.errors.seek(0)
        return self.errors.read()[-2000:]
