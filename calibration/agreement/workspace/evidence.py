"""Owns which of the workspace's labels enter a study, and what is left out, counted.

Only blind labels of people are human evidence. Labels of demonstration people never enter; labels
of simulated responses only when a filter asks for them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from calibration.agreement.standing import Kind, Standing
from db.engine import Session
from db.errors import NotFound
from db.hashing import canonical_json
from db.intake import Row, Table
from db.labels import HUMAN_EVIDENCE, LabelSource
from db.queries.agreement import (
    LabelledResponse,
    LiveLabel,
    count_surplus,
    live_by_source,
    live_labels,
)
from db.workspace import WorkspaceKind, find_workspace

UNASSIGNED: Final = "unassigned"
BLIND: Final = (LabelSource.BLIND_HUMAN,)
Identity: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Hold the labels of a study.

    Attributes:
        sources: The label sources that were asked for.
        labels: One live label per rater and response: the newest.
        identities: Per name who bears it: annotator and rater of a file.
        earlier: Labels left out because the same rater has a newer one on the response.
        demonstration: Labels of demonstration people, left out.
        simulated: Labels of simulated responses, left out.
        surplus: Labels handed in too late, left out.
        includes_simulated: Whether labels of simulated responses are among ``labels``.
    """

    sources: tuple[LabelSource, ...]
    labels: tuple[LiveLabel, ...]
    identities: Mapping[str, frozenset[Identity]]
    earlier: int
    demonstration: int
    simulated: int
    surplus: int
    includes_simulated: bool

    @property
    def is_human(self) -> bool:
        """Whether every label is human evidence."""
        return set(self.sources) <= HUMAN_EVIDENCE

    @property
    def responses(self) -> int:
        """How many responses have a label."""
        return len({label.response.response_id for label in self.labels})

    @property
    def raters(self) -> tuple[str, ...]:
        """Who gave the labels, by name."""
        return tuple(sorted({self.rater_of(label) for label in self.labels}))

    def rater_of(self, label: LiveLabel) -> str:
        """Name who decided: the rater of an imported file, else the annotator.

        Two importers may have a rater of one name, who then are told apart by who imported.
        """
        name = label.rater or label.handle
        if len(self.identities[name]) == 1:
            return name
        return f"{name} (imported by {label.handle})" if label.rater else f"{name} (here)"

    def as_json(self) -> dict[str, object]:
        """Write what entered and what did not as an object for JSON."""
        return {
            "sources": [source.value for source in self.sources],
            "human_evidence": self.is_human and not self.includes_simulated,
            "labels": len(self.labels),
            "responses": self.responses,
            "raters": len(self.raters),
            "earlier_left_out": self.earlier,
            "demonstration_left_out": self.demonstration,
            "simulated_left_out": self.simulated,
            "surplus_left_out": self.surplus,
        }


def gather(session: Session, *, sources: Sequence[LabelSource], where: Sequence[str]) -> Evidence:
    """Gather the live labels of a study.

    Args:
        session: Open for reading.
        sources: Which label sources; empty takes blind labels of people.
        where: The filters of the study; one on `simulated` lets simulated responses in.

    Raises:
        NotFound: There is none; the sentence says which there are instead.
    """
    wanted = tuple(dict.fromkeys(sources)) or BLIND
    with_simulated = any(condition.partition("=")[0] == "simulated" for condition in where)
    found = live_labels(session, wanted)
    of_people = [label for label in found if not label.is_demonstration]
    real = [label for label in of_people if with_simulated or not label.response.is_simulated]
    newest = {(label.response.response_id, label.handle, label.rater): label for label in real}
    bearers: dict[str, set[Identity]] = {}
    for label in real:
        bearers.setdefault(label.rater or label.handle, set()).add((label.handle, label.rater))
    gathered = Evidence(
        sources=wanted,
        labels=tuple(newest.values()),
        identities={name: frozenset(found) for name, found in bearers.items()},
        earlier=len(real) - len(newest),
        demonstration=len(found) - len(of_people),
        simulated=len(of_people) - len(real),
        surplus=count_surplus(session, wanted),
        includes_simulated=any(label.response.is_simulated for label in newest.values()),
    )
    if not gathered.labels:
        raise NotFound(_nothing(session, gathered))
    return gathered


def columns_of(response: LabelledResponse) -> Row:
    """Write what a response belongs to as the columns that filters and groups can name."""
    return {
        "response_id": response.response_id,
        "cluster_id": response.family_id,
        "item_id": response.item_id,
        "type": response.type_id,
        "domain": response.domain_id or UNASSIGNED,
        "language": response.language_id,
        "response_source": response.response_source.value,
        "model": response.model,
        "simulated": response.is_simulated,
    }


def table_of(name: str, what: str, rows: Sequence[Row], columns: Sequence[str]) -> Table:
    """Write rows of the workspace in the form of a handed-in file, with a hash over them."""
    text = canonical_json([dict(row) for row in rows])
    return Table(
        name=name,
        what=what,
        columns=tuple(columns),
        rows=tuple(rows),
        numbers=range(1, len(rows) + 1),
        unit="row",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def standing_of(
    evidence: Evidence, *, human: str, gold: str, workspace: Mapping[str, object], simulated: str
) -> Standing:
    """Say what figures on these labels stand on.

    Args:
        evidence: The labels.
        human: What to say when all of them are human evidence, as a clause.
        gold: What the labels are called in a title.
        workspace: What was taken and left out, for JSON.
        simulated: What is simulated, as a clause; "" for nothing.
    """
    named = ", ".join(source.value for source in evidence.sources)
    if simulated:
        kind, told = Kind.SIMULATED, f"{simulated}; these figures show the program, not evidence"
    elif evidence.is_human:
        kind, told = Kind.RETROSPECTIVE, human
    elif set(evidence.sources) == {LabelSource.CONSTRUCTION}:
        kind = Kind.SELF_TEST
        told = (
            "the labels are what the responses were written to be, and no person decided them "
            "(n = 0 human labels); these figures say nothing about agreement with people"
        )
    else:
        kind = Kind.NO_HUMAN_EVIDENCE
        told = (
            f"the labels are of the sources {named}, and only blind decisions of people made in "
            "this workspace count; these figures say nothing about agreement with people"
        )
    return Standing(kind=kind, note=f"{kind.value}: {told}", gold=gold, workspace=workspace)


def _way_out(session: Session, gathered: Evidence, *, unblinded: int) -> str:
    """Say how to get labels that count; labelling more does not help where nobody is blind."""
    if LabelSource.BLIND_HUMAN not in gathered.sources:
        return "label responses on the page Label"
    workspace = find_workspace(session)
    if workspace is None or workspace.kind is WorkspaceKind.SOLO:
        return (
            "in a solo workspace nobody logs in, so no label made here counts as blind: hand in "
            "labels given elsewhere as files (--labels, or --gold and --verdicts)"
        )
    if unblinded:
        return (
            f"the {unblinded:,} labels by people who wrote the item, or had seen what the response "
            "was, are not blind: have somebody else label these responses on the page Label"
        )
    return "label responses on the page Label"


def _nothing(session: Session, gathered: Evidence) -> str:
    named = " or ".join(repr(source.value) for source in gathered.sources)
    left_out = [
        f"{count:,} of {whose} left out"
        for count, whose in (
            (gathered.demonstration, "demonstration people are"),
            (gathered.simulated, "simulated responses are"),
            (gathered.surplus, "those handed in too late are"),
        )
        if count
    ]
    counts = live_by_source(session)
    others = ", ".join(
        f"{count:,} {source.value!r}"
        for source, count in counts.items()
        if source not in gathered.sources
    )
    advice = _way_out(session, gathered, unblinded=counts.get(LabelSource.HUMAN_UNBLINDED, 0))
    if others:
        advice += f", or look at other labels with --source (there are {others})"
    detail = f"; {', '.join(left_out)}" if left_out else ""
    return (
        f"There is nothing to measure: no response has a live label of source {named} "
        f"(n = 0){detail}; {advice}."
    )
