"""Owns everything the screen of one item shows."""

from dataclasses import dataclass

from app.views.happenings import Happening, load_item_happenings
from calibration.judging.default_texts import default_judge_texts
from curation.review.blindness import Looked, is_hidden
from db.engine import Session
from db.errors import NotFound
from db.items import ItemOrigin
from db.queries.annotators import list_annotators
from db.queries.item_facts import load_item_facts
from db.queries.items import ItemDetail, ResponseView, get_item
from db.queries.status import accepted_revision
from db.responses import ContrastRole

ROLE_ORDER: dict[str | None, int] = {role.value: place for place, role in enumerate(ContrastRole)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTextsShown:
    """The judge texts of an item; ``own`` says that they came with it."""

    system_prompt: str
    template: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item whole.

    Attributes:
        judge_texts: Its own, else the default of its type; None when there is neither.
        handles: Who contributed, by annotator id.
        is_accepted: Whether reviewers of this workspace accepted the text that is shown.
    """

    detail: ItemDetail
    judge_texts: JudgeTextsShown | None
    happenings: tuple[Happening, ...]
    handles: dict[str, str]
    is_accepted: bool

    @property
    def responses(self) -> tuple[ResponseView, ...]:
        """The responses, the one that follows first, then those written to fail, then others."""
        return tuple(
            sorted(
                self.detail.responses,
                key=lambda response: ROLE_ORDER.get(response.role, len(ROLE_ORDER)),
            )
        )

    @property
    def machine_written(self) -> bool:
        """Whether it must carry the badge of the starter set."""
        return self.detail.row.origin is ItemOrigin.STARTER


def load_item_page(session: Session, item_id: str) -> ItemPage:
    """Read one item.

    Raises:
        NotFound: There is no such item.
    """
    detail = get_item(session, item_id)
    facts = load_item_facts(session, [item_id])[item_id]
    return ItemPage(
        detail=detail,
        judge_texts=_judge_texts(detail),
        happenings=load_item_happenings(session, item_id),
        handles={person.id: person.handle for person in list_annotators(session)},
        is_accepted=accepted_revision(facts) == detail.row.revision_id,
    )


def is_item_hidden(session: Session, item_id: str, *, annotator_id: str) -> bool:
    """Say whether the page asks before it shows an item that the person may yet review.

    Raises:
        NotFound: There is no such item.
    """
    row = get_item(session, item_id).row
    looked = Looked(
        item_id=row.id, type_id=row.type_id, language_id=row.language_id, status=row.status
    )
    return is_hidden(session, looked, annotator_id=annotator_id)


def _judge_texts(detail: ItemDetail) -> JudgeTextsShown | None:
    row = detail.row
    try:
        default = default_judge_texts(row.type_id, row.language_id)
    except NotFound:
        default = None
    template = row.template or (default.template if default else None)
    system_prompt = row.system_prompt or (default.system_prompt if default else None)
    if template is None or system_prompt is None:
        return None
    own = row.template is not None or row.system_prompt is not None
    return JudgeTextsShown(system_prompt=system_prompt, template=template, own=own)
