"""Language and direction, decided once for the whole window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from html import escape

from PySide6.QtCore import QDate, QDateTime, QLibraryInfo, QLocale, QTime, QTranslator
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication

from muni_archive.messages import current_language, use_language


def install_language(app: QApplication, language: str) -> None:
    """Texts, direction and Qt's own buttons in `language` (`ar` or `en`)."""
    use_language(language)
    arabic = current_language() == "ar"
    QLocale.setDefault(QLocale(QLocale.Language.Arabic, QLocale.Country.Kuwait) if arabic else QLocale("en"))
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if arabic else Qt.LayoutDirection.LeftToRight)
    if arabic:
        translator = QTranslator(app)
        if translator.load("qtbase_ar", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(translator)


def as_plain(text: str) -> str:
    """For labels and tooltips: text from elsewhere shown as it is, though Qt would take it for HTML.

    Otherwise a title could look like something that the program says, or fetch a picture from a place of its choice.
    """
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if Qt.mightBeRichText(text) else text


def number(value: int) -> str:
    """A number as the user's language writes it."""
    return str(QLocale().toString(value))


def direction_mark() -> str:
    """Put before a text that begins with an isolated part: it gives the whole its direction, and its side."""
    return "\u200f" if current_language() == "ar" else "\u200e"


def short_time(when: datetime) -> str:
    """A moment as the user's language writes it, in local time."""
    local = when.astimezone()
    moment = QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
    return str(QLocale().toString(moment, QLocale.FormatType.ShortFormat))


def exact_time(when: datetime) -> str:
    """A moment to the second, in local time: the same length everywhere, in the digits of the language."""
    local = when.astimezone()
    day, time = QDate(local.year, local.month, local.day), QTime(local.hour, local.minute, local.second)
    return str(QLocale().toString(QDateTime(day, time), "yyyy/MM/dd HH:mm:ss"))


def short_day(day: date) -> str:
    """A day as the user's language writes it."""
    return str(QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat))


def moment(when: datetime) -> str:
    """As `short_time`, without the day when it is today."""
    local = when.astimezone()
    if local.date() != datetime.now().astimezone().date():
        return short_time(when)
    return str(QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat))


def label_of(labels: Mapping[str, str]) -> str:
    """The label of data in the user's language."""
    return labels.get(current_language()) or labels.get("en", "")


def short_date(when: datetime) -> str:
    """The day of a moment as the user's language writes it, in local time."""
    local = when.astimezone()
    return str(QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat))
