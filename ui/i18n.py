"""Language and direction, decided once for the whole window."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
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


def number(value: float) -> str:
    """A number as the user's language writes it."""
    return QLocale().toString(value) if isinstance(value, int) else QLocale().toString(value, "f", 1)


def label_of(labels: dict[str, str] | object) -> str:
    """The label of data in the user's language."""
    found = dict(labels) if isinstance(labels, dict) else {}
    return found.get(current_language()) or found.get("en", "")
