"""Owns what the public hub checks before it takes files, as far as publishing meets it."""

import re
from fnmatch import fnmatch
from typing import Any

import yaml

# Above this, and for anything that is not text, the hub takes a file as a large object only.
LARGE_BYTES = 10_000_000
_SIZES = re.compile(r"n<1K|1K<n<10K|10K<n<100K|100K<n<1M|1M<n<10M|n>1T")
_LICENCES = [
    *("apache-2.0", "bsd-3-clause", "gpl-3.0", "mit", "odc-by", "other", "unknown"),
    *("cc0-1.0", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-sa-4.0"),
]
_LISTS = ("annotations_creators", "language_creators", "source_datasets", "tags", "configs")


def is_large(name: str, size: int, sample: bytes) -> bool:
    """Tell whether the hub takes a file as a large object."""
    return name.endswith(".parquet") or size > LARGE_BYTES or b"\0" in sample


def is_ignored(name: str, ignoring: bytes | None) -> bool:
    """Tell whether the dataset's own `.gitignore` names a file: it is left out without a word."""
    lines = (ignoring or b"").decode().splitlines()
    return any(fnmatch(name, line) or fnmatch(name.split("/")[-1], line) for line in lines if line)


def card_errors(text: str) -> list[str]:
    """Say what is wrong with the metadata of a card."""
    found: Any = None
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) == 3 and not parts[0]:
        try:
            found = yaml.safe_load(parts[1])
        except yaml.YAMLError as error:
            return [f"YAML: {type(error).__name__}"]
    if not isinstance(found, dict):
        return ["empty or missing yaml metadata in repo card"]
    wrong = [f'"{name}" must be an array' for name in _LISTS if _is_no_list(found.get(name))]
    licence = found.get("license")
    if licence not in (None, *_LICENCES):
        wrong.append(f'"license" must be one of {_LICENCES}')
    if licence == "other" and not re.fullmatch(r"[a-z0-9-.]+", str(found.get("license_name"))):
        wrong.append('"license_name" is required, in lower case')
    for language in found.get("language") or ():
        if not re.fullmatch(r"[a-z]{2,3}", str(language)):
            wrong.append(f'"language" must be ISO 639 codes, got {language!r}')
    for size in found.get("size_categories") or ():
        if not _SIZES.fullmatch(str(size)):
            wrong.append(f'"size_categories" is not one of the known: {size!r}')
    for config in found.get("configs") or ():
        if not isinstance(config, dict) or not config.get("config_name"):
            wrong.append('"configs" needs a "config_name" each')
    return wrong


def _is_no_list(value: object) -> bool:
    return value is not None and not isinstance(value, list)
