"""The runs in flight, and the cordon that keeps new ones from starting: docs/protocol.md, steps 2 to 4."""

import threading
import time
import uuid

MAX_IDS, MAX_PENDING, MAX_WAIT_S = 1000, 100, 25
MAX_LEASES, MAX_UP_S, REST_S = 1000, 3600, 60


class Refused(Exception):
    """What was asked for may not begin now."""


class Runs:
    """One lock for the runs and the cordon, so that no raise fits between the door and the count."""

    def __init__(self):
        self.changed = threading.Condition()
        self.in_flight, self.leases, self.released = set(), {}, {}  # leases: holder -> (id, end); released: id -> when
        self.up_since = self.up_until = -MAX_UP_S
        self.pending, self.closing = 0, False

    def begin(self, run):
        with self.changed:
            left = self.up_until - time.monotonic()
            if left > 0 or self.closing:
                raise Refused(max(1, min(30, -int(-left // 1))))
            self.in_flight.add(run)

    def end(self, run):
        with self.changed:
            self.in_flight.discard(run)
            self.changed.notify_all()

    def close(self):
        with self.changed:
            self.closing = True
            self.changed.notify_all()

    def count(self):
        with self.changed:
            return {"count": len(self.in_flight), "ids": sorted(self.in_flight, key=utf16)[:MAX_IDS]}

    def wait_until_quiet(self, seconds, has_left):
        """Whether the request was, or might have been, kept pending: not once too many are, or the server closes."""
        until = time.monotonic() + seconds
        with self.changed:
            if self.closing or self.pending >= MAX_PENDING:
                return False
            self.pending += 1
            while self.in_flight and not self.closing and time.monotonic() < until and not has_left():
                self.changed.wait(min(1, max(0, until - time.monotonic())))
            self.pending -= 1
            return True

    def raise_cordon(self, holder, seconds, lease=""):
        with self.changed:
            now = self.expire()
            since = self.up_since if now - self.up_until < REST_S else now
            granted = min(seconds, MAX_UP_S, int(since + MAX_UP_S - now))
            if lease in self.released or granted < 1 or (holder not in self.leases and len(self.leases) >= MAX_LEASES):
                raise Refused("the cordon may not be raised now")
            name = self.leases.get(holder, (uuid.uuid4().hex, 0))[0]
            self.leases[holder] = (name, now + granted)
            self.up_since, self.up_until = since, max(end for _, end in self.leases.values())
            return {"seconds": granted, "lease": name}

    def release(self, holder):
        with self.changed:
            now = self.expire()
            for each in [*self.leases] if holder == "*" else [holder] if holder in self.leases else []:
                self.released[self.leases.pop(each)[0]] = now
                self.up_until = max([now, *(end for _, end in self.leases.values())])

    def state(self):
        with self.changed:
            now = self.expire()
            return {"seconds": max(0, -int(-(self.up_until - now) // 1)), "holders": sorted(self.leases)}

    def expire(self):
        now = time.monotonic()
        self.leases = {holder: lease for holder, lease in self.leases.items() if lease[1] > now}
        self.released = {name: at for name, at in self.released.items() if now - at < MAX_UP_S}
        return now


def utf16(text):
    return text.encode("utf-16-be", "surrogatepass")
