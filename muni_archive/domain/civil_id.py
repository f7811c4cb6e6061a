"""The civil ID: 12 digits, century + YYMMDD + serial + check digit.

Implementations disagree about some check digits and IDs with impossible birth dates exist, so a doubtful
ID is pointed out and never refused.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

WEIGHTS = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CENTURIES = {"1": 1800, "2": 1900, "3": 2000}


class CivilIdWarning(StrEnum):
    """Why an ID looks wrong."""

    LENGTH = "civil_id_length"
    BIRTH_DATE = "civil_id_birth_date"
    CHECK_DIGIT = "civil_id_check_digit"


def civil_id_warning(value: str) -> CivilIdWarning | None:
    """What is doubtful about the ID (Western digits), or None."""
    if len(value) != 12 or not value.isascii() or not value.isdigit():
        return CivilIdWarning.LENGTH
    if not _birth_date_exists(value):
        return CivilIdWarning.BIRTH_DATE
    remainder = sum(int(digit) * weight for digit, weight in zip(value, WEIGHTS, strict=False)) % 11
    if remainder in (0, 1):
        return None
    return None if int(value[11]) == 11 - remainder else CivilIdWarning.CHECK_DIGIT


def _birth_date_exists(value: str) -> bool:
    century = CENTURIES.get(value[0])
    if century is None:
        return False
    try:
        date(century + int(value[1:3]), int(value[3:5]), int(value[5:7]))
    except ValueError:
        return False
    return True
