"""Owns a sentence in the two languages of the screens.

A verifier brings its own sentences, because one that somebody else wrote has no catalogue here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One sentence, in English and in Chinese."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        """Give the sentence for a language of the screens; English for any other."""
        return self.zh if language == "zh" else self.en
