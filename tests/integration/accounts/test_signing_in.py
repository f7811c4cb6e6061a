"""Signing in with an account of the municipality, whose it is, and how long that counts."""

from __future__ import annotations

import json

import pytest

from muni_archive.domain.account_errors import (
    AccountDeclined,
    AccountDisabled,
    AccountNotProven,
    AccountOfAnother,
    AccountTaken,
    AccountUnknown,
    NoProvider,
    PersonLinked,
    ProviderUnreachable,
    ProviderWrong,
)
from muni_archive.domain.accounts import Provider
from muni_archive.domain.cancellation import CancelToken
from muni_archive.services.people.accounts import (
    link_account,
    linked_accounts,
    provider_here,
    remove_provider,
    set_provider,
    unlink_account,
)
from muni_archive.services.people.admitting import admit_again, change_password, disable_person
from muni_archive.services.people.signing_in import last_sign_ins
from tests.helpers.accounts import enter, named, take_word_of
from tests.helpers.proofs import prove_clean
from tests.helpers.provider import CLIENT, Browser, EcKey
from tests.integration.accounts.conftest import SECRET


def told(opened, *kinds):
    with opened.place.unit_of_work() as unit:
        entries = unit.records.journal(after=0, limit=1000)
    return [(entry.kind, json.loads(entry.payload)) for entry in entries if not kinds or entry.kind in kinds]


def test_the_first_sign_in_links_by_the_claim_and_later_ones_go_by_the_link(opened, door, provider):
    person = enter(door)
    assert person.name == "مريم"
    assert [(owner.name, each.subject) for owner, each in linked_accounts(opened.place)] == [("مريم", "0001")]
    provider.person = {"sub": "0001", "preferred_username": "Maryam, married"}
    assert enter(door).id == person.id
    linked = told(opened, "account-linked")
    assert [said["by"] for _kind, said in linked] == ["claim"]
    assert [said["method"] for _kind, said in told(opened, "signed-in")] == ["openid", "openid"]
    assert [tried.outcome for tried in last_sign_ins(opened.place, 10)] == ["ok", "ok"]
    assert person == door.enter("مريم", SECRET)  # passwords go on
    prove_clean(opened.place.integrity())


def test_what_is_asked_is_what_the_rules_want(door, provider):
    browser = Browser()
    enter(door, browser)
    asked = provider.last_request
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert (asked["code_challenge_method"], asked["prompt"], asked["max_age"]) == ("S256", "login", "0")
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert "login_hint" not in asked
    assert "Go back to Muni Archive" in browser.pages[0]
    first = {asked[name] for name in ("state", "nonce", "code_challenge")}
    enter(door, expected="مريم")
    assert not first & {provider.last_request[name] for name in ("state", "nonce", "code_challenge")}
    assert provider.last_request["login_hint"] == "مريم"


def test_nothing_secret_is_kept(opened, door, provider, caplog):
    provider.secret = "a client's secret"
    take_word_of(opened.place, provider)
    with caplog.at_level("DEBUG", logger="muni_archive"):
        enter(door)
    written = [payload for _kind, said in told(opened) for payload in [json.dumps(said)]]
    form = provider.last_form
    for secret in (provider.secret, provider.last_token, form["code"], form["code_verifier"]):
        assert not any(secret in text for text in (*written, caplog.text))


def test_a_client_secret_is_sent_as_the_service_wants_it(opened, door, provider):
    provider.secret = "a client's secret & more"
    provider.description = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    take_word_of(opened.place, provider)
    assert enter(door).name == "مريم"
    assert provider.last_form["client_secret"] == provider.secret


def test_keys_that_are_changed_are_fetched_once_again(door, provider):
    enter(door)
    provider.asked.clear()
    enter(door)
    assert "/keys" not in provider.asked  # what was fetched a moment ago is remembered
    provider.rotate(EcKey())
    assert enter(door).name == "مريم"
    assert provider.asked.count("/keys") == 1


def test_what_proves_nothing_is_recorded_and_who_turns_back_is_not(opened, door, provider):
    provider.declines = "access_denied"
    with pytest.raises(AccountDeclined):
        enter(door)
    assert told(opened, "sign-in-failed") == []
    provider.declines = ""
    provider.twist = lambda claims: claims | {"nonce": "of another"}
    with pytest.raises(AccountNotProven):
        enter(door)
    assert told(opened, "sign-in-failed") == [("sign-in-failed", {"name": provider.issuer, "reason": "unproven"})]


def test_an_account_that_is_nobodys(opened, door, provider):
    provider.person = {"sub": "0002", "preferred_username": "سالم"}
    with pytest.raises(AccountUnknown) as refused:
        enter(door)
    assert refused.value.params == {"account": "سالم", "subject": "0002"}
    assert told(opened, "sign-in-failed")[-1][1] == {"name": "سالم", "reason": "unknown"}
    assert last_sign_ins(opened.place, 1)[0].outcome == "unknown"
    link_account(opened.place, "مريم", "0002")
    assert enter(door).name == "مريم"


def test_a_person_with_an_account_is_not_linked_to_another_of_the_same_name(door, provider):
    enter(door)
    provider.person = {"sub": "0666", "preferred_username": "مريم"}
    with pytest.raises(AccountUnknown):
        enter(door)


def test_without_a_claim_an_administrator_links(opened, door, provider):
    take_word_of(opened.place, provider, claim="")
    with pytest.raises(AccountUnknown):
        enter(door)
    link_account(opened.place, "مريم", "0001")
    assert enter(door).name == "مريم"


def test_an_account_is_one_persons_and_a_person_has_one(opened):
    link_account(opened.place, "مريم", "0001")
    with pytest.raises(AccountTaken):
        link_account(opened.place, "Admin", "0001")
    with pytest.raises(PersonLinked):
        link_account(opened.place, "مريم", "0002")
    assert unlink_account(opened.place, "مريم", reason="x") == 1
    link_account(opened.place, "Admin", "0001")
    prove_clean(opened.place.integrity())


def test_who_is_disabled_does_not_come_in_and_goes(opened, door):
    person = enter(door)
    assert door.still_may(person)
    disable_person(opened.place, "مريم", reason="left")
    assert not door.still_may(person)
    with pytest.raises(AccountDisabled):
        enter(door)
    assert told(opened, "sign-in-failed")[-1][1] == {"name": "مريم", "reason": "disabled"}
    admit_again(opened.place, "مريم", "another river of words")
    assert enter(door).id == person.id


def test_whose_link_is_ended_goes_and_a_new_password_disturbs_nobody(opened, door):
    person = enter(door)
    change_password(opened.place, "مريم", "another river of words")
    assert door.still_may(person)
    unlink_account(opened.place, "مريم", reason="x")
    assert not door.still_may(person)


def test_only_the_expected_person_comes_in(opened, door, provider):
    with pytest.raises(AccountOfAnother):
        enter(door, expected="Admin")
    assert not told(opened, "account-linked", "signed-in")
    provider.person = {"sub": "0003", "preferred_username": "Admin"}
    assert enter(door, expected="ADMIN").name == "Admin"


def test_a_service_that_is_removed_is_asked_no_more(opened, door, provider):
    link_account(opened.place, "مريم", "0001")
    remove_provider(opened.place, reason="x")
    assert door.provider() is None
    with pytest.raises(NoProvider):
        door.enter_with_account(Browser(), CancelToken())
    with pytest.raises(NoProvider):
        remove_provider(opened.place, reason="x")
    take_word_of(opened.place, provider)
    assert enter(door).name == "مريم"  # by the link that stayed
    prove_clean(opened.place.integrity())


def test_the_same_again_is_no_entry(opened, provider):
    before = len(told(opened))
    take_word_of(opened.place, provider)
    assert len(told(opened)) == before


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"token_endpoint": "http://id.example/token"},
        {"authorization_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"jwks_uri": "https://["},
        {"response_types_supported": ["id_token"]},
        {"code_challenge_methods_supported": ["plain"]},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
    ],
)
def test_a_description_that_does_not_fit_is_refused_before_anything_is_recorded(opened, provider, description):
    before = len(told(opened))
    provider.description = description
    with pytest.raises(ProviderWrong):
        set_provider(opened.place, named(provider, claim="email"))
    assert len(told(opened)) == before


def test_an_address_at_which_nobody_answers(opened, provider):
    with pytest.raises(ProviderUnreachable):
        set_provider(opened.place, Provider(issuer="http://127.0.0.1:1", client_id=CLIENT))
    with pytest.raises(ProviderUnreachable):
        set_provider(opened.place, Provider(issuer=f"{provider.issuer}/elsewhere", client_id=CLIENT))
    assert provider_here(opened.place) == named(provider)
