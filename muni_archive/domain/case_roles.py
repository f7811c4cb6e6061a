"""The roles that a procedure's lanes may name."""

from __future__ import annotations

from collections.abc import Mapping

CASE_ROLES: Mapping[str, Mapping[str, str]] = {
    "clerk": {"ar": "كاتب", "en": "Clerk"},
    "reviewer": {"ar": "مراجع", "en": "Reviewer"},
    "supervisor": {"ar": "مشرف", "en": "Supervisor"},
    "archivist": {"ar": "أمين الأرشيف", "en": "Archivist"},
    "records_manager": {"ar": "مدير السجلات", "en": "Records manager"},
    "engineer": {"ar": "مهندس", "en": "Engineer"},
    "reader": {"ar": "مطّلع", "en": "Reader"},
    "administrator": {"ar": "مدير النظام", "en": "Administrator"},
    "auditor": {"ar": "مدقق", "en": "Auditor"},
}
"""By id, with what people call them."""


def role_named(text: str) -> str | None:
    """The role with this id or name, as somebody may have written it into a lane; None for an unknown one."""
    plain = text.strip().casefold()
    for role, labels in CASE_ROLES.items():
        if plain.replace(" ", "_").replace("-", "_") == role or plain in {
            label.casefold() for label in labels.values()
        }:
            return role
    return None
