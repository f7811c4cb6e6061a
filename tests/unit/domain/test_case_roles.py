"""The roles of lanes are those of the organisation: one id, one name."""

from muni_archive.domain.case_roles import CASE_ROLES
from muni_archive.organisation_files import read_roles


def test_lanes_call_roles_as_the_organisation_does():
    assert {role.id: dict(role.label) for role in read_roles().values()} == {
        name: dict(label) for name, label in CASE_ROLES.items()
    }
