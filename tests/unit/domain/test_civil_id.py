import pytest

from muni_archive.domain.civil_id import WEIGHTS, CivilIdWarning, civil_id_warning


def with_check_digit(first_eleven: str) -> str:
    remainder = sum(int(d) * w for d, w in zip(first_eleven, WEIGHTS, strict=True)) % 11
    assert remainder not in (0, 1), "choose another serial: implementations disagree about this one"
    return first_eleven + str(11 - remainder)


def test_a_sound_id_has_no_warning():
    assert civil_id_warning(with_check_digit("28501011235")) is None


def test_every_wrong_check_digit_is_pointed_out():
    good = with_check_digit("28501011235")
    wrong = [good[:11] + digit for digit in "0123456789" if digit != good[11]]
    assert {civil_id_warning(value) for value in wrong} == {CivilIdWarning.CHECK_DIGIT}


@pytest.mark.parametrize("value", ["", "123", "2850101123456", "28501011234x", "٢٨٥٠١٠١١٢٣٤٥"])
def test_anything_but_twelve_western_digits_is_a_wrong_length(value):
    assert civil_id_warning(value) is CivilIdWarning.LENGTH


@pytest.mark.parametrize("start", ["2850231", "2851301", "9850101", "2990229"])
def test_impossible_birth_dates_are_pointed_out(start):
    assert civil_id_warning(start + "12345") is CivilIdWarning.BIRTH_DATE


def test_a_leap_day_is_a_day():
    assert civil_id_warning(with_check_digit("30002291234")) is None
