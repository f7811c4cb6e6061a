"""The command line: name the service, look at it, link accounts, remove it."""

from __future__ import annotations

import keyring
import pytest
from click.testing import CliRunner
from keyring.backends import fail

from muni_archive.bootstrap import open_workplace
from muni_archive.cli.main import commands
from muni_archive.domain.account_errors import ProviderUnreachable
from muni_archive.domain.errors import WrongUse
from muni_archive.services.people.admitting import add_person, set_up_administrator
from tests.helpers.accounts import enter
from tests.integration.accounts.conftest import SECRET


@pytest.fixture(autouse=True)
def _no_key_store():
    """A machine without one: the secret lies in a file."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def folder(tmp_path):
    with open_workplace(tmp_path / "a") as opened:
        set_up_administrator(opened.place, "Admin", SECRET)
        add_person(opened.place, "مريم", SECRET)
    return tmp_path / "a"


@pytest.fixture
def run(folder):
    def run(*arguments, typed=""):
        said = CliRunner().invoke(commands, ["--archive", str(folder), "provider", *arguments], input=typed)
        if said.exception and not isinstance(said.exception, SystemExit):
            raise said.exception
        return said.output

    return run


def test_a_service_from_its_naming_to_its_end(run, folder, provider):
    assert "No sign-in service" in run("show")
    line = f"{provider.issuer}\tmuni-archive\tpreferred_username\topenid profile"
    assert line in run("set", provider.issuer, "--client-id", "muni-archive")
    assert line in run("show")
    with open_workplace(folder) as opened:
        assert enter(opened.door()).name == "مريم"
    assert f"مريم\t0001\t{provider.issuer}" in run("links")
    run("unlink", "مريم", "--reason", "x")
    assert run("links") == ""
    assert "Admin\t0001" in run("link", "Admin", "0001")
    run("remove", "--reason", "x")
    assert "No sign-in service" in run("show")


def test_the_secret_is_asked_for_and_lies_where_keys_lie(run, folder, provider):
    provider.secret = "s:cret & more"
    shown = run("set", provider.issuer, "--client-id", "muni-archive", "--secret", typed="s:cret & more\n")
    assert "s:cret & more" not in shown
    file = folder / "provider.secret"
    assert file.stat().st_mode & 0o777 == 0o600
    with open_workplace(folder) as opened:
        assert enter(opened.door()).name == "مريم"
    run("secret", typed="another\n")
    assert file.read_text(encoding="ascii") == "another"
    with pytest.raises(WrongUse):
        run("secret", typed="sécret\n")
    run("remove", "--reason", "x")
    assert not file.exists()


def test_what_is_no_service_is_not_named(run):
    with pytest.raises(ProviderUnreachable):
        run("set", "http://127.0.0.1:1", "--client-id", "muni-archive")
    assert "No sign-in service" in run("show")
