"""Owns a study with its provenance: what was counted, in which files, by which program and seed.

Figures look back at labels that anybody may have seen: they describe, and never prove for the
future. Every object and report made from them carries its standing.
"""

from dataclasses import dataclass
from importlib.metadata import version

from calibration.agreement.estimate import Estimate
from calibration.agreement.standing import FILES, Standing
from calibration.agreement.study import Options, Part, Study, study
from calibration.agreement.summary import UNSCORED, Rate, Summary
from db.intake import Table

NOTE = FILES.note


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Hold which file the figures rest on.

    Attributes:
        name: Its name, without folders.
        sha256: Hexadecimal SHA-256 of its bytes.
        rows: How many rows it has, without the header.
    """

    name: str
    sha256: str
    rows: int

    def as_json(self) -> dict[str, object]:
        """Write the source as an object for JSON."""
        return {"name": self.name, "sha256": self.sha256, "rows": self.rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrospective:
    """Hold a study with what it rests on.

    Attributes:
        study: The figures.
        gold: The gold file.
        verdicts: The verdicts file.
        program: Name and version of the program.
        standing: Whose labels these are, and how far the figures count.
    """

    study: Study
    gold: Source
    verdicts: Source
    program: str
    standing: Standing = FILES


def retrospect(
    gold: Table, verdicts: Table, options: Options, *, standing: Standing = FILES
) -> Retrospective:
    """Study labels and verdicts and keep where every figure comes from.

    Args:
        gold: A handed-in file, or rows of the workspace in its form.
        verdicts: The same for the verdicts.
        options: What to look at.
        standing: Whose labels these are; files by default.

    Raises:
        GainsayError: What `study` raises.
    """
    return Retrospective(
        study=study(gold, verdicts, options),
        gold=source_of(gold),
        verdicts=source_of(verdicts),
        program=program(),
        standing=standing,
    )


def program() -> str:
    """Give the name and version of this program."""
    return f"gainsay {version('gainsay')}"


def as_json(result: Retrospective) -> dict[str, object]:
    """Write everything as one object for JSON: fractions 0-1 and unrounded, None with a reason."""
    done = result.study
    return {
        "note": result.standing.note,
        "evidence": result.standing.kind.value,
        **_part(done.whole, done.ground.labels),
        "by": [
            {"where": dict(part.where), "note": part.note, **_part(part, done.ground.labels)}
            for part in done.by
        ],
        "provenance": provenance(result),
        **({"workspace": dict(result.standing.workspace)} if result.standing.workspace else {}),
    }


def provenance(result: Retrospective) -> dict[str, object]:
    """Write what the figures rest on: files, key, filters, labels, seed, program."""
    done = result.study
    plan = done.options.plan
    return {
        "gold": result.gold.as_json(),
        "verdicts": result.verdicts.as_json(),
        "key": list(done.ground.key),
        "where": {column: list(texts) for column, texts in done.selection.wanted.items()},
        "where_applies_to": {
            column: [
                name
                for name, sheet in (("gold", done.ground.gold), ("verdicts", done.ground.verdicts))
                if column in sheet
            ]
            for column in done.selection.wanted
        },
        "by": list(done.options.by),
        "cluster": done.ground.cluster,
        "labels": list(done.ground.labels),
        "positive": done.positive,
        "random_state": plan.random_state,
        "replicates": plan.replicates,
        "program": result.program,
    }


def _part(part: Part, labels: tuple[str, ...]) -> dict[str, object]:
    one = part.summary
    counts = one.counts
    written: dict[str, object] = {
        "judge": one.judge,
        "n": counts.n,
        "scored": counts.scored,
        "unscored": counts.unscored,
        "right": counts.right,
        "clusters": one.clusters,
        "deff": one.deff,
        "n_eff": one.n_eff,
        "accuracy": one.accuracy.as_json(),
        "exact": one.exact.as_json(),
        "counted_wrong": one.counted_wrong.as_json(),
        "lower_one_sided": one.lower_one_sided.low,
        "lower_one_sided_method": one.lower_one_sided.method,
        "lower_one_sided_reason": one.lower_one_sided.reason,
        **{name.value: estimate.as_json() for name, estimate in one.coefficients.items()},
        "tpr": _rate(one.tpr),
        "tnr": _rate(one.tnr),
        "prevalence": {label: one.prevalence[label].as_json() for label in labels},
        "confusion": _confusion(one, labels),
    }
    return written | _versus(part)


def _versus(part: Part) -> dict[str, object]:
    if part.versus is None:
        return {}
    counts, found = part.versus.counts, part.versus.comparison
    return {
        "compare": {
            "judge": part.versus.judge,
            "n": counts.n,
            "scored": counts.scored,
            "unscored": counts.unscored,
            "right": counts.right,
        },
        "only_first_right": found.only_first_right,
        "only_second_right": found.only_second_right,
        "mcnemar_p": found.mcnemar_p,
        "sign_flip_p": found.sign_flip_p,
        "difference": found.difference.as_json(),
    }


def _rate(rate: Rate) -> dict[str, object]:
    return rate.scored.as_json() | {"lower_one_sided": rate.lower.low}


def _confusion(one: Summary, labels: tuple[str, ...]) -> dict[str, object]:
    return {
        "labels": list(labels),
        "gold_by_verdict": [[one.table[gold][verdict] for verdict in labels] for gold in labels],
        "unscored": [one.table[gold][UNSCORED] for gold in labels],
    }


def source_of(table: Table) -> Source:
    """Say which file or which rows of the workspace a table is."""
    return Source(name=table.name, sha256=table.sha256, rows=len(table.rows))


def estimates(one: Summary) -> dict[str, Estimate]:
    """List a summary's estimates under the names they have in JSON, in the order of reports."""
    return {
        "accuracy": one.accuracy,
        "exact": one.exact,
        "counted_wrong": one.counted_wrong,
        "lower_one_sided": one.lower_one_sided,
        **{name.value: estimate for name, estimate in one.coefficients.items()},
        "tpr": one.tpr.scored,
        "tnr": one.tnr.scored,
        **{f"prevalence of {label}": share for label, share in one.prevalence.items()},
    }
