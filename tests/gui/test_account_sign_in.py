"""The municipality's account at the way in and at the locked window: a button, a browser, and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from muni_archive.services.people.accounts import remove_provider
from muni_archive.services.people.admitting import add_person, change_password, disable_person, set_up_administrator
from muni_archive.services.people.signing_in import last_sign_ins
from tests.helpers.accounts import take_word_of
from tests.helpers.provider import Browser, RsaKey, provider_here
from tests.helpers.shown import HOSTILE
from ui.entrance import browser as browsers
from ui.entrance.window import SignInWindow
from ui.shell import Shell

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET = "four words and a river"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def key():
    return RsaKey()


@pytest.fixture
def provider(key):
    with provider_here(key) as provider:
        yield provider


@pytest.fixture
def people(opened, provider):
    set_up_administrator(opened.place, "Admin", SECRET)
    add_person(opened.place, "مريم", SECRET)
    take_word_of(opened.place, provider)
    return opened


@pytest.fixture
def browser():
    browser = Browser()
    yield browser
    browser.wait()


@pytest.fixture
def entrance(qtbot, people, settings, browser):
    window = SignInWindow(people.door(), settings, people.place.station, browser)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


@pytest.fixture
def inside(qtbot, people, settings, entrance, browser):
    """The window of who came in by the account."""
    entrance.form.account.press()
    qtbot.waitUntil(lambda: entrance.person is not None, timeout=PATIENCE)
    door = entrance.form._door
    shell = Shell(people, settings, entrance.person, door)
    shell.presence.browser = browser
    qtbot.addWidget(shell)
    shell.show()
    yield shell
    shell.close()


def told(form, text):
    """Waits for what is said, without the marks around names."""
    return lambda: text in form.told.text().translate({0x2068: None, 0x2069: None}) and form.told.isVisible()


def test_a_press_of_the_button_leads_through_the_browser_and_in(qtbot, entrance, people, settings):
    account = entrance.form.account
    qtbot.keyClick(account.button, Qt.Key.Key_Space)
    assert account.waiting
    assert account.hint.isVisible()
    assert not entrance.form.go.isEnabled()
    qtbot.waitUntil(lambda: entrance.person is not None, timeout=PATIENCE)
    assert entrance.person.name == "مريم"
    assert settings.get("last_name", "") == "مريم"
    assert last_sign_ins(people.place, 1)[0].outcome == "ok"


def test_the_keys_reach_it(qtbot, entrance):
    """From the password by Tab: the button to sign in, then this one."""
    entrance.form.password.setFocus()
    entrance.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is entrance.form.password, timeout=PATIENCE)
    seen = []
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == [entrance.form.go, entrance.form.account.button]


def test_while_a_password_is_compared_nobody_begins_with_an_account(qtbot, entrance):
    form = entrance.form
    form.name.setText("مريم")
    form.password.setText("a wrong password")
    form.try_signing_in()
    assert not form.account.button.isEnabled()
    qtbot.keyClick(form.account.button, Qt.Key.Key_Space)
    assert not form.account.waiting
    qtbot.waitUntil(form.go.isEnabled, timeout=PATIENCE)
    assert form.account.button.isEnabled()


def test_without_a_service_there_is_no_button(qtbot, people, settings):
    remove_provider(people.place, reason="x")
    window = SignInWindow(people.door(), settings, people.place.station)
    qtbot.addWidget(window)
    assert window.form.account is None


def test_waiting_is_broken_off_and_the_password_is_there_again(qtbot, entrance, browser):
    browser._change = lambda address: address.replace("/authorize", "/nowhere")  # it never comes back
    account = entrance.form.account
    account.press()
    qtbot.waitUntil(lambda: bool(browser.addresses), timeout=PATIENCE)
    assert account.button.text() == "Cancel"
    account.press()
    qtbot.waitUntil(lambda: not account.waiting, timeout=PATIENCE)
    assert not entrance.form.told.isVisible()
    assert entrance.form.go.isEnabled()
    entrance.form.name.setText("Admin")
    entrance.form.password.setText(SECRET)
    entrance.form.try_signing_in()
    qtbot.waitUntil(lambda: entrance.person is not None, timeout=PATIENCE)


def test_a_window_that_closes_waits_for_nobody(qtbot, entrance, browser):
    browser._change = lambda address: address.replace("/authorize", "/nowhere")
    entrance.form.account.press()
    qtbot.waitUntil(lambda: bool(browser.addresses), timeout=PATIENCE)
    assert entrance.close()
    assert entrance.person is None


def test_a_browser_that_does_not_open_is_told_at_once(qtbot, entrance, browser):
    browser.opens = False
    entrance.form.account.press()
    qtbot.waitUntil(told(entrance.form, "browser could not be opened"), timeout=PATIENCE)
    assert not entrance.form.account.waiting
    assert entrance.form.go.isEnabled()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"declines": "access_denied"}, "broken off in the browser"),
        ({"person": {"sub": "0002", "preferred_username": "سالم"}}, "سالم belongs to nobody here"),
        ({"twist": lambda claims: claims | {"exp": 1}}, "clock"),
        ({"twist": lambda claims: claims | {"nonce": "x"}}, "does not prove who you are"),
    ],
)
def test_every_refusal_is_told_in_words(qtbot, entrance, provider, change, text):
    for name, value in change.items():
        setattr(provider, name, value)
    entrance.form.account.press()
    qtbot.waitUntil(told(entrance.form, text), timeout=PATIENCE)
    assert entrance.person is None


def test_the_name_of_an_account_is_no_formatting(qtbot, entrance, provider):
    provider.person = {"sub": "0002", "preferred_username": HOSTILE}
    entrance.form.account.press()
    qtbot.waitUntil(told(entrance.form, HOSTILE), timeout=PATIENCE)
    assert entrance.form.told.textFormat() is Qt.TextFormat.PlainText


def test_a_person_who_was_disabled_and_a_service_that_is_away(qtbot, entrance, people, provider):
    disable_person(people.place, "مريم", reason="left")
    entrance.form.account.press()
    qtbot.waitUntil(told(entrance.form, "was ended"), timeout=PATIENCE)
    people.place.accounts._known = None
    provider.description = {"jwks_uri": "http://127.0.0.1:1/"}
    entrance.form.account.press()
    qtbot.waitUntil(told(entrance.form, "does not answer"), timeout=PATIENCE)


def test_the_locked_window_opens_by_the_account_for_its_person_alone(qtbot, inside, provider):
    inside.presence.lock()
    form = inside.presence.lock_dialog.form
    provider.person = {"sub": "0003", "preferred_username": "Admin"}
    form.account.press()
    qtbot.waitUntil(told(form, "locked for مريم"), timeout=PATIENCE)
    assert inside.presence.locked
    assert provider.last_request["login_hint"] == "مريم"
    provider.person = {"sub": "0001"}
    form.account.press()
    qtbot.waitUntil(lambda: not inside.presence.locked, timeout=PATIENCE)


def test_a_new_password_opens_the_locked_window_and_disturbs_nobody(qtbot, inside, people):
    change_password(people.place, "مريم", "another river of words")
    inside.presence.lock()
    form = inside.presence.lock_dialog.form
    form.password.setText("another river of words")
    form.try_signing_in()
    qtbot.waitUntil(lambda: not inside.presence.locked, timeout=PATIENCE)
    with qtbot.waitSignal(inside.presence.looked, timeout=PATIENCE):
        inside.presence._check()
    assert not inside.signed_out


def test_the_locked_window_asks_whoever_has_a_sign_in_left_in_the_browser(qtbot, inside, provider):
    """Who sits down at a computer that somebody left must not come in by that person's browser."""
    inside.presence.lock()
    form = inside.presence.lock_dialog.form
    provider.twist = lambda claims: claims | {"auth_time": claims["auth_time"] - 600}
    form.account.press()
    qtbot.waitUntil(told(form, "auth_time"), timeout=PATIENCE)
    assert inside.presence.locked


def test_what_the_system_opens_is_an_address(monkeypatch):
    opened = []
    monkeypatch.setattr(browsers.QDesktopServices, "openUrl", lambda url: opened.append(url.toEncoded().data()) or True)
    assert browsers.open_browser("https://id.example/authorize?state=a%20b")
    assert opened == [b"https://id.example/authorize?state=a%20b"]
