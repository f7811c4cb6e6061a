"""Walks through an exported journal, entry by entry, in bounded memory, and names each place that is not right.

The file holds one entry a line: the canonical JSON of `[sequence, id, at, actor, station, kind, payload, previous,
hash]`, nothing before it and a newline after it, so that every byte of the file is covered by some hash. The hash is
the SHA-256 of the canonical JSON of the first eight; `previous` is the hash of the line before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS = "0" * 64
LONGEST_LINE = 64 * 2**20
"""Bytes; a longer line is no entry."""
FIELDS = ("sequence", "id", "at", "actor", "station", "kind", "payload", "previous", "hash")
CREATED, SIGNED, PLANTED = "archive-created", "checkpoint-signed", "branch-planted"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the examiner knows from elsewhere: the archive's public keys (hex), perhaps how the journal stood once."""

    public_keys: frozenset[str] = frozenset()
    sequence: int = 0
    """With `head`: the journal had this entry, with this hash. 0 for nothing."""
    head: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is not right. `first` and `last` are the entries between which it lies, often one and the same.

    Kinds: `form`, `hash`, `link`, `order`, `checkpoint`, `key`, `signature`, `end`, `known`.
    """

    kind: str
    first: int
    last: int
    detail: str


@dataclass(kw_only=True)
class Proof:
    """What was proven so far; complete when `verify_lines` has come to its end."""

    entries: int = 0
    checkpoints: int = 0
    """Signed with a key that the examiner knows."""
    signed: int = 0
    """The last entry that one of them covers."""
    unproven: int = 0
    """Checkpoints of a branch that was planted again: they vouch for nothing here."""
    head: str = GENESIS
    """Hash of the last entry; empty where that cannot be believed."""


@dataclass(kw_only=True)
class _Place:
    """Where the walk is."""

    archive_id: str = ""
    station: str = ""
    """Whose journal it is: a centre's has entries of stations too, which speak of the stations' journals."""
    planted: int = 0
    """Entries still to come that a planted branch wrote again."""
    seen_known: bool = False
    ended: bool = False
    """The last entry is a checkpoint that holds."""
    proof: Proof = field(default_factory=Proof)


def verify_lines(file: BinaryIO, known: Known, proof: Proof | None = None) -> Iterator[Finding]:
    """Each finding in the order of the file; none means that everything is as it was. `proof` is filled on the way."""
    place = _Place(proof=proof or Proof())
    while line := file.readline(LONGEST_LINE + 1):
        yield from _look_at(line, known, place)
    yield from _end(known, place)


def _look_at(line: bytes, known: Known, place: _Place) -> Iterator[Finding]:
    proof, number = place.proof, place.proof.entries + 1
    place.ended = False
    entry = _read(line)
    if entry is None:
        proof.entries, proof.head = number, ""
        yield _at(number, "form", "the line is not an entry as it is written")
        return
    if _hash(entry) != entry["hash"]:  # nothing that it says is to be believed, its number neither
        proof.entries, proof.head = number, ""
        yield _at(number, "hash", f"entry {number} ({entry['kind']}) is not what its hash covers")
        return
    sequence = int(entry["sequence"])
    if sequence != number:
        yield _misplaced(number, sequence)
    if proof.head and entry["previous"] != proof.head:
        yield _at(sequence, "link", f"entry {sequence} does not follow the one before")
    yield from _said(entry, known, place)
    proof.entries, proof.head = sequence, str(entry["hash"])


def _said(entry: dict[str, Any], known: Known, place: _Place) -> Iterator[Finding]:
    """What the entry says about the journal itself."""
    sequence = int(entry["sequence"])
    if sequence == known.sequence:
        place.seen_known = True
        if entry["hash"] != known.head:
            detail = f"entry {sequence} was another at the checkpoint that you know"
            yield Finding(kind="known", first=place.proof.signed + 1, last=sequence, detail=detail)
    again, place.planted = place.planted > 0, max(0, place.planted - 1)
    if sequence == 1:
        place.station = entry["station"]
    if entry["kind"] not in (CREATED, SIGNED, PLANTED):
        return
    said = _payload(entry)
    if entry["kind"] == CREATED and (sequence == 1 or (sequence == 2 and again)):  # all of it may be a branch
        place.archive_id = str(said.get("archive_id", ""))
    elif entry["kind"] == PLANTED and entry["station"] == place.station:
        written = said.get("entries", 0)
        place.planted = max(place.planted, written if isinstance(written, int) else 0)  # one may hold another
    elif entry["kind"] == SIGNED and said.get("archive_id") == place.archive_id:
        if again:
            place.proof.unproven += 1
        else:
            yield from _signed(entry, said, known, place)


def _signed(entry: dict[str, Any], said: dict[str, Any], known: Known, place: _Place) -> Iterator[Finding]:
    """A checkpoint vouches for all that stands before it: if it does not hold, something since the last one is new."""
    proof, sequence = place.proof, int(entry["sequence"])
    since = proof.signed + 1
    if (said.get("sequence"), said.get("head")) != (sequence - 1, entry["previous"]):
        detail = (
            f"the checkpoint in entry {sequence} signs another journal: entries {since} to {sequence} were rewritten"
        )
        yield Finding(kind="checkpoint", first=since, last=sequence, detail=detail)
        return
    key = str(said.get("public_key"))
    if known.public_keys and key not in known.public_keys:
        detail = f"the checkpoint in entry {sequence} is signed with a key that you do not know ({key})"
        yield Finding(kind="key", first=since, last=sequence, detail=detail)
        return
    text = f"muni-archive checkpoint\n{place.archive_id}\n{sequence - 1}\n{entry['previous']}".encode()
    if not _is_signed(key, text, str(said.get("signature"))):
        detail = f"the signature in entry {sequence} is not of its key: entries {since} to {sequence} were rewritten"
        yield Finding(kind="signature", first=since, last=sequence, detail=detail)
        return
    proof.checkpoints, proof.signed, place.ended = proof.checkpoints + 1, sequence - 1, True


def _end(known: Known, place: _Place) -> Iterator[Finding]:
    proof = place.proof
    if not place.ended:
        detail = f"the journal ends at entry {proof.entries} without a checkpoint: its end is missing or unsigned"
        yield Finding(kind="end", first=proof.entries, last=proof.entries, detail=detail)
    if known.sequence and not place.seen_known:
        detail = f"entries {proof.entries + 1} to {known.sequence} are missing: the checkpoint that you know had them"
        yield Finding(kind="known", first=proof.entries + 1, last=known.sequence, detail=detail)


def _misplaced(expected: int, found: int) -> Finding:
    if found > expected:
        detail = f"entries {expected} to {found - 1} are missing"
        return Finding(kind="order", first=expected, last=found - 1, detail=detail)
    return _at(expected, "order", f"entry {found} stands where entry {expected} should")


def _at(sequence: int, kind: str, detail: str) -> Finding:
    return Finding(kind=kind, first=sequence, last=sequence, detail=detail)


def _read(line: bytes) -> dict[str, Any] | None:
    """The entry, if the line is byte for byte what one is written as."""
    try:
        values = json.loads(line)
        written = (_canonical(values) + "\n").encode()
    except (ValueError, RecursionError):  # no JSON, no UTF-8, halves of signs
        return None
    if written != line or not isinstance(values, list) or len(values) != len(FIELDS):
        return None
    if type(values[0]) is not int or values[0] < 1 or not all(isinstance(value, str) for value in values[1:]):
        return None
    return dict(zip(FIELDS, values, strict=True))


def _payload(entry: dict[str, Any]) -> dict[str, Any]:
    try:
        said = json.loads(entry["payload"])
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _hash(entry: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical([entry[name] for name in FIELDS[:-1]]).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def _is_signed(public_key: str, text: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True
