"""One visitor against the host: each attack by its name, with its figure before it was met and now.

`python -m bench.siege` starts the app for every attack anew, on this machine, and needs no browser; `--only NAME` tries
one. Prints a table and, last, JSON; the exit status is 1 if an attack got through.
"""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

from bench.attacks.host import Attack, hosted
from bench.attacks.programs import PROGRAMS
from bench.attacks.requests import REQUESTS
from bench.attacks.visitors import VISITORS
from bench.attacks.work import WORK
from bench.machine import command, machine

ATTACKS: dict[str, Attack] = WORK | VISITORS | REQUESTS | PROGRAMS
UNTOLD = ("statuses", "reached", "examples")  # figures that the table leaves to the JSON


def besiege(names: Sequence[str], port: int) -> dict[str, dict[str, Any]]:
    """Every attack of these names, each on an app of its own."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        attack, begun = ATTACKS[name], time.perf_counter()
        with hosted(port, attack.limits or {}) as host:
            try:
                figures, held = attack.run(host)
            except Exception as error:  # it tells nothing, and so nothing was held
                traceback.print_exc()
                figures, held = {"error": repr(error)[:200]}, False
        took = round(time.perf_counter() - begun, 1)
        found[name] = {"before": attack.before, "now": figures, "held": held, "seconds": took}
        print(f"{name}: {'held' if held else 'GOT THROUGH'} {figures} {took} s", file=sys.stderr, flush=True)
    return found


def said(value: Any) -> str:
    """A figure of the table."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value) if isinstance(value, bool | str) else f"{value:,}"


def table(attacks: dict[str, dict[str, Any]]) -> str:
    """For people."""
    rows = ["| attack | before | now | held |", "|---|---|---|---|"]
    for name, entry in attacks.items():
        now = "; ".join(f"{what}: {said(value)}" for what, value in entry["now"].items() if what not in UNTOLD)
        rows.append(f"| {name} | {entry['before']} | {now} | {'yes' if entry['held'] else 'NO'} |")
    return "\n".join(rows)


def main() -> None:
    """Attack and print."""
    p = argparse.ArgumentParser(prog="python -m bench.siege", description=__doc__)
    p.add_argument("--only", nargs="*", choices=[*ATTACKS], metavar="NAME", help=f"some of: {', '.join(ATTACKS)}")
    p.add_argument("--port", type=int, default=7891)
    args = p.parse_args()
    attacks = besiege(args.only or [*ATTACKS], args.port)
    print(table(attacks))
    seconds = round(sum(entry["seconds"] for entry in attacks.values()))
    print(json.dumps({"attacks": attacks, "seconds": seconds, "command": command("siege")} | machine()))
    sys.exit(not all(entry["held"] for entry in attacks.values()))


if __name__ == "__main__":
    main()
