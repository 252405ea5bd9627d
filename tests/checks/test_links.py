import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.checks.project_files import ROOT, files, text_of

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
IMAGE_TAG = re.compile(r"<img[^>]*\bsrc=\"([^\"]+)\"|<a[^>]*\bhref=\"([^\"]+)\"")
FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def prose(markdown: str) -> str:
    """Leave out what is shown as code."""
    return re.sub(r"`[^`\n]*`", "``", FENCE.sub("", markdown))


def targets(markdown: str) -> list[str]:
    text = prose(markdown)
    tags = [first or second for first, second in IMAGE_TAG.findall(text)]
    return [unquote(target) for target in [*LINK.findall(text), *tags]]


def anchors(markdown: str) -> set[str]:
    """Name the headings as code hosts do: lower case, no punctuation, hyphens for spaces."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", markdown)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        number = 0
        while (name := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return found


def problem(page: Path, target: str) -> str | None:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    name, _, anchor = target.partition("#")
    if name.startswith("/"):
        return f"{page}: {target!r} is absolute; write it relative to the page"
    to = (ROOT / page.parent / name).resolve() if name else ROOT / page
    if not to.exists():
        return f"{page}: {target!r} does not exist"
    if anchor and to.suffix == ".md" and anchor not in anchors(to.read_text(encoding="utf-8")):
        return f"{page}: {target!r} has no such heading"
    return None


def test_every_link_of_the_docs_leads_somewhere() -> None:
    pages = [path for path in files(".md") if path.parts[0] != "tests"]
    broken = [
        found
        for page in pages
        for target in targets(text_of(page))
        if (found := problem(page, target)) is not None
    ]
    assert broken == []
    assert pages


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("docs/absent.md", "does not exist"),
        ("CONTRIBUTING.md#no-such-part", "no such heading"),
        ("/README.md", "absolute"),
        ("CONTRIBUTING.md#house-style", None),
        ("https://example.org/x", None),
    ],
)
def test_a_broken_link_is_seen(target: str, words: str | None) -> None:
    found = problem(Path("README.md"), target)
    assert found is None if words is None else found is not None and words in found


def test_links_in_code_are_not_links_and_headings_are_named_as_hosts_name_them() -> None:
    page = '# One `two`: 3\n# One two 3\n```\n# no\n[a](no.md)\n```\n`[b](no.md)` [c](d.md "e")'

    assert targets(page) == ["d.md"]
    assert anchors(page) == {"one-two-3", "one-two-3-1"}
