"""The made-up people, places and matters of the sample pages: all invented, all deterministic by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from muni_archive.domain.civil_id import WEIGHTS

_GIVEN = ("عبدالله", "محمد", "فهد", "سالم", "خالد", "يوسف", "ناصر", "مبارك", "أحمد", "بدر")
_FAMILY = ("الراشدي", "المنصور", "الصقر", "العامر", "الهاجري", "البدري", "السالم", "النجار")
_AREAS = ("النرجس", "الياسمين", "السنابل", "الواحة", "المرجان", "اللؤلؤة")
_STREETS = ("شارع ابن سينا", "شارع الخوارزمي", "شارع ابن بطوطة", "شارع المتنبي")
_OFFICES = ("مكتب الأفق للاستشارات الهندسية", "دار المسار للاستشارات الهندسية", "مكتب الركن للاستشارات الهندسية")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What one page is about."""

    name: str
    civil_id: str
    area: str
    block: str
    parcel: str
    street: str
    house: str
    licence: str
    reference: str
    date: str
    """ISO, Gregorian."""
    hijri: str
    office: str


def invent(random_: random.Random) -> Matter:
    """A matter that exists nowhere; its civil ID has a right check digit."""
    year = random_.randint(2019, 2024)
    month, day = random_.randint(1, 12), random_.randint(1, 28)
    return Matter(
        name=" ".join((*random_.sample(_GIVEN, 2), random_.choice(_FAMILY))),
        civil_id=_civil_id(random_),
        area=random_.choice(_AREAS),
        block=str(random_.randint(1, 12)),
        parcel=str(random_.randint(100, 989)),
        street=random_.choice(_STREETS),
        house=str(random_.randint(2, 88)),
        licence=f"{year}/{random_.randint(1000, 9899)}",
        reference=f"{year}/{random_.randint(10000, 98999)}",
        date=f"{year}-{month:02}-{day:02}",
        hijri=_hijri(year, month, day),
        office=random_.choice(_OFFICES),
    )


def _civil_id(random_: random.Random) -> str:
    while True:
        born = f"2{random_.randint(55, 99):02}{random_.randint(1, 12):02}{random_.randint(1, 28):02}"
        head = born + f"{random_.randint(0, 9999):04}"
        remainder = sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True)) % 11
        if remainder >= 2:
            return head + str(11 - remainder)


def _hijri(year: int, month: int, day: int) -> str:
    from hijridate import Gregorian

    date = Gregorian(year, month, day).to_hijri()
    return f"{date.year}/{date.month}/{date.day}"
