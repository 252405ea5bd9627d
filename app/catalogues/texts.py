"""Owns the texts of the screens: one gettext catalogue per language, read from its .po file.

Keys are dotted ids, so that the English wording can change without touching code. The catalogues
are compiled in memory on first use; tests keep both complete and free of unused keys.
"""

import gettext
import io
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "gainsay"


class UiLanguage(StrEnum):
    """A language of the screens; it says nothing about the language of items."""

    EN = "en"
    ZH = "zh"


def language_of(locale: str | None) -> UiLanguage:
    """Choose the language for a browser's locale such as ``zh-CN``; English for all others."""
    return UiLanguage.ZH if (locale or "").lower().startswith("zh") else UiLanguage.EN


def text(language: UiLanguage, key: str) -> str:
    """Give a text; the key itself when the catalogue lacks it."""
    return _compiled(language).gettext(key)


def counted_text(language: UiLanguage, key: str, n: int) -> str:
    """Give the form of a text that fits a number."""
    return _compiled(language).ngettext(key, key, n)


def read_catalogue(language: UiLanguage) -> Catalog:
    """Read a language's .po file."""
    file = files("app.catalogues") / language.value / "LC_MESSAGES" / f"{DOMAIN}.po"
    with file.open("rb") as stream:
        return read_po(stream, locale=language.value, domain=DOMAIN)


@cache
def _compiled(language: UiLanguage) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
