"""Owns the check that a text is in the language it is declared to be in, by its scripts.

Only what people wrote in words counts: code, addresses, TeX commands, digits and punctuation say
nothing about the language. Scripts cannot tell English from French; they tell what happens: the
wrong language was chosen, or a text was pasted into the wrong field.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from db.errors import Invalid
from db.taxonomy.content import load_taxonomy

LEAST_SHARE: Final = 0.25
"""The least part of a text, by weight, that its language must have; the rest may be quoted."""
HAN_WEIGHT: Final = 3
"""Latin letters that say as much as one Han character: docs/decisions/language-by-script.md."""
MOST_KANA: Final = 0.25
"""The share of kana among Han and kana above which the Han characters are taken for Japanese."""

_FENCED: Final = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.M | re.S)
_SILENT: Final = re.compile(
    r"`[^`\n]*`"  # code within a line
    r"|(?:https?|ftp)://[!-~]+|www\.[!-~]+"  # addresses
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+"
    r"|\\[A-Za-z]+",  # TeX commands
    re.ASCII | re.I,
)
_HAN: Final = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_KANA: Final = re.compile("[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff]")
_LATIN: Final = re.compile(
    "[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\u2c60-\u2c7f"
    "\ua722-\ua787\ua78b-\ua7ff\uab30-\uab5a]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptShares:
    """What a text is written in; the three shares add up to 1, or are 0 without letters.

    Attributes:
        han: Share of Han characters among the letters.
        latin: Share of Latin letters.
        other: Share of all other letters, kana and Hangul among them.
        kana: Share of kana, a part of ``other``.
        letters: Number of letters that count; 0 means that nothing can be said.
    """

    han: float
    latin: float
    other: float
    kana: float
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFinding:
    """A text that does not look like its language.

    Attributes:
        language_id: The language it is declared to be in.
        share: The weighted share of that language's script, below ``LEAST_SHARE`` unless the Han
            characters are Japanese.
        shares: What it is written in.
    """

    language_id: str
    share: float
    shares: ScriptShares


def script_shares(text: str) -> ScriptShares:
    """Count the letters of a text by script, without code, addresses and TeX commands."""
    words = unicodedata.normalize("NFKC", _SILENT.sub(" ", _FENCED.sub(" ", text)))
    han = len(_HAN.findall(words))
    kana = len(_KANA.findall(words))
    latin = len(_LATIN.findall(words))
    # A few Han characters, such as 〇, are no letters to Python.
    letters = han + sum(map(str.isalpha, _HAN.sub("", words)))
    of = max(letters, 1)
    return ScriptShares(
        han=han / of,
        latin=latin / of,
        other=(letters - han - latin) / of,
        kana=kana / of,
        letters=letters,
    )


def check_language(language_id: str, text: str) -> LanguageFinding | None:
    """Tell a text that does not look like its language.

    Args:
        language_id: A language of the taxonomy, such as ``zh``.
        text: A prompt, a reference, a response.

    Returns:
        None when the text fits, and when nothing can be said: it has no letters, or its
        language is written in a script other than Han and Latin.

    Raises:
        Invalid: There is no such language.
    """
    scripts = _scripts()
    if language_id not in scripts:
        raise Invalid(
            f"The language {language_id!r} is not known; choose one of {', '.join(scripts)}."
        )
    script = scripts[language_id]
    shares = script_shares(text)
    if shares.letters == 0 or script not in {"han", "latin"}:
        return None
    share = _weighted(shares, script)
    japanese = script == "han" and shares.kana > MOST_KANA * (shares.han + shares.kana)
    if share >= LEAST_SHARE and not japanese:
        return None
    return LanguageFinding(language_id=language_id, share=share, shares=shares)


def _weighted(shares: ScriptShares, script: str) -> float:
    han = HAN_WEIGHT * shares.han
    own = han if script == "han" else shares.latin
    return own / (han + shares.latin + shares.other)


@cache
def _scripts() -> dict[str, str]:
    return {language.id: language.script for language in load_taxonomy().languages}
