"""Owns a report as Markdown: plain tables, all foreign text inert."""

import re
from typing import Final

from calibration.agreement.report_document import Block, Document

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|&~$])")


def markdown(report: Document) -> str:
    """Write a report as Markdown text."""
    parts = [f"# {inert(report.title)}", f"**{inert(report.note)}**"]
    for block in report.blocks:
        parts.append(f"## {inert(block.title)}")
        if block.remark:
            parts.append(inert(block.remark))
        parts.append(_table(block))
    return "\n\n".join(parts) + "\n"


def inert(text: str) -> str:
    """Escape what Markdown would act on, and show control and direction characters as codes."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def visible(text: str) -> str:
    """Replace what does not print (controls, line ends, direction marks) by its code."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _table(block: Block) -> str:
    lines = [block.head, tuple("---" for _ in block.head), *block.rows]
    cells = [
        [text if number == 1 else inert(text) for text in line] for number, line in enumerate(lines)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
