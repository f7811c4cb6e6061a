"""What can go wrong when somebody signs in with an account of the municipality's provider."""

from __future__ import annotations

from muni_archive.domain.centre_errors import CentreError
from muni_archive.domain.marking import N_


class AccountError(CentreError):
    """Base. The centre tells these to stations as well."""

    code = "account-error"
    exit_code = 2
    status = 401


class ProviderUnreachable(AccountError):
    code = "account-provider-away"
    message = N_(
        "The municipality's sign-in service does not answer ({detail}). Sign in with your name and password here, or "
        "try again later."
    )
    status = 503


class ProviderWrong(AccountError):
    """It answers, and not as such a service must."""

    code = "account-provider-wrong"
    message = N_("The municipality's sign-in service cannot be used: {detail}. Tell the administrator.")
    status = 503


class BrowserMissing(AccountError):
    code = "account-no-browser"
    message = N_(
        "The browser could not be opened. Sign in with your name and password here, and tell the administrator."
    )


class AccountRefused(AccountError):
    """Base of answers that are final: nobody else is asked."""

    code = "account-refused"


class NoProvider(AccountRefused):
    code = "account-no-provider"
    message = N_("No sign-in service of the municipality is named here. Name one first: muni-archive provider set.")


class AccountDeclined(AccountRefused):
    code = "account-declined"
    message = N_("The sign-in was broken off in the browser ({detail}). Try again, or use your name and password here.")


class AccountTooLate(AccountRefused):
    code = "account-too-late"
    message = N_("No answer came from the browser in time. Try again.")


class AccountNotProven(AccountRefused):
    """The answer, or its token, does not prove who is there; `detail` is the name of the part that is wrong."""

    code = "account-not-proven"
    message = N_(
        "The sign-in service's answer does not prove who you are ({detail}). Try again; if it goes on, tell the "
        "administrator."
    )


class AccountClock(AccountRefused):
    code = "account-clock"
    message = N_(
        "The sign-in service's answer counts for another time: the clock of this computer, or of the service, is "
        "wrong. Set the clock, then try again."
    )


class AccountUnknown(AccountRefused):
    code = "account-unknown"
    message = N_(
        "The account {account} belongs to nobody here. An administrator must admit you, or link the account to you "
        "(its subject is {subject})."
    )


class AccountDisabled(AccountRefused):
    code = "account-disabled"
    message = N_("The access of {name} to this archive was ended. Ask an administrator.")


class AccountOfAnother(AccountRefused):
    code = "account-of-another"
    message = N_("The browser signed in {account}, and the window is locked for {name}. Sign in as {name}.")


class AccountTaken(AccountError):
    code = "account-taken"
    message = N_("This account is linked to {name} already. End that link first.")


class PersonLinked(AccountError):
    code = "account-person-linked"
    message = N_("{name} is linked to another account already ({subject}). End that link first.")
