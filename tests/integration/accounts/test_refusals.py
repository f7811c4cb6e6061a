"""Everything that a sign-in with an account must refuse, over a real line."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from muni_archive.domain.account_errors import (
    AccountClock,
    AccountDeclined,
    AccountNotProven,
    AccountTooLate,
    ProviderUnreachable,
    ProviderWrong,
)
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import Cancelled
from muni_archive.openid import OpenIdDesk, fetching
from muni_archive.store import SystemClock
from tests.helpers.accounts import named
from tests.helpers.provider import Browser, EcKey, RsaKey, b64, token_of


class Desk(OpenIdDesk):
    """Without an archive: what is asked of the provider, and the account that came of it."""

    def __init__(self, provider, seconds=300.0):
        super().__init__(SystemClock(), secret=lambda: "", keep=lambda _secret: None, seconds=seconds)
        self._provider = named(provider)

    def enter(self, show, cancel=None):
        token = cancel or CancelToken()
        return self.ask(self._provider, nonce="a nonce", hint="", show=show, cancel=token)[0]


@pytest.fixture
def desk(provider):
    return Desk(provider)


def enter(desk, browser=None):
    browser = browser or Browser()
    try:
        return desk.enter(browser)
    finally:
        browser.wait()


def refused(desk, detail, browser=None, error=AccountNotProven):
    with pytest.raises(error) as found:
        enter(desk, browser)
    assert detail in str(found.value)


@pytest.mark.parametrize(
    ("changed", "detail", "error"),
    [
        ({"nonce": "of another"}, "nonce", AccountNotProven),
        ({"aud": "another program"}, "aud", AccountNotProven),
        ({"azp": "another program"}, "azp", AccountNotProven),
        ({"iss": "https://elsewhere.example"}, "iss", AccountNotProven),
        ({"at_hash": "AAAA"}, "at_hash", AccountNotProven),
        ({"at_hash": 7}, "at_hash", AccountNotProven),
        ({"auth_time": 1}, "auth_time", AccountNotProven),
        ({"exp": 1}, "clock", AccountClock),
        ({"iat": 1}, "clock", AccountClock),
        ({"iat": 4_000_000_000, "exp": 4_000_000_300}, "clock", AccountClock),
    ],
)
def test_a_token_that_says_something_else(desk, provider, changed, detail, error):
    provider.twist = lambda claims: claims | changed
    refused(desk, detail, error=error)


def test_a_signature_of_somebody_else(desk, provider):
    other = RsaKey(name=provider.key.name)
    provider.make_token = lambda claims: token_of({"alg": "RS256", "kid": other.name}, claims, other.sign)
    refused(desk, "(signature)")


def test_a_token_that_was_changed(desk, provider):
    def changed(claims):
        token = token_of({"alg": "RS256", "kid": provider.key.name}, claims, provider.key.sign)
        head, _body, signature = token.split(".")
        return f"{head}.{b64(json.dumps(claims | {'sub': '0666'}).encode())}.{signature}"

    provider.make_token = changed
    refused(desk, "(signature)")


@pytest.mark.parametrize("algorithm", ["none", "None", "", None, 7])
def test_no_signature(desk, provider, algorithm):
    provider.make_token = lambda claims: token_of({"alg": algorithm, "kid": provider.key.name}, claims, lambda _d: b"")
    refused(desk, "(alg)")


def test_a_public_key_is_no_secret(desk, provider):
    """HS256 with what everybody may read as its key."""
    provider.description = {"id_token_signing_alg_values_supported": ["RS256", "HS256"]}
    public = json.dumps(provider.key.public()).encode()
    provider.make_token = lambda claims: token_of(
        {"alg": "HS256", "kid": provider.key.name}, claims, lambda data: hmac.digest(public, data, hashlib.sha256)
    )
    refused(desk, "(alg)")


def test_a_key_for_another_algorithm(desk, provider):
    elliptic = EcKey()
    provider.make_token = lambda claims: token_of({"alg": "RS256", "kid": elliptic.name}, claims, elliptic.sign)
    provider.shown_keys = [elliptic.public()]
    refused(desk, "(kid)")


@pytest.mark.parametrize(
    "changed", [{"use": "enc"}, {"alg": "PS256"}, {"kty": "oct", "k": "AAAA"}, {"n": "!"}, {"n": 7}]
)
def test_keys_that_are_for_something_else(desk, provider, changed):
    provider.shown_keys = [provider.key.public() | changed]
    refused(desk, "(kid)")


def test_a_key_that_is_too_short(desk, provider):
    provider.rotate(RsaKey(bits=1024))
    refused(desk, "(kid)")


def test_a_key_that_nobody_names_is_looked_for_once(desk, provider):
    enter(desk)
    provider.asked.clear()
    stranger = RsaKey()
    provider.make_token = lambda claims: token_of({"alg": "RS256", "kid": stranger.name}, claims, stranger.sign)
    refused(desk, "(kid)")
    assert provider.asked.count("/keys") == 1


def test_a_token_without_a_name_of_its_key_needs_the_only_one(desk, provider):
    provider.make_token = lambda claims: token_of({"alg": "RS256"}, claims, provider.key.sign)
    assert enter(desk).name == "مريم"
    provider.shown_keys = [provider.key.public(), RsaKey().public()]
    desk._known = None  # the time is over for which its keys are remembered
    refused(desk, "(kid)")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "é.é.é", "x" * 40_000])
def test_what_is_no_token(desk, provider, token):
    provider.make_token = lambda _claims: token
    refused(desk, "id_token")


def test_a_header_that_must_be_understood_and_is_not(desk, provider):
    header = {"alg": "RS256", "kid": provider.key.name, "crit": ["muni"], "muni": True}
    provider.make_token = lambda claims: token_of(header, claims, provider.key.sign)
    refused(desk, "(signature)")


def test_a_state_of_another_sign_in(desk, provider):
    provider.answer = lambda answer: answer | {"state": "of another"}
    browser = Browser()
    refused(desk, "(state)", browser)
    assert "broken off" in browser.pages[0]
    assert "/token" not in provider.asked


def test_an_answer_of_another_service(desk, provider):
    provider.answer = lambda answer: answer | {"iss": "https://elsewhere.example"}
    refused(desk, "(iss)")
    provider.answer = lambda answer: {name: value for name, value in answer.items() if name != "iss"}
    refused(desk, "(iss)")  # it said that each of its answers names it
    assert "/token" not in provider.asked


def test_no_code(desk, provider):
    provider.answer = lambda answer: {name: value for name, value in answer.items() if name != "code"}
    refused(desk, "(code)")


def test_a_code_counts_once(desk, provider):
    """Somebody saw it on its way and was faster."""

    def used_before():
        provider.codes.clear()

    provider.before_token = used_before
    refused(desk, "invalid_grant")


def test_a_code_is_of_no_use_to_who_does_not_know_the_verifier(desk, provider):
    """As somebody would use it who took it out of the browser's history."""
    stolen = []

    def try_it():
        provider.before_token = lambda: None
        code, begun = next(iter(provider.codes.items()))
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun["redirect_uri"]}
        answer = httpx.post(f"{provider.issuer}/token", data=form | {"client_id": "muni-archive"}, trust_env=False)
        stolen.append(answer.status_code)

    provider.before_token = try_it
    refused(desk, "invalid_grant")
    assert stolen == [400]


@pytest.mark.parametrize("left_out", ["code_challenge", "code_challenge_method"])
def test_the_provider_of_these_tests_insists_on_pkce(desk, provider, left_out):
    def without(address):
        parts = urlsplit(address)
        return parts._replace(
            query=urlencode([each for each in parse_qsl(parts.query) if each[0] != left_out])
        ).geturl()

    refused(desk, "invalid_request", Browser(change=without), error=AccountDeclined)


def test_who_turns_back_in_the_browser_is_told_so(desk, provider):
    provider.declines = "access_denied"
    refused(desk, "access_denied", error=AccountDeclined)


def test_what_the_service_says_of_an_error_is_shown_only_as_a_word(desk, provider):
    provider.declines = "<b>" + "x" * 100
    with pytest.raises(AccountDeclined) as declined:
        enter(desk)
    assert len(str(declined.value.params["detail"])) == 40


def test_a_service_that_is_away(desk, provider):
    provider.description = {"token_endpoint": "http://127.0.0.1:1/token"}
    refused(desk, "ConnectError", error=ProviderUnreachable)


def test_an_answer_without_a_token(desk, provider):
    provider.token = lambda _form, _authorization: (200, {"access_token": "x"})
    refused(desk, "no ID token", error=ProviderWrong)


def test_an_answer_that_is_too_long(desk, provider):
    provider.token = lambda _form, _authorization: (200, {"access_token": "x" * 2**21})
    refused(desk, "too long", error=ProviderWrong)


def test_an_answer_that_takes_too_long(desk, monkeypatch):
    monkeypatch.setattr(fetching, "LONGEST_S", -1.0)
    refused(desk, "takes too long", error=ProviderUnreachable)


def test_a_redirect_is_not_followed(desk, provider):
    provider.token = lambda _form, _authorization: (307, {"error": "moved"})
    refused(desk, "moved")
    assert "/elsewhere" not in provider.asked


def test_nobody_comes_back(provider):
    with pytest.raises(AccountTooLate):
        Desk(provider, seconds=0.3).enter(lambda _address: None)


def test_waiting_can_be_broken_off_and_the_port_is_free_again(desk):
    token, shown = CancelToken(), []

    def show(address):
        shown.append(dict(parse_qsl(urlsplit(address).query))["redirect_uri"])
        threading.Timer(0.1, token.cancel).start()

    with pytest.raises(Cancelled):
        desk.enter(show, token)
    with pytest.raises(httpx.ConnectError):
        httpx.get(shown[0], trust_env=False)


def test_what_else_knocks_at_the_port_disturbs_nothing(desk):
    """An icon that the browser asks for, another path, another name of this machine."""
    answers = []

    def show(address):
        back = dict(parse_qsl(urlsplit(address).query))["redirect_uri"]
        port = urlsplit(back).port

        def knock():
            for url, headers in (
                (f"http://127.0.0.1:{port}/favicon.ico", {}),
                (back, {"host": "evil.example"}),
            ):
                answers.append(httpx.get(url, headers=headers, trust_env=False, timeout=60).status_code)
            browser(address)

        threading.Thread(target=knock, daemon=True).start()

    browser = Browser()
    assert desk.enter(show).name == "مريم"
    browser.wait()
    assert answers == [404, 404]
