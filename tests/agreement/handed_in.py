"""Owns small handed-in files for tests: rows typed as csv text or as objects."""

import json

from calibration.agreement.bootstrap import Plan
from calibration.agreement.study import Options, Study, study
from db.intake import Table, read_upload

QUICK = Plan(replicates=100)


def gold(text: str) -> Table:
    return read_upload("gold.csv", text.strip().replace(" ", "").encode(), what="gold")


def verdicts(text: str) -> Table:
    return read_upload("verdicts.csv", text.strip().replace(" ", "").encode())


def objects(what: str, *rows: dict[str, object]) -> Table:
    return read_upload(f"{what}.json", json.dumps(rows).encode(), what=what)


def run(gold_table: Table, verdict_table: Table, *, judge: str = "j", **options: object) -> Study:
    asked = Options(judge=judge, plan=QUICK, **options)  # type: ignore[arg-type]
    return study(gold_table, verdict_table, asked)
