"""What can be wrong with a change of units, places, delegations and grants."""

from __future__ import annotations

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.marking import N_


class OrganisationError(ArchiveError):
    """Base of these: nothing was changed."""

    code = "organisation"
    exit_code = 2


class PeopleKnown(OrganisationError):
    code = "people-known"
    message = N_("This archive has people already. Ask an administrator among them.")


class LastAdministrator(OrganisationError):
    code = "last-administrator"
    message = N_("Nobody would be left to administer the archive. Make somebody else administrator first.")


class UnitKnown(OrganisationError):
    code = "unit-known"
    message = N_("There is a unit {unit} already. Choose another id.")


class UnitMisplaced(OrganisationError):
    code = "unit-misplaced"
    message = N_("This unit cannot stand there: a unit stands under a larger one, and never under itself.")


class UnitInUse(OrganisationError):
    code = "unit-in-use"
    message = N_("The unit cannot be closed yet: {detail}. Move or end these first.")


class UnitIsClosed(OrganisationError):
    code = "unit-closed"
    message = N_("This unit is closed: nobody is placed there any more. Choose another.")


class RoleUnknown(OrganisationError):
    code = "role-unknown"
    message = N_("There is no role {role}. Choose one of those that the data name.")


class PersonNotActive(OrganisationError):
    code = "person-not-active"
    message = N_("{name} is disabled. Admit the person again first.")


class DelegationRefused(OrganisationError):
    code = "delegation-refused"
    message = N_("These roles cannot be handed over: {detail}.")


class TimeWrong(OrganisationError):
    code = "time-wrong"
    message = N_("The end must lie after the beginning, and in the future.")


class OrganisationBegun(OrganisationError):
    code = "organisation-begun"
    message = N_("This archive has units already. Open, change and close them one by one.")
