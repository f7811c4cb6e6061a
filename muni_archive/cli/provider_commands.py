"""Commands about the municipality's sign-in service (OpenID Connect), and whose its accounts are."""

from __future__ import annotations

import click

from muni_archive.cli.organisation_commands import Where, opened
from muni_archive.cli.output import say
from muni_archive.domain.accounts import CLAIM, SCOPES, Provider
from muni_archive.messages import _
from muni_archive.services.people.accounts import (
    keep_client_secret,
    link_account,
    linked_accounts,
    provider_here,
    remove_provider,
    set_provider,
    unlink_account,
)


@click.group(help=_("Administer signing in with accounts of the municipality (OpenID Connect)."))
def provider() -> None:
    """Of the archive that `--archive` names; below `centre`, of the centre and all its stations."""


@provider.command(
    "set", help=_("Take the word of the sign-in service at this issuer. It is asked for its description.")
)
@click.argument("issuer")
@click.option("--client-id", required=True, help=_("What the service calls this program."))
@click.option(
    "--claim", default=CLAIM, show_default=True,
    help=_("What must equal a person's name at the first sign-in. Empty: an administrator links each account."),
)  # fmt: skip
@click.option("--scope", "scopes", multiple=True, default=SCOPES, show_default=True, help=_("May be repeated."))
@click.option("--secret", is_flag=True, help=_("Ask for a client secret; it stays on this machine."))
@click.pass_obj
def set_one(where: Where, issuer: str, client_id: str, claim: str, scopes: tuple[str, ...], secret: bool) -> int:
    named = Provider(issuer=issuer, client_id=client_id, claim=claim, scopes=scopes)
    told = _ask_secret() if secret else ""
    with opened(where) as place:
        set_provider(place, named, secret=told)
    _show(named)
    return 0


@provider.command(help=_("Show which sign-in service is named."))
@click.pass_obj
def show(where: Where) -> int:
    with opened(where, read_only=True) as place:
        found = provider_here(place)
    if found is None:
        say(_("No sign-in service is named."))
    else:
        _show(found)
    return 0


@provider.command(help=_("Let nobody sign in by the service any more; passwords go on."))
@click.option("--reason", required=True)
@click.pass_obj
def remove(where: Where, reason: str) -> int:
    with opened(where) as place:
        remove_provider(place, reason=reason)
    return 0


@provider.command(
    "secret", help=_("Keep the client secret on this machine, at a station whose centre names the service.")
)
@click.pass_obj
def keep_secret(where: Where) -> int:
    told = _ask_secret()
    with opened(where) as place:
        keep_client_secret(place, told)
    return 0


@provider.command(help=_("Link an account of the service, by its subject, to a person."))
@click.argument("name")
@click.argument("subject")
@click.pass_obj
def link(where: Where, name: str, subject: str) -> int:
    with opened(where) as place:
        linked = link_account(place, name, subject)
    say("\t".join((name, linked.subject, linked.issuer)))
    return 0


@provider.command(help=_("End the links of a person's accounts; who is in by one is signed out."))
@click.argument("name")
@click.option("--reason", required=True)
@click.pass_obj
def unlink(where: Where, name: str, reason: str) -> int:
    with opened(where) as place:
        say(_("{count} links are ended.").format(count=unlink_account(place, name, reason=reason)))
    return 0


@provider.command("links", help=_("List whose accounts are known."))
@click.pass_obj
def list_links(where: Where) -> int:
    with opened(where, read_only=True) as place:
        for person, identity in linked_accounts(place):
            say("\t".join((person.name, identity.subject, identity.issuer)))
    return 0


def _ask_secret() -> str:
    return str(click.prompt(_("Client secret"), hide_input=True))


def _show(named: Provider) -> None:
    claim = named.claim or _("(administrators link)")
    say("\t".join((named.issuer, named.client_id, claim, " ".join(named.scopes))))
