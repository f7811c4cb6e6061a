"""Who is speaking: challenges, sessions and the counters of their requests, in the memory of one process.

A session is begun by signing a random challenge; each request then carries a number that was not used before and a
signature over everything in it. No clock of a station matters. A process that starts anew knows no sessions: stations
begin others by themselves.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

SECONDS = 3600.0
"""A session's life, by the centre's monotonic clock."""
IDLE_SECONDS = 900.0
"""A person is signed out after so long without a request, and with the station's session at the latest."""
MOST_PEOPLE = 20
"""People signed in at one station at once; the first go when more come."""
MOST_CHALLENGES, MOST_SESSIONS = 10_000, 10_000
WINDOW = 1024
"""Requests under way at once may arrive out of order by so many numbers."""


@dataclass
class Signed:
    """A person who has signed in, until `ends` by the monotonic clock."""

    person_id: str
    since: str
    """Of the password that was used; see `Person.password_since`."""
    ends: float


@dataclass
class Session:
    """One station's session. `seen` has the bit n set when the number `highest - n` was used."""

    station_id: str
    ends: float
    highest: int = 0
    seen: int = 0
    people: OrderedDict[str, Signed] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self, person_id: str, since: str) -> str:
        """A new token for the person, good in this session only."""
        token = secrets.token_hex(16)
        with self.lock:
            self.people[token] = Signed(person_id=person_id, since=since, ends=time.monotonic() + IDLE_SECONDS)
            while len(self.people) > MOST_PEOPLE:
                self.people.popitem(last=False)
        return token

    def signed(self, token: str) -> Signed | None:
        """Who is behind the token, whose time begins anew with this; None when it is over."""
        now = time.monotonic()
        with self.lock:
            found = self.people.get(token)
            if found is None or found.ends < now:
                self.people.pop(token, None)
                return None
            found.ends = now + IDLE_SECONDS
            return found

    def sign_out(self, token: str) -> None:
        with self.lock:
            self.people.pop(token, None)

    def use(self, counter: int) -> bool:
        """Whether the number is new; it is used up with this."""
        with self.lock:
            if counter > self.highest:
                ahead = min(counter - self.highest, WINDOW)  # unbounded, a large number would take all memory there is
                self.seen = ((self.seen << ahead) | 1) & ((1 << WINDOW) - 1)
                self.highest = counter
                return True
            behind = self.highest - counter
            if counter < 1 or behind >= WINDOW or self.seen >> behind & 1:
                return False
            self.seen |= 1 << behind
            return True


class Sessions:
    """All sessions of this process."""

    def __init__(self) -> None:
        self._challenges: OrderedDict[str, str] = OrderedDict()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def challenge(self, station_id: str) -> str:
        """A random text for the station to sign, once."""
        made = secrets.token_hex(32)
        with self._lock:
            self._challenges[made] = station_id
            while len(self._challenges) > MOST_CHALLENGES:
                self._challenges.popitem(last=False)
        return made

    def redeem(self, challenge: str, station_id: str) -> bool:
        """Whether this challenge was given to the station and is unused; it is used up with this."""
        with self._lock:
            return self._challenges.pop(challenge, None) == station_id

    def nonce(self, station_id: str) -> str:
        """A random text for an ID token, once, at this station; no challenge takes its place."""
        return self.challenge(f"account {station_id}")

    def redeem_nonce(self, nonce: str, station_id: str) -> bool:
        """Whether this nonce was given to the station and is unused; it is used up with this."""
        return self.redeem(nonce, f"account {station_id}")

    def begin(self, station_id: str) -> str:
        """A new session's name."""
        name = secrets.token_hex(16)
        with self._lock:
            self._sessions[name] = Session(station_id=station_id, ends=time.monotonic() + SECONDS)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return name

    def find(self, name: str) -> Session | None:
        """The session, unless it has ended."""
        with self._lock:
            session = self._sessions.get(name)
            if session and session.ends < time.monotonic():
                del self._sessions[name]
                return None
            return session
