"""Owns a report as one HTML page: no script, no outside address, every text escaped.

The page forbids itself to load anything (content security policy) and follows the reader's light or
dark setting.
"""

from html import escape
from typing import Final

from calibration.agreement.report_document import Block, Document
from calibration.agreement.report_markdown import visible

_STYLE: Final = """
:root { color-scheme: light dark; --text: #1c2733; --page: #ffffff; --line: #c9d3dc;
  --band: #f2f5f8; --note: #7a4b00; --note-page: #fff4dc; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e9ef; --page: #12181f;
  --line: #39454f; --band: #1b232c; --note: #ffd58a; --note-page: #33270f; } }
body { font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; color: var(--text);
  background: var(--page); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin-top: 2rem; }
.note { color: var(--note); background: var(--note-page); padding: .6rem .9rem;
  border-left: 4px solid var(--note); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem;
  border-bottom: 1px solid var(--line); }
th { background: var(--band); font-weight: 600; }
@media print { body { margin: 0; max-width: none; } }
"""


def html(report: Document) -> str:
    """Write a report as one self-contained HTML page."""
    blocks = "\n".join(_section(block) for block in report.blocks)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{_inert(report.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{_inert(report.title)}</h1>
<p class="note">{_inert(report.note)}</p>
{blocks}
</body>
</html>
"""


def _section(block: Block) -> str:
    head = "".join(f'<th scope="col">{_inert(text)}</th>' for text in block.head)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_inert(text)}</td>" for text in row) + "</tr>" for row in block.rows
    )
    remark = f"<p>{_inert(block.remark)}</p>\n" if block.remark else ""
    return (
        f"<section>\n<h2>{_inert(block.title)}</h2>\n{remark}"
        f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n</section>"
    )


def _inert(text: str) -> str:
    return escape(visible(text), quote=True)
