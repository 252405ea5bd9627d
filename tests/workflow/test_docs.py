"""The table of acts in the docs is the one that the program asks."""

from pathlib import Path

from curation.review.transitions import RULES
from db.queries.status import ItemStatus

DOC = Path(__file__).parents[2] / "docs" / "workflow.md"


def generated() -> str:
    lines = ["| act | where it is legal | who |", "| --- | --- | --- |"]
    for kind, rule in RULES.items():
        left_out = [status for status in ItemStatus if status not in rule.statuses]
        where = (
            "everywhere but " + ", ".join(f"`{status}`" for status in left_out)
            if len(left_out) < len(rule.statuses)
            else ", ".join(f"`{status}`" for status in ItemStatus if status in rule.statuses)
        )
        who = " or ".join(rule.roles) + (", their own only" if rule.writers else "")
        lines.append(f"| `{kind}` | {where} | {who}{', not of their own' * rule.impartial} |")
    return "\n".join(lines)


def test_the_docs_show_the_table_that_the_program_asks() -> None:
    text = DOC.read_text(encoding="utf-8")
    shown = text.partition("<!-- acts -->\n")[2].partition("\n<!-- end of acts -->")[0]
    assert shown == generated()
