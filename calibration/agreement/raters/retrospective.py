"""Owns a study of raters with its provenance, and the one object that JSON gets of it."""

from dataclasses import dataclass

from calibration.agreement.estimate import Estimate
from calibration.agreement.raters.study import (
    RaterOptions,
    RaterPart,
    RaterStudy,
    RatingCounts,
    study_raters,
)
from calibration.agreement.retrospective import Source, program, source_of
from calibration.agreement.standing import RATERS_FILE, Standing
from db.intake import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterRetrospective:
    """Hold a study of raters with what it rests on.

    Attributes:
        study: The figures.
        labels: The file, or the rows of the workspace.
        program: Name and version of the program.
        standing: Whose labels these are, and how far the figures count.
    """

    study: RaterStudy
    labels: Source
    program: str
    standing: Standing


def retrospect_raters(
    labels: Table, options: RaterOptions, *, standing: Standing = RATERS_FILE
) -> RaterRetrospective:
    """Study several raters and keep where every figure comes from.

    Raises:
        GainsayError: What `study_raters` raises.
    """
    return RaterRetrospective(
        study=study_raters(labels, options),
        labels=source_of(labels),
        program=program(),
        standing=standing,
    )


def as_json(result: RaterRetrospective) -> dict[str, object]:
    """Write everything as one object for JSON: fractions 0-1 and unrounded, None with a reason."""
    done = result.study
    return {
        "note": result.standing.note,
        "evidence": result.standing.kind.value,
        **_part(done.whole),
        "differing_units": [
            {"unit": list(one.unit), "said": dict(one.said)} for one in done.differing
        ],
        "by": [{"where": dict(part.where), **_part(part)} for part in done.by],
        "provenance": provenance(result),
        **({"workspace": dict(result.standing.workspace)} if result.standing.workspace else {}),
    }


def provenance(result: RaterRetrospective) -> dict[str, object]:
    """Write what the figures rest on: file, columns, filters, labels, seed, program."""
    done = result.study
    plan = done.options.plan
    return {
        "labels_file": result.labels.as_json(),
        "key": list(done.ground.key),
        "rater": done.ground.rater,
        "cluster": done.ground.cluster,
        "where": {column: list(texts) for column, texts in done.selection.wanted.items()},
        "by": list(done.options.by),
        "labels": list(done.ground.labels),
        "level": done.options.level.value,
        "random_state": plan.random_state,
        "replicates": plan.replicates,
        "program": result.program,
    }


def rater_estimates(part: RaterPart) -> dict[str, Estimate]:
    """List a part's estimates under the names they have in reports, in their order."""
    figures = part.figures
    return {
        **{name.value: estimate for name, estimate in figures.coefficients.items()},
        **{f"prevalence of {label}": share for label, share in figures.prevalence.items()},
    }


def _part(part: RaterPart) -> dict[str, object]:
    figures = part.figures
    return {
        "n": part.rated_twice,
        "units": part.units,
        "rated_once": part.rated_once,
        "undecided": part.undecided,
        "clusters": part.clusters,
        "differing": part.differing,
        **_counts(part.counts),
        "raters": {rater: _counts(counts) for rater, counts in part.raters.items()},
        "ratings_per_unit": {"fewest": figures.fewest, "most": figures.most},
        **{name.value: estimate.as_json() for name, estimate in figures.coefficients.items()},
        "prevalence": {str(k): share.as_json() for k, share in figures.prevalence.items()},
        "pairs": [pair.as_json() for pair in part.pairs],
        "cochran_q": part.q.as_json(),
    }


def _counts(counts: RatingCounts) -> dict[str, object]:
    return {
        "decided": counts.decided,
        "cannot_tell": counts.cannot_tell,
        "empty": counts.empty,
        "absent": counts.absent,
    }
