"""Ask whether any pinned package has a known weakness: a finding fails, that nobody can be asked is only said.

pip-audit ends with 0 and "none found" where only a mirror of the package index answers, and with 1 for a finding as
for a line that is cut. So what it wrote is read, and it is first asked about two packages that are known to be weak:
who does not know of those cannot tell of ours either.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

PINS = Path(__file__).with_name("constraints.txt")
KNOWN_WEAK = ("jinja2==2.10", "urllib3==1.24.1")
PROGRAM = (sys.executable, "-m", "pip_audit")
ANSWER_S, FIRST_S, ALL_S = 3, 12.0, 600.0
"""Seconds for one answer, for the first question and for all."""
WEAK, NO_PROGRAM = 1, 2

Answer = Mapping[str, Sequence[str] | None]
"""Names of packages with the weaknesses that are known of each; None where the service does not know the package."""


class NotTold(Exception):
    """The service could not be asked to the end; the text says why."""


def ask(program: Sequence[str], requirements: Path, seconds: float) -> Answer:
    """What the service says of each package of a file of pins. Raises `NotTold`."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "answer.json"
        command = [
            *program, "--requirement", str(requirements), "--no-deps", "--disable-pip", "--format", "json",
            "--output", str(written), "--cache-dir", str(Path(folder) / "cache"), "--timeout", str(ANSWER_S),
            "--progress-spinner", "off",
        ]  # fmt: skip
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
        except subprocess.TimeoutExpired as exc:
            raise NotTold(f"no answer within {seconds:.0f} s") from exc
        try:
            said = json.loads(written.read_text(encoding="utf-8"))["dependencies"]
            return {one["name"]: [each["id"] for each in one["vulns"]] if "vulns" in one else None for one in said}
        except (OSError, ValueError, KeyError, TypeError) as exc:
            lines = ran.stderr.strip().splitlines()
            raise NotTold(lines[-1][:200] if lines else f"it ended with {ran.returncode}") from exc


def audit(program: Sequence[str], pins: Path) -> int:
    """The exit code: 0 when nothing is known, or nobody tells; `WEAK`. Says which, on standard error."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            weak = Path(folder) / "weak.txt"
            weak.write_text("\n".join(KNOWN_WEAK), encoding="utf-8")
            if not any(ask(program, weak, FIRST_S).values()):
                raise NotTold("nobody answers here who knows even the best known ones")
        found = ask(program, pins, ALL_S)
    except NotTold as reason:
        say(f"Known weaknesses of packages were NOT looked up: {reason}.")
        return 0
    unknown = sorted(name for name, weaknesses in found.items() if weaknesses is None)
    if unknown:
        say(f"Not known to the service, so not looked up: {', '.join(unknown)}")
    weaknesses = {name: ids for name, ids in sorted(found.items()) if ids}
    for name, ids in weaknesses.items():
        say(f"{name}: {', '.join(ids)}")
    if weaknesses:
        say(f"Packages with known weaknesses: {len(weaknesses)}. Pin a version without them in {pins.name}.")
        return WEAK
    say(f"No weakness is known of {len(found) - len(unknown)} pinned packages.")
    return 0


def say(text: str) -> None:
    print(text, file=sys.stderr)


def main() -> int:
    if find_spec("pip_audit") is None:
        say("pip-audit is not installed: make the environment anew.")
        return NO_PROGRAM
    return audit(PROGRAM, PINS)


if __name__ == "__main__":
    sys.exit(main())
