"""What our own elements say about a step: outcomes, checklists, fields, due time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element  # the type alone

from muni_archive.domain.comparing import Condition, ConditionMalformed, parse_condition
from muni_archive.domain.procedures import CheckItem, Checklist, Deed, Outcome, OutcomeKind
from muni_archive.domain.record_class import Choice, FieldKind, FieldSpec
from muni_archive.domain.working_time import WorkingTime, parse_duration
from muni_archive.messages import _
from muni_archive.workflow.elements import OWN, additions, is_true, item_label, own

_KNOWN: Mapping[str, tuple[str, ...]] = {
    "approve": ("approve", "approved", "accept", "ok", "yes", "موافقة", "موافق", "اعتماد", "معتمد", "نعم"),
    "return": ("return", "returned", "back", "إرجاع", "إعادة", "ارجاع", "اعادة"),
    "reject": ("reject", "rejected", "refuse", "no", "رفض", "مرفوض", "لا"),
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "approve": {"ar": "موافقة", "en": "Approve"},
    "return": {"ar": "إرجاع", "en": "Return"},
    "reject": {"ar": "رفض", "en": "Reject"},
    "done": {"ar": "تم", "en": "Done"},
}


class AdditionWrong(ValueError):
    """One of our own elements that makes no sense; the text says why, in the user's language."""


def outcome_id(said: str) -> str:
    """What a flow is called, as the id of an outcome: the words that everybody uses are known."""
    plain = " ".join(said.split()).casefold()
    return next((known for known, words in _KNOWN.items() if plain in words), " ".join(said.split()))


def plain_outcome(outcome: str) -> Outcome:
    """An outcome of which the file says no more than its id. What is not known to be harmless needs other eyes."""
    kind = OutcomeKind(outcome) if outcome in _LABELS else OutcomeKind.APPROVE
    return Outcome(id=outcome, kind=kind, label=_LABELS.get(outcome, {"ar": outcome, "en": outcome}))


def outcomes(element: Element) -> tuple[Outcome, ...]:
    """Those that the file lists; none when it leaves them to its gateways."""
    found = tuple(_outcome(each) for each in additions(element, "outcome"))
    if len({each.id for each in found}) < len(found):
        raise AdditionWrong(_("an outcome stands there twice"))
    return found


def _outcome(element: Element) -> Outcome:
    name = element.get("id", "").strip()
    if not name:
        raise AdditionWrong(_("an outcome has no id"))
    plain = plain_outcome(name)
    said = element.get("kind", plain.kind)
    if said not in set(OutcomeKind):
        raise AdditionWrong(_("{kind} is no kind of outcome").format(kind=said))
    label = {language: element.get(language, "").strip() or plain.label[language] for language in ("ar", "en")}
    return Outcome(id=name, kind=OutcomeKind(said), label=label)


def due(element: Element) -> WorkingTime | None:
    said = own(element, "due")
    return duration(said) if said else None


def duration(text: str) -> WorkingTime:
    try:
        return parse_duration(text)
    except ValueError as exc:
        raise AdditionWrong(
            _("{text} is no duration; write P3D for three working days, PT4H for four hours").format(text=text)
        ) from exc


def percent(element: Element) -> int:
    said = own(element, "sample") or "0"
    if not said.isascii() or not said.isdigit() or int(said) > 100:
        raise AdditionWrong(_("{text} is no percentage from 0 to 100").format(text=said))
    return int(said)


def deed(element: Element) -> Deed | None:
    text = own(element, "does")
    if text and text not in set(Deed):
        raise AdditionWrong(_("{text} is nothing that a step can do").format(text=text))
    return Deed(text) if text else None


def checklists(element: Element) -> tuple[Checklist, ...]:
    return tuple(
        Checklist(
            items=tuple(_items(each)),
            record_class=each.get("recordClass", "").strip(),
            when=condition(each.get("when", "")) if each.get("when") else None,
            of_record_class=is_true(each.get("ofRecordClass", ""), default=False),
        )
        for each in additions(element, "checklist")
    )


def condition(text: str) -> Condition:
    try:
        return parse_condition(text)
    except ConditionMalformed as exc:
        raise AdditionWrong(
            _("{text} is no comparison of the outcome or of a field, and nothing else may stand there").format(
                text=text
            )
        ) from exc


def _items(element: Element) -> Iterator[CheckItem]:
    for item in element.findall(f"{OWN}item"):
        if not item.get("id", "").strip():
            raise AdditionWrong(_("a line of the checklist has no id"))
        required = is_true(item.get("required", ""), default=True)
        yield CheckItem(id=item.get("id", "").strip(), label=item_label(item), required=required)


def fields(element: Element) -> tuple[FieldSpec, ...]:
    return tuple(_field(each) for each in additions(element, "field"))


def _field(element: Element) -> FieldSpec:
    name, kind = element.get("id", "").strip(), element.get("kind", "text").strip()
    if not name.isidentifier() or name == "outcome":
        raise AdditionWrong(_("{name} cannot be the id of a field").format(name=name or "?"))
    choices = tuple(
        Choice(value=each.get("id", ""), label=item_label(each)) for each in element.findall(f"{OWN}choice")
    )
    if kind not in set(FieldKind) or bool(choices) != (kind == FieldKind.CHOICE):
        raise AdditionWrong(_("the field {name} is of no known kind, or its choices do not fit").format(name=name))
    return FieldSpec(
        name=name, label=item_label(element), kind=FieldKind(kind), choices=choices,
        required=is_true(element.get("required", ""), default=False),
    )  # fmt: skip
