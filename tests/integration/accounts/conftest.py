"""A provider, an archive with people, and the way in."""

from __future__ import annotations

import pytest

from muni_archive.bootstrap import open_workplace
from muni_archive.services.people.admitting import add_person, set_up_administrator
from tests.helpers.accounts import take_word_of
from tests.helpers.provider import RsaKey, provider_here

SECRET = "four words and a river"


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """No password is compared in most of these."""


@pytest.fixture(scope="session")
def rsa_key():
    return RsaKey()


@pytest.fixture
def provider(rsa_key):
    with provider_here(rsa_key) as provider:
        yield provider


@pytest.fixture
def opened(tmp_path, provider):
    with open_workplace(tmp_path / "a") as opened:
        set_up_administrator(opened.place, "Admin", SECRET)
        add_person(opened.place, "مريم", SECRET)
        take_word_of(opened.place, provider)
        yield opened


@pytest.fixture
def door(opened):
    return opened.door()
