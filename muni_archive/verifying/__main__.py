"""`python -m muni_archive.verifying FILE --public-key KEY`: the proof without the rest of the program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from muni_archive.verifying.journal_file import Known, Proof, verify_lines


def main() -> int:
    """Exit code 0 when everything holds, 3 when something does not."""
    parser = argparse.ArgumentParser(prog="python -m muni_archive.verifying")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", action="append", default=[], help="of the archive, in hex; may be repeated")
    parser.add_argument("--checkpoint", default="0:", help="SEQUENCE:HASH that you know from elsewhere")
    chosen = parser.parse_args()
    sequence, _, head = chosen.checkpoint.partition(":")
    proof, bad = Proof(), 0
    known = Known(public_keys=frozenset(chosen.public_key), sequence=int(sequence), head=head)
    with chosen.file.open("rb") as file:
        for finding in verify_lines(file, known, proof):
            bad += 1
            print(f"{finding.kind}: {finding.detail}", file=sys.stderr)
    print(f"{proof.entries} entries, {proof.checkpoints} checkpoints, signed up to entry {proof.signed}")
    return 3 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
