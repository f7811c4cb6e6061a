"""What a line says: prose, names, addresses, cells, labels with their values, numbers in every way they are written."""

from __future__ import annotations

import random
from collections.abc import Callable

from muni_archive.training.words import AREAS, TERMS, Words

_TO_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_TO_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_VOWELS = "\u064e\u064f\u0650\u0652\u064e\u0650"
_LETTER_NUMBERS = "أبجدهوزحطيكلمن"
_MONTHS = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
    "محرم",
    "صفر",
    "رمضان",
    "شوال",
    "رجب",
    "شعبان",
]
_LABELS = (
    "رقم", "الرقم", "رقم القسيمة", "قطعة", "القطعة رقم", "الرقم المدني", "التاريخ", "بتاريخ", "الموافق", "هاتف", "رقم الملف",
    "رقم الرخصة", "المرجع", "صفحة", "المبلغ", "المساحة", "شارع", "منزل", "الدور", "المنطقة", "رقم اللوحة", "المقياس", "Ref",
    "No", "Date", "Tel", "Scale", "Sheet",
)  # fmt: skip


class Texts:
    """Draws lines of text in logical order; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - made-up lines need no secrecy
        self._words = Words(self.chance)

    def line(self) -> str:
        """One line, 1 to about 110 signs."""
        kinds: tuple[tuple[Callable[[], str], int], ...] = (
            (self.prose, 34), (self.short, 16), (self.labelled, 14), (self.number, 12), (self.address, 5), (self.meta, 5),
            (self.english, 6), (self.mixed, 4), (self.listed, 2), (self.jumble, 2),
        )  # fmt: skip
        makers, weights = zip(*kinds, strict=True)
        text: str = self.chance.choices(makers, weights)[0]()
        draw = self.chance.random()
        if draw < 0.05:
            text = self._vowelled(text, 0.75)
        elif draw < 0.14:
            text = self._vowelled(text, 0.06)
        return " ".join(text.split())

    def prose(self) -> str:
        """A stretch of running text with its punctuation, numbers and the odd foreign word."""
        wanted, parts, length = self.chance.randint(30, 105), [], 0
        while length < wanted:
            draw = self.chance.random()
            if draw < 0.10:
                part = self.number()
            elif draw < 0.12:
                part = self._words.latin()
            elif draw < 0.14:
                part = f"({self._words.arabic()})"
            elif draw < 0.15:
                part = self._quoted()
            else:
                part = self._words.arabic()
            mark = self.chance.random()
            part += "،" if mark < 0.05 else "." if mark < 0.09 else self.chance.choice("؛:؟!") if mark < 0.11 else ""
            parts.append(part)
            length += len(part) + 1
        return " ".join(parts)[:110].strip()

    def short(self) -> str:
        """A heading, a name or the words of a cell."""
        draw = self.chance.random()
        if draw < 0.35:
            return self._words.name()
        if draw < 0.6:
            return self.chance.choice(TERMS)
        return " ".join(self._words.arabic() for _ in range(self.chance.randint(1, 4)))

    def labelled(self) -> str:
        """One or two labels with their values."""
        gap = " " * self.chance.randint(1, 2)
        return gap.join(self._label() for _ in range(self.chance.randint(1, 2)))

    def _label(self) -> str:
        label = self.chance.choice(_LABELS) if self.chance.random() < 0.6 else self._words.arabic()
        value = self.number() if self.chance.random() < 0.75 else self._words.name()
        return f"{label}{self.chance.choice((': ', ' : ', ' ', ' / ', ':', ' - '))}{value}"

    def address(self) -> str:
        """Area, block, street, house."""
        numbers = [self._digits(str(self.chance.randint(1, top))) for top in (12, 250, 120)]
        area = self.chance.choice(AREAS)
        return self.chance.choice((
            f"منطقة {area} قطعة {numbers[0]} قسيمة {numbers[1]}",
            f"{area} - ق {numbers[0]} - ش {numbers[1]} - م {numbers[2]}",
            f"{area}، القطعة ({numbers[0]})، القسيمة ({numbers[1]})، شارع {numbers[2]}",
        ))  # fmt: skip

    def meta(self) -> str:
        """The reference and date of a letter, its foot with the page."""
        return self.chance.choice((
            f"الرقم: {self.reference()} التاريخ: {self.date()}",
            f"ص.ب {self.count()} - هاتف {self.phone()} - صفحة {self._digits(str(self.chance.randint(1, 60)))}",
            f"بتاريخ {self.date()} هـ الموافق {self.date()} م",
            f"صفحة {self._digits(str(self.chance.randint(1, 9)))} من {self._digits(str(self.chance.randint(9, 60)))}",
        ))  # fmt: skip

    def english(self) -> str:
        """Words in Latin letters, with numbers and signs."""
        parts = []
        for _ in range(self.chance.randint(1, 9)):
            part = self._words.latin() if self.chance.random() < 0.85 else self._plain_number()
            parts.append(part + self.chance.choice(("", "", "", "", "", ",", ".", ":", ";", "-", "/")))
        if self.chance.random() < 0.08:
            parts.append(
                f"{self._words.latin().lower()}@{self._words.latin().lower()}.{self.chance.choice(('com', 'gov.kw'))}"
            )
        return " ".join(parts)[:100]

    def mixed(self) -> str:
        """Arabic and English of one thing side by side."""
        arabic = " ".join(self._words.arabic() for _ in range(self.chance.randint(1, 4)))
        latin = " ".join(self._words.latin() for _ in range(self.chance.randint(1, 3)))
        return self.chance.choice((f"{arabic} / {latin}", f"{arabic} ({latin})", f"{arabic} - {latin} {self.number()}"))

    def listed(self) -> str:
        """An item of a list."""
        mark = self.chance.choice((self._digits(str(self.chance.randint(1, 30))), self.chance.choice(_LETTER_NUMBERS)))
        sign = self.chance.choice((" -", "-", ")", ".", " )", "/"))
        return f"{mark}{sign} {' '.join(self._words.arabic() for _ in range(self.chance.randint(2, 8)))}"

    def jumble(self) -> str:
        """Signs in no order that a language would give them: the reader must see, not guess."""
        signs = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإؤئآ٠١٢٣٤٥٦٧٨٩0123456789ABCDEFGHKLMNPRSTXYZ-/.:()پچگڤژ۴۵۶%+=*#&_[]<>{}!?٪٫٬«»\"'°²³×÷•|"
        return "".join(
            self.chance.choice(signs) + (" " if self.chance.random() < 0.2 else "")
            for _ in range(self.chance.randint(3, 25))
        )

    def number(self) -> str:
        """A number of any kind in any digits."""
        makers: tuple[tuple[Callable[[], str], int], ...] = (
            (self.date, 24), (self.reference, 20), (self.count, 24), (self.phone, 7), (self.civil_id, 7), (self.money, 8),
            (self.measure, 8), (self.code, 6), (self.time, 3), (self.span, 4),
        )  # fmt: skip
        chosen, weights = zip(*makers, strict=True)
        text: str = self.chance.choices(chosen, weights)[0]()
        return text

    def date(self) -> str:
        """A day, Hijri or Gregorian."""
        pick = self.chance.randint
        day, month = pick(1, 31), pick(1, 12)
        year = pick(1950, 2035) if self.chance.random() < 0.6 else pick(1370, 1460)
        if self.chance.random() < 0.12:
            return f"{self._digits(str(day))} {self.chance.choice(_MONTHS)} {self._digits(str(year))}"
        sign = self.chance.choice("///-.")
        width = self.chance.choice((1, 2, 2))
        parts = [f"{day:0{width}}", f"{month:0{width}}", str(year)]
        if self.chance.random() < 0.3:
            parts.reverse()
        ending = self.chance.choice(("", "", "", "", "م", "هـ", " هـ", " م"))
        return self._digits(sign.join(parts)) + ending

    def reference(self) -> str:
        """The number of a letter or a case."""
        pick = self.chance.randint
        number, short = str(pick(1, 99999)), str(pick(1, 99))
        year = self.chance.choice((str(pick(1380, 1460)), str(pick(1960, 2035))))
        text = self.chance.choice((
            f"{number}/{short}", f"{number}/{short}", f"{number}/{year}", f"{year}/{number}", f"{short}/{number}/{year}",
            f"{number}-{short}", f"{year}-{number}", f"{short}/{pick(1, 20)}/{number}",
        ))  # fmt: skip
        text = self._digits(text)
        draw = self.chance.random()
        if draw < 0.10:
            return f"{self.chance.choice(('م', 'ب', 'أ', 'م ب', 'ق ر', 'إ هـ'))}/{text}"
        return f"({text})" if draw < 0.15 else text

    def count(self) -> str:
        """A bare number of one to six digits, a parcel say."""
        digits = self.chance.choice((1, 1, 2, 2, 3, 3, 4, 4, 5, 6))
        text = self._digits(str(self.chance.randint(10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1)))
        return f"({text})" if self.chance.random() < 0.08 else text

    def phone(self) -> str:
        digits = "".join(self.chance.choice("0123456789") for _ in range(self.chance.choice((8, 8, 9, 10))))
        draw = self.chance.random()
        text = f"{digits[:4]} {digits[4:]}" if draw < 0.1 else f"+965 {digits}" if draw < 0.15 else digits
        return self._digits(text)

    def civil_id(self) -> str:
        return self._digits("".join(self.chance.choice("0123456789") for _ in range(12)))

    def money(self) -> str:
        """An amount with its separators."""
        whole = self.chance.randint(1, 9_999_999)
        arabic = self.chance.random() < 0.5
        grouped = f"{whole:,}" if self.chance.random() < 0.7 else str(whole)
        text = grouped + (f".{self.chance.randint(0, 999):03}" if self.chance.random() < 0.5 else "")
        if arabic:
            text = text.translate(_TO_ARABIC)
            if self.chance.random() < 0.6:
                text = text.replace(",", "٬").replace(".", "٫")
        return text + self.chance.choice(("", "", " د.ك", " دينار", " KD", " ريال"))

    def measure(self) -> str:
        """A length, an area, a share, a scale."""
        value = (
            f"{self.chance.randint(0, 900)}.{self.chance.randint(0, 99)}"
            if self.chance.random() < 0.5
            else str(self.chance.randint(1, 2000))
        )
        unit = self.chance.choice((" م", " م²", " م2", " متر", " سم", "%", "٪", " mm", " m", "°", " كم"))
        draw = self.chance.random()
        if draw < 0.2:
            return self._digits(f"1:{self.chance.choice((50, 100, 200, 250, 500, 1000, 2500))}")
        if draw < 0.35:
            return self._digits(f"{value} × {self.chance.randint(1, 99)}")
        return self._digits(value) + unit

    def code(self) -> str:
        """A sheet, a model, a plate: letters and digits."""
        letters = "".join(self.chance.choice("ABCDEFGHIJKLMNPQRSTUVWXYZ") for _ in range(self.chance.randint(1, 4)))
        digits = "".join(self.chance.choice("0123456789") for _ in range(self.chance.randint(1, 6)))
        return self.chance.choice(
            (f"{letters}-{digits}", f"{letters}{digits}", f"{digits}/{letters}", f"{letters}-{digits[:1]}.{digits}")
        )

    def time(self) -> str:
        return self._digits(f"{self.chance.randint(0, 23)}:{self.chance.randint(0, 59):02}") + self.chance.choice(
            ("", " ص", " م")
        )

    def span(self) -> str:
        first = self.chance.randint(1, 2000)
        sign = self.chance.choice(("-", " - ", "–", " إلى ", "/"))
        return f"{self._digits(str(first))}{sign}{self._digits(str(first + self.chance.randint(1, 60)))}"

    def _plain_number(self) -> str:
        return str(self.chance.randint(0, 10 ** self.chance.randint(1, 6)))

    def _quoted(self) -> str:
        left, right = self.chance.choice(("«»", '""', "[]", "''", "{}"))
        return f"{left}{self._words.arabic()}{right}"

    def _digits(self, text: str) -> str:
        draw = self.chance.random()
        return text.translate(_TO_ARABIC) if draw < 0.55 else text.translate(_TO_PERSIAN) if draw < 0.58 else text

    def _vowelled(self, text: str, share: float) -> str:
        out = []
        for at, char in enumerate(text):
            out.append(char)
            if not "\u0621" <= char <= "\u064a" or char in "اىآ" or self.chance.random() > share:
                continue
            ends = at + 1 == len(text) or not text[at + 1].isalpha()
            if self.chance.random() < 0.12 and char not in "أإؤئء":
                out.append("\u0651")
            out.append(
                self.chance.choice("\u064b\u064c\u064d")
                if ends and self.chance.random() < 0.4
                else self.chance.choice(_VOWELS)
            )
        return "".join(out)
