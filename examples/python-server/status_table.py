"""Which records are in flight, by the table of docs/protocol.md: for a server whose records look like catalyst-api's."""

import re
from datetime import date

CLASSES = {
    **dict.fromkeys(["pending", "provisioning", "tofu-applying", "flux-bootstrapping"], "phase-0"),
    "phase1-watching": "phase-1",
    **dict.fromkeys(["ready", "failed", "partial-failure", "wiped"], "terminal"),
    "adopted": "adopted",
}


def classify(record):
    return "adopted" if is_set(record.get("adoptedAt")) else CLASSES.get(record["status"], "unknown")


def is_set(adopted_at):
    day = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", adopted_at) if isinstance(adopted_at, str) else None
    try:
        return day is not None and 1971 <= date.fromisoformat(day[0]).year <= 8999
    except ValueError:
        return False
