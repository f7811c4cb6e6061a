"""An archive whose people sign in with accounts of a provider of this machine."""

from __future__ import annotations

from muni_archive.domain.accounts import Provider
from muni_archive.domain.cancellation import CancelToken
from muni_archive.services.people.accounts import set_provider
from tests.helpers.provider import CLIENT, Browser, FakeProvider


def named(provider: FakeProvider, **more) -> Provider:
    return Provider(issuer=provider.issuer, client_id=CLIENT, **more)


def take_word_of(place, provider: FakeProvider, **more) -> None:
    """An administrator names the provider."""
    set_provider(place, named(provider, **more), secret=provider.secret)


def enter(door, browser: Browser | None = None, **more):
    """Come in by the account; the browser does its part beside."""
    browser = browser or Browser()
    try:
        return door.enter_with_account(browser, CancelToken(), **more)
    finally:
        browser.wait()
