"""Load a release as its readers do and print what each of them sees; run as a program, offline.

The three public readers ask for: one file at the root (sieval), the split ``train`` of the folder
(OpenCompass takes it out of the dictionary, GAGE names it).
"""

import json
import sys
from collections.abc import Callable

import datasets


def ways(folder: str) -> dict[str, Callable[[], "datasets.Dataset"]]:
    """One loader per way, by name."""
    load = datasets.load_dataset
    return {
        "sieval": lambda: load(folder, data_files="Inverse_IFEval_Dataset.json")["train"],
        "opencompass": lambda: load(folder)["train"],
        "gage": lambda: load(folder, split="train"),
        "test": lambda: load(folder, split="test"),
        "full": lambda: load(folder, "full", split="test"),
    }


def main(folder: str) -> None:
    """Print an object: per way the rows, the types, and the splits of the default config."""
    datasets.disable_progress_bars()
    found = {}
    for name, load in ways(folder).items():
        data = load()
        found[name] = {
            "rows": list(data),
            "types": {column: str(kind) for column, kind in data.features.items()},
        }
    splits = sorted(datasets.load_dataset(folder))
    sys.stdout.write(json.dumps({"ways": found, "splits": splits}))


if __name__ == "__main__":
    main(sys.argv[1])
