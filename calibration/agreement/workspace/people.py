"""Owns how far the people of a workspace agree with one another, over their live labels."""

from collections import Counter
from dataclasses import dataclass, field

from calibration.agreement.bootstrap import Plan
from calibration.agreement.raters.level import Level
from calibration.agreement.raters.retrospective import RaterRetrospective, retrospect_raters
from calibration.agreement.raters.study import RaterOptions
from calibration.agreement.workspace.evidence import (
    columns_of,
    gather,
    standing_of,
    table_of,
)
from db.engine import Session
from db.errors import NotFound
from db.intake import Row
from db.labels import LabelSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleQuestion:
    """Hold what a person asks about the raters of the workspace.

    Attributes:
        sources: Which label sources; empty takes blind labels of people.
        where: Filters COL=VALUE on the columns of the workspace's rows.
        by: Columns whose values cut the study into groups.
        level: The level of measurement of Krippendorff's alpha.
        plan: How the bootstrap resamples, and from which seed.
    """

    sources: tuple[LabelSource, ...] = ()
    where: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    level: Level = Level.NOMINAL
    plan: Plan = field(default_factory=Plan)


def study_people(session: Session, question: PeopleQuestion) -> RaterRetrospective:
    """Measure the agreement of the workspace's raters.

    Raises:
        NotFound: There is no label, or no response with labels of two raters.
        Invalid: An option that does not fit the rows.
    """
    evidence = gather(session, sources=question.sources, where=question.where)
    shared = Counter(label.response.response_id for label in evidence.labels)
    if max(shared.values()) < 2:
        raise NotFound(
            f"There is nothing to measure: of {len(shared):,} labelled responses none has labels "
            "of two raters (n = 0); have a second person label the same responses, or hand in a "
            "file with --labels."
        )
    rows: list[Row] = [
        columns_of(label.response)
        | {
            "rater": evidence.rater_of(label),
            "label": label.decision.value,
            "source": label.source.value,
        }
        for label in evidence.labels
    ]
    named = "+".join(source.value for source in evidence.sources)
    simulated = "responses of a simulated model are among the labelled ones"
    return retrospect_raters(
        table_of(f"the labels {named} of this workspace", "labels", rows, tuple(rows[0])),
        RaterOptions(
            where=question.where, by=question.by, level=question.level, plan=question.plan
        ),
        standing=standing_of(
            evidence,
            human=(
                f"blind labels by {len(evidence.raters):,} people in this workspace, given before "
                "they saw source, model or verdicts; these figures describe them and are no "
                "certificate"
            ),
            gold=f"the labels {named}",
            workspace=evidence.as_json(),
            simulated=simulated if evidence.includes_simulated else "",
        ),
    )
