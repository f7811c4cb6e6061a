"""How long somebody is signed in: until they sign out, are disabled, get another password, or go away."""

from __future__ import annotations

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.people import Role
from muni_archive.organisation_files import read_units
from muni_archive.server import sessions
from muni_archive.server.app import create_app
from muni_archive.services.centre.people import add_person, change_password, disable_person
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.organisation.places import NewPlace, end_place, give_place
from muni_archive.services.organisation.units import begin_organisation
from tests.helpers.asking import enrolled
from tests.helpers.centres import PlainStation
from tests.helpers.in_process import AppClient

SECRET = "four words and a river"


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request, tmp_path):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        add_person(opened.centre, "Maryam", SECRET, departments=("licences",))
        begin_organisation(opened.centre.place, read_units())
        yield opened


@pytest.fixture
def http(centre):
    with AppClient(create_app(centre.centre)) as client:
        yield client


@pytest.fixture
def asker(centre, http):
    return enrolled(centre, http, "A1", "station-a")


def sign_in(asker, password=SECRET):
    answer = asker.ask("POST", "/v1/sign-in", {"name": "Maryam", "password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


def is_signed_in(asker, token):
    answer = asker.ask("GET", "/v1/standing", person=token)
    assert answer.status_code == 200 or answer.json()["code"] == "sign-in-needed"
    return answer.status_code == 200


def test_whose_roles_are_places_sees_what_these_allow(centre, asker):
    """By department, class and level: in search, documents and files."""
    plain = PlainStation(centre.folder.parent / "B2", "B2")
    plain.enrol(centre)
    document_id = plain.add_document("x")
    plain.send(centre)
    follow_journal(centre.centre.place)
    blob = plain.store.vault.put(b"B2 x 0")
    plain.close()
    add_person(centre.centre, "Salim", SECRET, role=Role.NONE)

    def seen():
        answer = asker.ask("POST", "/v1/sign-in", {"name": "Salim", "password": SECRET}).json()
        asked = {"person": answer["token"]}
        total = asker.ask("POST", "/v1/search", {"query": ""}, **asked).json()["total"]
        found = [
            asker.ask("GET", f"/v1/{what}", **asked).status_code == 200
            for what in (f"documents/{document_id}", f"files/{blob}")
        ]
        return total, *found, answer["all_departments"], answer["departments"]

    assert seen() == (0, False, False, False, [])
    places = [
        give_place(centre.centre.place, "Salim", NewPlace(role="clerk", unit_id=unit, highest=highest))
        for unit, highest in (("personnel", ""), ("", "public"))
    ]
    assert seen() == (0, False, False, False, ["personnel", "personnel_files"])
    for place in places:
        end_place(centre.centre.place, place, reason="left")
    give_place(centre.centre.place, "Salim", NewPlace(role="clerk"))
    assert seen() == (2, True, True, True, [])


def test_signing_out_ends_it(asker):
    token, other = sign_in(asker), sign_in(asker)
    assert token != other
    assert asker.ask("POST", "/v1/sign-out", {}, person=token).status_code == 200
    assert (is_signed_in(asker, token), is_signed_in(asker, other)) == (False, True)


def test_a_new_password_signs_out_whoever_used_the_old_one(centre, asker):
    token = sign_in(asker)
    assert is_signed_in(asker, token)
    change_password(centre.centre, "Maryam", "another river of words")
    assert not is_signed_in(asker, token)
    assert is_signed_in(asker, sign_in(asker, "another river of words"))


def test_a_password_that_is_kept_better_from_now_on_signs_nobody_out(asker, monkeypatch):
    before = sign_in(asker)
    monkeypatch.setattr("muni_archive.services.people.signing_in.is_old", lambda _hash: True)
    after = sign_in(asker)
    assert is_signed_in(asker, before)
    assert is_signed_in(asker, after)


def test_who_is_disabled_is_signed_out(centre, asker):
    token = sign_in(asker)
    disable_person(centre.centre, "Maryam", reason="left")
    assert not is_signed_in(asker, token)


def test_who_goes_away_is_signed_out(asker, monkeypatch):
    monkeypatch.setattr(sessions, "IDLE_SECONDS", -1.0)
    assert not is_signed_in(asker, sign_in(asker))


def test_a_token_is_good_in_its_session_only(centre, http, asker):
    token = sign_in(asker)
    assert not is_signed_in(enrolled(centre, http, "B2", "station-b"), token)
    assert not is_signed_in(asker.begin(), token)


def test_the_first_go_when_too_many_are_signed_in_at_one_station(asker, monkeypatch):
    monkeypatch.setattr(sessions, "MOST_PEOPLE", 2)
    tokens = [sign_in(asker) for _ in range(3)]
    assert [is_signed_in(asker, token) for token in tokens] == [False, True, True]


@pytest.mark.parametrize("name", ["Mary\x00am", "Maryam\r\nat", "\x1b[2JMaryam", "\ud800"])
def test_a_name_is_one_line_that_can_be_written(asker, name):
    """Also on PostgreSQL, which keeps no zero in a text."""
    answer = asker.ask("POST", "/v1/sign-in", {"name": name, "password": SECRET})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("password", ["four words\x00and a river", "\n", "\u202e"])
def test_any_password_is_compared(asker, password):
    answer = asker.ask("POST", "/v1/sign-in", {"name": "Maryam", "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-refused")
