"""Owns where the files of a release stand and what the readers call them."""

from typing import Final

CARD: Final = "README.md"
CHANGE_LOG: Final = "CHANGELOG.md"
CITATION: Final = "CITATION.cff"
LICENCE: Final = "LICENSE"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
CROISSANT: Final = "croissant.json"

# One reader asks for this very name at the root.
SIX_JSON: Final = "Inverse_IFEval_Dataset.json"
SIX_PARQUET: Final = "data/test-00000-of-00001.parquet"
FULL_PARQUET: Final = "full/test-00000-of-00001.parquet"

SIX_CONFIG: Final = "default"
FULL_CONFIG: Final = "full"
# The same file under both names: two readers ask for train, the card's own name is test.
SIX_SPLITS: Final = ("test", "train")
FULL_SPLITS: Final = ("test",)
