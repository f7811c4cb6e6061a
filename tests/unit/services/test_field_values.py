import pytest

from muni_archive.domain.errors import FieldInvalid
from muni_archive.domain.record_class import Choice, FieldKind, FieldSpec
from muni_archive.services.field_values import canonical_date, canonical_value


def spec(kind: FieldKind, **more: object) -> FieldSpec:
    return FieldSpec(name="f", label={"ar": "حقل", "en": "Field"}, kind=kind, **more)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2024-03-01", "2024-03-01"),
        ("1/3/2024", "2024-03-01"),
        ("٠١/٠٣/٢٠٢٤", "2024-03-01"),
        ("۰۱.۰۳.۲۰۲۴", "2024-03-01"),
        ("٢٠٢٤/٣/١", "2024-03-01"),
        ("  ", ""),
    ],
)
def test_dates_are_kept_as_iso(written, kept):
    assert canonical_date(written) == kept


@pytest.mark.parametrize("written", ["31/2/2024", "2024", "yesterday", "1/13/2024"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(FieldInvalid):
        canonical_date(written)


def test_numbers_are_kept_in_western_digits_without_gaps():
    assert canonical_value(spec(FieldKind.NUMBER), " ١٢ ٣/٤٥ ") == "123/45"


def test_a_number_without_a_digit_is_refused():
    with pytest.raises(FieldInvalid):
        canonical_value(spec(FieldKind.NUMBER), "لا يوجد")


def test_text_keeps_its_digits_as_they_stand_on_the_paper():
    assert canonical_value(spec(FieldKind.TEXT), " شارع ٥ ") == "شارع ٥"


def test_a_choice_must_be_one_of_those_offered():
    choice = spec(FieldKind.CHOICE, choices=(Choice(value="new", label={"ar": "جديد", "en": "New"}),))
    assert canonical_value(choice, "new") == "new"
    with pytest.raises(FieldInvalid):
        canonical_value(choice, "old")
