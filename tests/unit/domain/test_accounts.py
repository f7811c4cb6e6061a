"""What a token must say before it is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muni_archive.domain.account_errors import AccountClock, AccountNotProven, ProviderWrong
from muni_archive.domain.accounts import LEEWAY_S, Provider, account_in, check_provider

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
PROVIDER = Provider(issuer="https://id.example", client_id="muni")
GOOD = {
    "iss": "https://id.example", "aud": "muni", "sub": "0001", "nonce": "n", "iat": AT, "exp": AT + 300,
    "auth_time": AT, "preferred_username": "مريم",
}  # fmt: skip


def account(provider=PROVIDER, since=NOW, **changed):
    claims = {name: value for name, value in (GOOD | changed).items() if value is not None}
    return account_in(claims, provider, nonce="n", since=since, now=NOW)


def test_a_good_token_names_an_account():
    found = account()
    assert (found.identity.issuer, found.identity.subject, found.name) == ("https://id.example", "0001", "مريم")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://id.example/"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": None},
        {"aud": ["muni", "other"]},
        {"aud": ["muni", "other"], "azp": "other"},
        {"azp": "other"},
        {"nonce": "m"},
        {"nonce": None},
        {"nonce": ["n"]},
        {"nonce": "\ud800"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "s" * 256},
        {"exp": None},
        {"exp": str(AT + 300)},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": None},
        {"auth_time": None},
        {"auth_time": AT - LEEWAY_S - 1},
    ],
)
def test_what_proves_nothing(changed):
    with pytest.raises(AccountNotProven):
        account(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": AT - LEEWAY_S},
        {"iat": AT + LEEWAY_S + 1},
        {"iat": AT - LEEWAY_S - 1},
        {"nbf": AT + LEEWAY_S + 1},
    ],
)
def test_a_clock_that_is_wrong(changed):
    with pytest.raises(AccountClock):
        account(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["muni"]},
        {"aud": ["muni", "other"], "azp": "muni"},
        {"azp": "muni"},
        {"exp": AT - LEEWAY_S + 1},
        {"iat": AT + LEEWAY_S},
        {"auth_time": AT - LEEWAY_S},
        {"exp": AT + 0.5},
    ],
)
def test_what_is_enough(changed):
    assert account(**changed).identity.subject == "0001"


def test_a_sign_in_that_took_long_is_none_less():
    assert account(since=NOW - timedelta(minutes=5)).name == "مريم"


def test_an_address_that_nobody_verified_names_nobody():
    provider = Provider(issuer="https://id.example", client_id="muni", claim="email")
    assert account(provider, email="m@example", email_verified=True).name == "m@example"
    assert account(provider, email="m@example").name == ""
    assert account(provider, email="m@example", email_verified="true").name == ""


@pytest.mark.parametrize("said", [None, 7, "a\nb", "m" * 101, ["مريم"]])
def test_a_name_that_is_none(said):
    assert account(preferred_username=said).name == ""


def test_without_a_claim_no_name_is_taken():
    assert account(Provider(issuer="https://id.example", client_id="muni", claim="")).name == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://id.example"},
        {"issuer": "https://id.example?x=1"},
        {"issuer": "https://id.example#x"},
        {"issuer": "https://me@id.example"},
        {"issuer": "https://"},
        {"issuer": "https://["},
        {"issuer": "file://localhost/etc"},
        {"issuer": ""},
        {"issuer": "https://id.example/" + "x" * 500},
        {"client_id": ""},
        {"client_id": "a\nb"},
        {"scopes": ("profile",)},
    ],
)
def test_what_is_no_provider(wrong):
    with pytest.raises(ProviderWrong):
        check_provider(Provider(**({"issuer": "https://id.example", "client_id": "muni"} | wrong)))
