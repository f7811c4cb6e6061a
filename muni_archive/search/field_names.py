"""The fields that a query may name, with the names that people use for them."""

from __future__ import annotations

from muni_archive.search.folding import fold

FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "parcel": ("قسيمة", "القسيمة", "plot"),
    "block": ("قطعة", "القطعة"),
    "area": ("منطقة", "المنطقة", "ضاحية"),
    "street": ("شارع", "الشارع"),
    "house": ("منزل", "المنزل", "بيت"),
    "civil_id": ("مدني", "الرقم_المدني", "رقم_مدني", "بطاقة", "civil", "civilid"),
    "licence": ("رخصة", "الرخصة", "ترخيص", "license"),
    "reference": ("مرجع", "المرجع", "إشارة", "ref"),
    "party": ("اسم", "الاسم", "صاحب", "المالك", "مالك", "name", "owner"),
    "title": ("عنوان", "العنوان"),
    "number": ("رقم", "الرقم", "وثيقة"),
    "file": ("ملف", "الملف"),
    "department": ("إدارة", "الإدارة", "قسم"),
    "class": ("صنف", "الصنف", "نوع"),
    "date": ("تاريخ", "التاريخ"),
    "sheet": ("لوحة", "اللوحة"),
}
"""Canonical names first; these are also the names under which values are indexed."""

ALIASES = {fold(alias): name for name, aliases in FIELD_NAMES.items() for alias in (name, *aliases)}
