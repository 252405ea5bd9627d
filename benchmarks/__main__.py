"""Owns the runner ``python -m benchmarks [NAME...] [--save]``.

It prints every figure with its aim, and with the machine and commit it was measured on.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine

FOLDER = Path(__file__).parent
NOT_FIGURES = {"__main__", "large", "machine"}


def main() -> int:
    """Measure what was named, else everything; a missed aim is shown, and not an error."""
    known = sorted({module.name for module in pkgutil.iter_modules([str(FOLDER)])} - NOT_FIGURES)
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    parser.add_argument("--save", action="store_true", help="also write benchmarks/results/")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(known))
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(known)}")
    circumstances = machine.circumstances()
    _show("circumstances", circumstances)
    figures = []
    for name in arguments.names or known:
        figure = importlib.import_module(f"benchmarks.{name}").measure()
        figures.append(figure)
        _show(name, figure)
    if arguments.save:
        _save(circumstances, figures)
    return 0


def _show(title: str, values: Mapping[str, object]) -> None:
    lines = [title]
    for name, value in values.items():
        if name != "name":
            lines.append(
                f"  {name}: {value:.3f}" if isinstance(value, float) else f"  {name}: {value}"
            )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _save(circumstances: Mapping[str, object], figures: list[Mapping[str, object]]) -> None:
    file = FOLDER / "results" / f"{datetime.now(UTC):%Y-%m-%d}-{machine.commit()}.json"
    file.parent.mkdir(exist_ok=True)
    whole = {"circumstances": circumstances, "figures": figures}
    file.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"saved {file.relative_to(machine.ROOT)}\n")


if __name__ == "__main__":
    sys.exit(main())
