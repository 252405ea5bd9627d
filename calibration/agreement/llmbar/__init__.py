"""Owns the bundled LLMBar study: real human labels and real verdicts, unchanged, under MIT."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmbarPaths:
    """Hold where the files of the study are installed; `README.md` describes their columns.

    Attributes:
        gold: 419 human labels.
        verdicts: 54,470 verdicts of 65 judges in two presentation orders.
        published: The authors' own figures.
        pairs: The instructions with both outputs.
        licence: The MIT licence of the data.
    """

    gold: Path
    verdicts: Path
    published: Path
    pairs: Path
    licence: Path


def llmbar_paths() -> LlmbarPaths:
    """Find the bundled files."""
    folder = Path(__file__).parent
    return LlmbarPaths(
        gold=folder / "gold.csv",
        verdicts=folder / "verdicts.csv.gz",
        published=folder / "published.csv",
        pairs=folder / "pairs.jsonl",
        licence=folder / "LICENSE",
    )
