"""Owns what a fact's identity is made of, and how new facts are built from plain values.

Each builder returns an unsaved row with its content hash; each ``hash_*`` recomputes the hash from
a stored row, so that verification can tell a changed row. Texts are kept verbatim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.hashing import Json, content_hash
from db.items import Item, Requirement, Revision, SystemPrompt, Template
from db.labels import Decision, Factuality, Label, LabelSource, RequirementLabel
from db.responses import ContrastRole, Response, ResponseSource
from db.verdicts import Judge, JudgeKind, JudgeOrigin, Verdict, VerdictSource

ID_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """An unsaved revision with its numbered requirements."""

    revision: Revision
    requirements: list[Requirement]


def short_id(prefix: str, value: Json) -> str:
    """Derive an id from content: ``prefix-`` and the hash's first 16 hexadecimal digits."""
    return f"{prefix}-{content_hash(value).removeprefix('sha256:')[:ID_DIGITS]}"


def item_id(*, type_id: str, language_id: str, prompt: str, reference: str) -> str:
    """Derive an item's id from its question: the same row imported twice is the same item."""
    return short_id("item", [type_id, language_id, prompt, reference])


def text_hash(text: str) -> str:
    """Hash a judge text."""
    return content_hash(text)


def build_template(text: str, *, now: datetime) -> Template:
    """Build a judge template row."""
    return Template(content_hash=text_hash(text), text=text, created_at=now)


def build_system_prompt(text: str, *, now: datetime) -> SystemPrompt:
    """Build a judge system prompt row."""
    return SystemPrompt(content_hash=text_hash(text), text=text, created_at=now)


def build_revision(
    item: Item,
    *,
    number: int,
    prompt: str,
    reference: str,
    requirements: Sequence[str],
    twin: str = "",
    notes: str = "",
    checks: str = "",
    template_hash: str | None = None,
    system_prompt_hash: str | None = None,
    author_id: str,
    now: datetime,
    event_id: str,
) -> NewRevision:
    """Build a revision and its numbered requirements."""
    revision = Revision(
        id=f"{item.id}.r{number}",
        item_id=item.id,
        number=number,
        content_hash="",
        prompt=prompt,
        reference=reference,
        twin=twin,
        notes=notes,
        checks=checks,
        template_hash=template_hash,
        system_prompt_hash=system_prompt_hash,
        author_id=author_id,
        created_at=now,
        event_id=event_id,
    )
    revision.content_hash = hash_revision(item, revision, requirements)
    rows = [
        Requirement(revision_id=revision.id, number=place, text=text)
        for place, text in enumerate(requirements, start=1)
    ]
    return NewRevision(revision=revision, requirements=rows)


def hash_revision(item: Item, revision: Revision, requirements: Sequence[str]) -> str:
    """Hash a revision's content: what readers and judges would see, and nothing else."""
    return hash_question(
        type_id=item.type_id,
        language_id=item.language_id,
        prompt=revision.prompt,
        reference=revision.reference,
        requirements=requirements,
        twin=revision.twin,
        notes=revision.notes,
        checks=revision.checks,
        template_hash=revision.template_hash,
        system_prompt_hash=revision.system_prompt_hash,
    )


def hash_question(
    *,
    type_id: str,
    language_id: str,
    prompt: str,
    reference: str,
    requirements: Sequence[str],
    twin: str,
    notes: str,
    checks: str = "",
    template_hash: str | None,
    system_prompt_hash: str | None,
) -> str:
    """Hash what a revision would hold, without building one: an import compares many."""
    content: dict[str, Json] = {
        "type": type_id,
        "language": language_id,
        "prompt": prompt,
        "reference": reference,
        "requirements": list(requirements),
        "twin": twin,
        "notes": notes,
        "template": template_hash,
        "system_prompt": system_prompt_hash,
    }
    # Revisions without checks keep the hash that they had before there were any.
    return content_hash(content | {"checks": checks} if checks else content)


def build_response(
    *,
    revision_id: str,
    source: ResponseSource,
    text: str,
    source_name: str = "",
    role: ContrastRole | None = None,
    is_simulated: bool = False,
    response_id: str | None = None,
    now: datetime,
    event_id: str,
) -> Response:
    """Build a response; without ``response_id`` its id comes from its content."""
    response = Response(
        id="",
        revision_id=revision_id,
        source=source,
        source_name=source_name,
        role=role,
        is_simulated=is_simulated,
        text=text,
        content_hash="",
        created_at=now,
        event_id=event_id,
    )
    response.content_hash = hash_response(response)
    response.id = response_id or short_id("response", response.content_hash)
    return response


def hash_response(response: Response) -> str:
    """Hash a response's content."""
    return content_hash(
        {
            "revision": response.revision_id,
            "source": response.source.value,
            "source_name": response.source_name,
            "role": response.role.value if response.role else None,
            "simulated": response.is_simulated,
            "text": response.text,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLabel:
    """An unsaved label with what it says about single requirements."""

    label: Label
    requirements: list[RequirementLabel]


def build_label(
    *,
    response_id: str,
    annotator_id: str,
    source: LabelSource,
    decision: Decision,
    factually_right: Factuality | None = None,
    failed: Sequence[int] = (),
    reason: str = "",
    supersedes_id: str | None = None,
    rater: str = "",
    declared_source: str = "",
    is_surplus: bool = False,
    label_id: str | None = None,
    now: datetime,
    event_id: str,
) -> Label:
    """Build a label; without ``label_id`` its id comes from its content."""
    label = Label(
        id="",
        response_id=response_id,
        annotator_id=annotator_id,
        source=source,
        decision=decision,
        factually_right=factually_right,
        failed=list(failed),
        reason=reason,
        supersedes_id=supersedes_id,
        rater=rater,
        declared_source=declared_source,
        is_surplus=is_surplus,
        content_hash="",
        created_at=now,
        event_id=event_id,
    )
    label.reason_hash = content_hash(reason) if reason else None
    label.content_hash = hash_label(label)
    label.id = label_id or short_id("label", label.content_hash)
    return label


def build_person_label(
    *,
    label_id: str,
    response_id: str,
    annotator_id: str,
    source: LabelSource,
    turn: int,
    decision: Decision,
    factually_right: Factuality | None = None,
    requirements: Mapping[int, Decision],
    reason: str = "",
    is_surplus: bool = False,
    now: datetime,
    event_id: str,
) -> NewLabel:
    """Build a label that a person gave here, with what was decided requirement by requirement.

    ``label_id`` comes from the token of the gesture, so that the same gesture sent twice is one
    label; ``turn`` is 1 for the person's first label on the response, then one more;
    ``requirements`` holds decisions by number and is empty when only the whole was decided.
    """
    failed = sorted(
        number for number, found in requirements.items() if found is Decision.DOES_NOT_FOLLOW
    )
    label = build_label(
        label_id=label_id,
        response_id=response_id,
        annotator_id=annotator_id,
        source=source,
        decision=decision,
        factually_right=factually_right,
        failed=failed,
        reason=reason,
        is_surplus=is_surplus,
        now=now,
        event_id=event_id,
    )
    label.turn = turn
    rows = [
        RequirementLabel(label_id=label_id, number=number, decision=requirements[number])
        for number in sorted(requirements)
    ]
    label.content_hash = hash_label(label, rows)
    return NewLabel(label=label, requirements=rows)


def hash_label(label: Label, requirements: Sequence[RequirementLabel] = ()) -> str:
    """Hash a label's content; what it does not say is left out."""
    content: dict[str, Json] = {
        "response": label.response_id,
        "annotator": label.annotator_id,
        "source": label.source.value,
        "decision": label.decision.value,
        "factually_right": label.factually_right.value if label.factually_right else None,
        "failed": label.failed,
        "reason": label.reason_hash,
        "supersedes": label.supersedes_id,
    }
    if label.rater or label.declared_source:
        content |= {"rater": label.rater, "declared_source": label.declared_source}
    if requirements:
        content["requirements"] = {str(row.number): row.decision.value for row in requirements}
    return content_hash(content)


def build_judge(
    name: str,
    *,
    kind: JudgeKind,
    origin: JudgeOrigin,
    definition: Mapping[str, Json],
    is_simulated: bool = False,
    now: datetime,
) -> Judge:
    """Build a judge; its id is the hash of everything it is."""
    judge = Judge(
        id="",
        name=name,
        kind=kind,
        origin=origin,
        definition=dict(definition),
        is_simulated=is_simulated,
        created_at=now,
    )
    judge.id = hash_judge(judge)
    return judge


def hash_judge(judge: Judge) -> str:
    """Hash a judge."""
    return content_hash(
        {
            "name": judge.name,
            "kind": judge.kind.value,
            "origin": judge.origin.value,
            "definition": judge.definition,
            "simulated": judge.is_simulated,
        }
    )


def build_verdict(
    *,
    response_id: str,
    judge_id: str,
    value: int | None,
    reason: str = "",
    repeat: int = 0,
    source: VerdictSource,
    now: datetime,
) -> Verdict:
    """Build a verdict; its id comes from response, judge and repeat."""
    verdict = Verdict(
        id=short_id("verdict", [response_id, judge_id, repeat]),
        response_id=response_id,
        judge_id=judge_id,
        repeat=repeat,
        value=value,
        reason=reason,
        source=source,
        content_hash="",
        created_at=now,
    )
    verdict.content_hash = hash_verdict(verdict)
    return verdict


def hash_verdict(verdict: Verdict) -> str:
    """Hash a verdict's content."""
    return content_hash(
        {
            "response": verdict.response_id,
            "judge": verdict.judge_id,
            "repeat": verdict.repeat,
            "value": verdict.value,
            "reason": verdict.reason,
            "source": verdict.source.value,
        }
    )
