"""People of a centre come in with an account of the municipality: verified here, and again by the centre."""

from __future__ import annotations

import json

import pytest

from muni_archive.bootstrap import open_centre, open_workplace
from muni_archive.domain.account_errors import (
    AccountDisabled,
    AccountOfAnother,
    AccountUnknown,
    NoProvider,
    ProviderUnreachable,
)
from muni_archive.domain.accounts import Account, Identity
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreDiskFull, CentreUnreachable
from muni_archive.domain.errors import Cancelled
from muni_archive.domain.people import Role
from muni_archive.domain.permissions import Action
from muni_archive.openid import OpenIdDesk
from muni_archive.server.app import create_app
from muni_archive.services.centre.people import add_person, disable_person, last_sign_ins
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.people import signing_in
from muni_archive.services.people.accounts import (
    link_account,
    linked_accounts,
    provider_here,
    remove_provider,
    sign_in_with_account,
    unlink_account,
)
from muni_archive.services.together.entering import CentreDoor
from muni_archive.store import SystemClock, Uuid7Ids
from muni_archive.store.central_opening import open_copy
from muni_archive.store.vault import DiskVault
from tests.helpers import provider as providers
from tests.helpers.accounts import enter, named, take_word_of
from tests.helpers.asking import enrolled
from tests.helpers.in_process import AppClient
from tests.helpers.joined import JoinedStation
from tests.helpers.older import take_back
from tests.helpers.proofs import prove_clean
from tests.helpers.provider import Browser, RsaKey
from tests.helpers.serving import served

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET = "four words and a river"


@pytest.fixture(scope="module")
def key():
    return RsaKey()


@pytest.fixture
def provider(key):
    with providers.provider_here(key) as provider:
        yield provider


@pytest.fixture
def centre(tmp_path, provider):
    with open_centre(tmp_path / "centre") as opened:
        add_person(opened.centre, "مريم", SECRET, role=Role.CLERK)
        take_word_of(opened.centre.place, provider)
        yield opened


@pytest.fixture
def http(centre):
    with AppClient(create_app(centre.centre)) as client:
        yield client


@pytest.fixture
def asker(centre, http):
    return enrolled(centre, http, "A1", "station-a")


def nonce_of(asker):
    answer = asker.ask("POST", "/v1/sign-in/account/nonce", {})
    assert answer.status_code == 200, answer.text
    return answer.json()["nonce"]


def token_for(provider, nonce):
    """As a station gets it, which has verified it."""
    desk, browser = OpenIdDesk(SystemClock(), secret=lambda: "", keep=lambda _secret: None), Browser()
    _account, token = desk.ask(named(provider), nonce=nonce, hint="", show=browser, cancel=CancelToken())
    browser.wait()
    return token


def sign_in(asker, token, nonce):
    answer = asker.ask("POST", "/v1/sign-in/account", {"id_token": token, "nonce": nonce})
    said = answer.json()
    return (answer.status_code, said.get("code") or said["name"])


def test_a_token_lets_in_once_at_the_station_that_asked(centre, http, asker, provider):
    nonce = nonce_of(asker)
    token = token_for(provider, nonce)
    assert sign_in(asker, token, nonce) == (200, "مريم")
    assert sign_in(asker, token, nonce) == (401, "account-not-proven")
    assert [(person.name, each.subject) for person, each in linked_accounts(centre.centre.place)] == [("مريم", "0001")]
    assert [(tried.outcome, tried.station_id) for tried in last_sign_ins(centre.centre, 9)] == [("ok", "station-a")]


def test_a_token_is_of_no_use_at_another_station(centre, http, asker, provider):
    nonce = nonce_of(asker)
    token = token_for(provider, nonce)
    other = enrolled(centre, http, "B2", "station-b")
    assert sign_in(other, token, nonce) == (401, "account-not-proven")


def test_the_token_of_another_sign_in(asker, provider):
    token = token_for(provider, nonce_of(asker))
    assert sign_in(asker, token, nonce_of(asker)) == (401, "account-not-proven")
    assert sign_in(asker, token, "made up") == (401, "account-not-proven")


def test_a_station_proves_itself_with_a_challenge_and_not_with_that(asker):
    """One text is not good for both."""
    challenge = asker.http.post(
        "/v1/challenges", json={"station_id": asker.station_id}, headers={"muni-protocol": "2"}
    ).json()["challenge"]
    assert sign_in(asker, "a.b.c", challenge) == (401, "account-not-proven")


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        ({"aud": "another program"}, "account-not-proven"),
        ({"iss": "https://elsewhere.example"}, "account-not-proven"),
        ({"exp": 1}, "account-clock"),
        ({"auth_time": 1}, "account-not-proven"),
        ({"sub": "0002", "preferred_username": "سالم"}, "account-unknown"),
    ],
)
def test_the_centre_looks_itself(asker, provider, twist, code):
    """A station whose program was changed sends what it should have refused."""
    nonce = nonce_of(asker)
    claims = {}
    provider.twist = lambda said: claims.update(said) or said
    token_for(provider, nonce)
    assert sign_in(asker, provider.signed(claims | twist), nonce) == (401, code)


def test_the_signature_is_looked_at_by_the_centre(asker, provider):
    nonce = nonce_of(asker)
    head, body, _signature = token_for(provider, nonce).split(".")
    assert sign_in(asker, f"{head}.{body}.AAAA", nonce) == (401, "account-not-proven")


def test_who_is_disabled_and_where_no_service_is_named(centre, asker, provider):
    disable_person(centre.centre, "مريم", reason="left")
    nonce = nonce_of(asker)
    assert sign_in(asker, token_for(provider, nonce), nonce) == (401, "account-disabled")
    nonce = nonce_of(asker)
    token = token_for(provider, nonce)
    remove_provider(centre.centre.place, reason="x")
    assert sign_in(asker, token, nonce) == (401, "account-no-provider")


def test_nothing_of_a_token_is_logged_or_told(asker, provider, caplog):
    nonce = nonce_of(asker)
    token = token_for(provider, nonce)
    with caplog.at_level("DEBUG", logger="muni_archive"):
        sign_in(asker, token[:-8], nonce)
    assert "account-not-proven" in caplog.text
    assert token[:20] not in caplog.text
    assert nonce not in caplog.text


class Line:
    """The centre's word, unless the line is cut."""

    def __init__(self, centre):
        self.centre, self.cut, self.error = centre, False, CentreUnreachable(detail="cut")
        self.cut_after_nonce = False

    def nonce(self):
        self._look()
        self.cut = self.cut_after_nonce
        return "a nonce of the centre"

    def owner_of(self, token, nonce):
        self._look()
        place = self.centre.place
        account = place.accounts.verify(provider_here(place), token, nonce=nonce, since=place.clock.now())
        return sign_in_with_account(place, account, at="A1").id

    def _look(self):
        if self.cut:
            raise self.error


@pytest.fixture
def opened(tmp_path):
    with open_workplace(tmp_path / "a") as station:
        yield station


@pytest.fixture
def line(centre):
    return Line(centre.centre)


@pytest.fixture
def door(opened, centre, line):
    """What the copy would tell is asked of the centre itself."""
    return CentreDoor(opened.place, centre.centre.place.unit_of_work, lambda _name, _password: "", line)


def written(opened, kind):
    with opened.place.unit_of_work() as unit:
        entries = unit.records.journal(after=0, limit=1000)
    return [json.loads(entry.payload) for entry in entries if entry.kind == kind]


def test_the_centre_links_and_the_station_records_who_came(opened, centre, door):
    person = enter(door)
    assert opened.as_person(person, door.people).guard.may(Action.CAPTURE)
    assert [(said["name"], said["method"]) for said in written(opened, "signed-in")] == [("مريم", "openid")]
    assert written(opened, "account-linked") == []
    assert len(linked_accounts(centre.centre.place)) == 1
    assert [tried.outcome for tried in signing_in.last_sign_ins(opened.place, 9)] == ["ok"]


def test_who_has_gone_when_the_centre_answers_is_not_noted(opened, door, line):
    browser, cancel, owner_of = Browser(), CancelToken(), line.owner_of

    def slow(token, nonce):
        cancel.cancel()
        return owner_of(token, nonce)

    line.owner_of = slow
    with pytest.raises(Cancelled):
        door.enter_with_account(browser, cancel)
    browser.wait()
    assert written(opened, "signed-in") == []


def test_nor_whom_the_centre_refuses_when_they_have_gone(opened, door, line, provider):
    enter(door)
    provider.person = {"sub": "0002", "preferred_username": "سالم"}
    browser, cancel, owner_of = Browser(), CancelToken(), line.owner_of

    def slow(token, nonce):
        cancel.cancel()
        return owner_of(token, nonce)

    line.owner_of = slow
    with pytest.raises(Cancelled):
        door.enter_with_account(browser, cancel)
    browser.wait()
    assert written(opened, "sign-in-failed") == []


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_without_the_line_the_links_count_that_are_known(door, line, when):
    line.cut = when == "before"
    line.cut_after_nonce = True
    with pytest.raises(CentreUnreachable):
        enter(door)  # whose the account is, only the centre can say the first time
    line.cut = line.cut_after_nonce = False
    person = enter(door)
    line.cut, line.cut_after_nonce = when == "before", True
    assert enter(door) == person


@pytest.mark.parametrize("error", [ProviderUnreachable(detail="x"), CentreDiskFull()])
def test_a_centre_that_cannot_ask_the_service_or_has_a_full_disk_is_no_refusal(door, line, error):
    person = enter(door)
    line.cut_after_nonce, line.error = True, error
    assert enter(door) == person


def test_refusals_of_the_centre_are_final(opened, centre, door, line, provider):
    person = enter(door)
    provider.person = {"sub": "0002", "preferred_username": "سالم"}
    with pytest.raises(AccountUnknown):
        enter(door)
    assert written(opened, "sign-in-failed") == [{"name": "سالم", "reason": "unknown"}]
    provider.person = {"sub": "0001", "preferred_username": "مريم"}
    disable_person(centre.centre, "مريم", reason="left")
    assert not door.still_may(person)
    for line.cut in (False, True):
        with pytest.raises(AccountDisabled):
            enter(door)


def test_a_locked_window_opens_for_its_person_alone(door):
    with pytest.raises(AccountOfAnother):
        enter(door, expected="Admin")
    assert enter(door, expected="مريم").name == "مريم"


def test_a_service_that_the_centre_has_removed_is_final(centre, door, line):
    """Also for a station whose copy does not know that yet."""
    enter(door)
    provider = door.provider()
    door.provider = lambda: provider
    line.error, line.cut_after_nonce = NoProvider(), True
    with pytest.raises(NoProvider):
        enter(door)


def test_links_and_the_service_are_told_to_stations_of_all_departments_alone(centre, http, asker, provider):
    nonce = nonce_of(asker)
    sign_in(asker, token_for(provider, nonce), nonce)
    part = enrolled(centre, http, "B2", "station-b", "licences")

    def kinds(who):
        entries = who.ask("GET", "/v1/feed?after=0").json()["entries"]
        return {values[5] for values in entries} & {"provider-set", "account-linked"}

    assert kinds(asker) == {"provider-set", "account-linked"}
    assert kinds(part) == set()


def test_on_postgresql(tmp_path, provider, postgres_url):
    with open_centre(tmp_path / "centre", database=postgres_url) as opened:
        place = opened.centre.place
        add_person(opened.centre, "مريم", SECRET, role=Role.CLERK)
        take_word_of(place, provider)
        account = Account(identity=Identity(issuer=provider.issuer, subject="0001"), name="مريم")
        assert sign_in_with_account(place, account, at="A1").name == "مريم"
        assert [each.subject for _person, each in linked_accounts(place)] == ["0001"]
        unlink_account(place, "مريم", reason="x")
        link_account(place, "مريم", "0002")
        prove_clean(place.integrity())


def test_a_copy_of_an_older_program_is_brought_forward_for_who_only_reads(tmp_path):
    def opened(**how):
        vault = DiskVault(tmp_path / "vault")
        return open_copy(tmp_path / "copy", vault=vault, clock=SystemClock(), ids=Uuid7Ids(), **how)

    copy = opened()
    with copy.engine.connect() as connection:
        take_back(connection, "0011")
        connection.commit()
    copy.close()
    copy = opened(read_only=True)
    with copy.unit_of_work() as unit:
        assert unit.people.provider() is None
    copy.close()


@pytest.mark.slow
def test_over_the_line_and_from_the_copy(tmp_path, provider):
    with served(tmp_path / "served" / "centre") as centre:
        station = JoinedStation(tmp_path / "A1", "A1", centre)
        with open_centre(centre.folder, beside=True) as beside:
            add_person(beside.centre, "مريم", SECRET, role=Role.NONE)
            give_place(beside.centre.place, "مريم", NewPlace(role="clerk"))
            take_word_of(beside.centre.place, provider)
        station.sync()
        with open_workplace(station.folder) as opened:
            door = opened.door()
            person = enter(door)
            guard = opened.as_person(person, door.people).guard
            assert guard.may(Action.CAPTURE)
            assert not guard.may(Action.ADMINISTER)
        station.sync()
        centre.stop()
        with open_workplace(station.folder) as opened:
            assert enter(opened.door()) == person
