"""Owns the verbs `gainsay items ...`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from db.engine import Session
    from db.queries.acts import ActLine
    from db.queries.items import ItemDetail, ItemFilter, ItemRow
    from db.queries.status import Explanation

group = typer.Typer(
    help="List items and show one whole.", rich_markup_mode=None, no_args_is_help=False
)

PAGE = 50
_PROMPT_CHARS = 60

Types = Annotated[
    list[str] | None, typer.Option("--type", help="Type id, label or abbreviation; repeatable.")
]
Domains = Annotated[
    list[str] | None, typer.Option("--domain", help="Domain id, label or unassigned; repeatable.")
]
Languages = Annotated[list[str] | None, typer.Option("--language", help="zh or en; repeatable.")]
Origins = Annotated[
    list[str] | None,
    typer.Option("--origin", help="starter, imported, authored or drafted; repeatable."),
]
Statuses = Annotated[
    list[str] | None,
    typer.Option("--status", help="Where the item stands, such as in_review; repeatable."),
]
Search = Annotated[str, typer.Option("--search", help="Text in the id, prompt or reference.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help=f"At most so many; default: {PAGE}, with --json all."),
]


@group.command("list")
def list_(
    types: Types = None,
    domains: Domains = None,
    languages: Languages = None,
    origins: Origins = None,
    statuses: Statuses = None,
    search: Search = "",
    limit: Limit = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """List items in the order of type and language."""
    from app.workspace import existing
    from db.engine import reading
    from db.queries.items import count_items, list_items
    from exports.releasable import evidence_now

    with existing(db) as engine, reading(engine) as session:
        wanted = _filter(session, types, domains, languages, origins, statuses, search)
        total = count_items(session, wanted)
        rows = list_items(session, wanted, limit=limit or (None if as_json else PAGE))
        evidence = evidence_now(session, [row.id for row in rows])
    answer(
        {"total": total, "items": [_row(row, evidence[row.id]) for row in rows]},
        as_json=as_json,
        lines=_list_lines(rows, total, evidence),
    )


@group.command("show")
def show(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the item.")],
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Show one item whole: text, requirements, responses, labels, revisions, history."""
    from app.workspace import existing
    from db.engine import reading
    from db.queries.acts import list_acts
    from db.queries.item_facts import load_item_facts
    from db.queries.item_history import item_events
    from db.queries.items import get_item
    from db.queries.status import explain
    from exports.releasable import evidence_now

    with existing(db) as engine, reading(engine) as session:
        detail = get_item(session, item_id)
        result = {
            **_row(detail.row, evidence_now(session, [item_id])[item_id]),
            "because": told(explain(load_item_facts(session, [item_id])[item_id])),
            "acts": [_act(line) for line in list_acts(session, item_id)],
            "twin": detail.row.twin,
            "notes": detail.row.notes,
            "requirements": list(detail.row.requirements),
            "judge_prompt_template": detail.row.template,
            "judge_system_prompt": detail.row.system_prompt,
            "siblings": list(detail.siblings),
            "responses": _responses(detail),
            "revisions": _revisions(detail),
            "history": [
                {
                    "seq": event.seq,
                    "at": event.at.isoformat(),
                    "actor": event.actor_id,
                    "action": event.action,
                }
                for event in item_events(session, item_id)
            ],
        }
    answer(result, as_json=as_json, lines=_show_lines(detail, result))


def _filter(
    session: "Session",
    types: Sequence[str] | None,
    domains: Sequence[str] | None,
    languages: Sequence[str] | None,
    origins: Sequence[str] | None,
    statuses: Sequence[str] | None,
    search: str,
) -> "ItemFilter":
    from db.items import ItemOrigin
    from db.queries.items import UNASSIGNED, ItemFilter
    from db.queries.status import ItemStatus
    from db.queries.taxonomy import list_domains, list_languages, list_types

    type_names = {
        name: row.id
        for row in list_types(session)
        for name in (row.id, row.label, row.abbreviation)
    }
    domain_names = {name: row.id for row in list_domains(session) for name in (row.id, row.label)}
    domain_names[UNASSIGNED] = UNASSIGNED
    language_names = {
        name: row.id for row in list_languages(session) for name in (row.id, row.label)
    }
    status_names = {status.value: status.value for status in ItemStatus}
    origin_names = {origin.value: origin.value for origin in ItemOrigin}
    return ItemFilter(
        type_ids=chosen("--type", types, type_names),
        domain_ids=chosen("--domain", domains, domain_names),
        language_ids=chosen("--language", languages, language_names),
        origins=tuple(map(ItemOrigin, chosen("--origin", origins, origin_names))),
        statuses=tuple(map(ItemStatus, chosen("--status", statuses, status_names))),
        search=search,
    )


def chosen(option: str, values: Sequence[str] | None, legal: Mapping[str, str]) -> tuple[str, ...]:
    """Give the ids that an option's values name, each once; case does not matter.

    Raises:
        BadParameter: A value is unknown.
    """
    by_lower = {name.lower(): found for name, found in legal.items()}
    for value in values or ():
        if value.lower() not in by_lower:
            ids = ", ".join(dict.fromkeys(legal.values()))
            raise wrong_option(option, f"{value!r} is unknown; use one of: {ids}")
    return tuple(dict.fromkeys(by_lower[value.lower()] for value in values or ()))


def _row(row: "ItemRow", evidence: str) -> dict[str, object]:
    from exports.provenance import provenance_of

    return {
        "id": row.id,
        "type": row.type_id,
        "instruction_types": row.type_label,
        "domain": row.domain_id or row.domain_label,
        "language": row.language_id,
        "family": row.family_id,
        "origin": row.origin.value,
        "evidence": evidence,
        "provenance": provenance_of(row.origin),
        "status": row.status.value,
        "created_at": row.created_at.isoformat(),
        "revision": row.revision_number,
        "revision_id": row.revision_id,
        "content_hash": row.content_hash,
        "prompt": row.prompt,
        "response_reference": row.reference,
        "response_count": row.responses,
        "labels_by_source": row.labels,
    }


def _act(line: "ActLine") -> dict[str, object]:
    return {
        "number": line.number,
        "act": line.kind.value,
        "revision_id": line.revision_id,
        "annotator": line.annotator_id,
        "reason": line.reason,
        "created_at": line.created_at.isoformat(),
    }


def told(found: "Explanation") -> str:
    """Say why an item stands where it stands, as one code with what it counts."""
    values = ", ".join(f"{name} {value}" for name, value in found.values.items())
    newer = "; a newer text is not accepted" if found.has_newer_text else ""
    return found.because.value + (f": {values}" if values else "") + newer


def _responses(detail: "ItemDetail") -> list[dict[str, object]]:
    return [
        {
            "id": response.id,
            "source": response.source,
            "source_name": response.source_name,
            "role": response.role,
            "simulated": response.is_simulated,
            "text": response.text,
            "labels": [
                {
                    "id": label.id,
                    "source": label.source.value,
                    "decision": label.decision.value,
                    "factually_right": (
                        label.factually_right.value if label.factually_right else None
                    ),
                    "failed": label.failed,
                    "reason": label.reason,
                    "annotator": label.annotator_id,
                    "created_at": label.created_at.isoformat(),
                    "supersedes": label.supersedes_id,
                    "rater": label.rater,
                    "declared_source": label.declared_source,
                    "is_surplus": label.is_surplus,
                    "status": response.ended.get(label.id, "live"),
                }
                for label in response.labels
            ],
            "verdicts": [
                {
                    "judge": verdict.judge,
                    "repeat": verdict.repeat,
                    "verdict": verdict.value,
                    "reason": verdict.reason,
                    "simulated": verdict.is_simulated,
                }
                for verdict in response.verdicts
            ],
        }
        for response in detail.responses
    ]


def _revisions(detail: "ItemDetail") -> list[dict[str, object]]:
    return [
        {
            "id": revision.id,
            "number": revision.number,
            "content_hash": revision.content_hash,
            "prompt": revision.prompt,
            "response_reference": revision.reference,
            "requirements": list(revision.requirements),
            "twin": revision.twin,
            "notes": revision.notes,
            "author": revision.author_id,
            "created_at": revision.created_at.isoformat(),
        }
        for revision in detail.revisions
    ]


def _list_lines(
    rows: Sequence["ItemRow"], total: int, evidence: Mapping[str, str]
) -> Iterator[str]:
    if not rows:
        yield "No items."
        return
    for row in rows:
        prompt = _one_line(row.prompt)
        about = f"{row.type_label}, {row.domain_label}: {prompt}"
        yield f"{row.id:<36}  {row.language_id}  {row.status.value:<14}  {about}"
    if total > len(rows):
        yield f"{total - len(rows):,} more; see them with --limit {total}."
    yield f"{total:,} item{'' if total == 1 else 's'}. " + " ".join(
        f"{origin.value.capitalize()}: {said}."
        for origin, said in dict.fromkeys((row.origin, evidence[row.id]) for row in rows)
    )


def _show_lines(detail: "ItemDetail", result: Mapping[str, object]) -> Iterator[str]:
    row = detail.row
    yield f"{row.id}, revision {row.revision_number}"
    yield f"{row.type_label}, {row.domain_label}, {row.language_label}, family {row.family_id}"
    yield f"{row.origin.value}: {result['evidence']}"
    yield f"status: {row.status.value} ({result['because']})"
    for title, text in (
        ("Prompt", row.prompt),
        ("Reference", row.reference),
        ("Twin", row.twin),
        ("Notes", row.notes),
    ):
        if text:
            yield from ("", f"{title}:", visible(text))
    for response in detail.responses:
        yield from ("", f"Response ({response.role or response.source_name or response.source}):")
        yield visible(response.text)
        for label in response.labels:
            ended = response.ended.get(label.id)
            by = " ".join(filter(None, (label.rater, f"({ended})" if ended else "")))
            who = f", {by}" if by else ""
            yield visible(f"  {label.decision.value}, by {label.source.value}{who}: {label.reason}")
        for verdict in response.verdicts:
            said = verdict.reason if verdict.value is None else str(verdict.value)
            simulated = " (simulated)" if verdict.is_simulated else ""
            yield visible(f"  verdict of {verdict.judge}{simulated}: {said}")


def _one_line(text: str) -> str:
    words = visible(" ".join(text.split()))
    return words if len(words) <= _PROMPT_CHARS else words[: _PROMPT_CHARS - 3] + "..."


def visible(text: str) -> str:
    """Write a foreign text so that it does not steer the terminal."""
    # Escapes and direction marks become their codes.
    return "".join(
        char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text
    )
