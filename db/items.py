"""Owns items and the facts of their text: families, revisions, requirements, judge texts.

An item is a head that points nowhere: its text lives in revisions, which are never changed; the
current revision is the one with the highest number. The family is the unit of independence.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field

from db.base import MutableRow, Table, UtcDateTime, choice, event_link

# The action of the event that takes a file of items in.
ITEMS_IMPORTED: Final = "items.import"


class ItemOrigin(StrEnum):
    """How an item came to be; printed as provenance in every release."""

    STARTER = "starter"
    IMPORTED = "imported"
    AUTHORED = "authored"
    DRAFTED = "drafted"


class Family(Table, table=True):
    """Items that share an origin: translation pair, conventional twin, paraphrase."""

    __tablename__ = "family"

    id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Item(MutableRow, table=True):
    """One benchmark question; the text is in its revisions."""

    __tablename__ = "item"

    id: str = Field(primary_key=True)
    family_id: str = Field(foreign_key="family.id", index=True)
    type_id: str = Field(foreign_key="instruction_type.id", index=True)
    domain_id: str | None = Field(default=None, foreign_key="domain.id", index=True)
    language_id: str = Field(foreign_key="language.id", index=True)
    origin: ItemOrigin = Field(sa_column=choice(ItemOrigin))
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Placement(Table, table=True):
    """The fact that an item was given another type, domain, language or family.

    The item's head mirrors the newest one; what it said before is in the first one's ``previous``.

    Attributes:
        number: 1 for the first change of an item, without gaps.
        from_revision: Number of the first revision that it holds for.
    """

    __tablename__ = "placement"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number_from_one"),)

    item_id: str = Field(primary_key=True, foreign_key="item.id")
    number: int = Field(primary_key=True)
    from_revision: int
    type_id: str = Field(foreign_key="instruction_type.id")
    domain_id: str | None = Field(default=None, foreign_key="domain.id")
    language_id: str = Field(foreign_key="language.id")
    family_id: str = Field(foreign_key="family.id")
    previous_type_id: str = Field(foreign_key="instruction_type.id")
    previous_domain_id: str | None = Field(default=None, foreign_key="domain.id")
    previous_language_id: str = Field(foreign_key="language.id")
    previous_family_id: str = Field(foreign_key="family.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Revision(Table, table=True):
    """Immutable text of an item.

    Attributes:
        id: The item's id, ``.r`` and the number.
        content_hash: Hash of type, language, prompt, reference, requirements, twin, notes and
            judge texts; equal hashes mean equal content.
        reference: What a response must do, verbatim, as judges and readers see it.
        twin: The same task with the conventional instruction; empty when there is none.
        checks: What verifiers check of the requirements, one line each; empty when nothing is.
        template_hash: Judge template that came with the item; None takes the type's default.
        event_id: The history event that recorded this fact.
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("prompt <> ''", name="prompt_given"),
        sa.CheckConstraint("reference <> ''", name="reference_given"),
    )

    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    number: int
    content_hash: str = Field(index=True)
    prompt: str
    reference: str
    twin: str = Field(default="")
    notes: str = Field(default="")
    checks: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    template_hash: str | None = Field(default=None, foreign_key="template.content_hash")
    system_prompt_hash: str | None = Field(default=None, foreign_key="system_prompt.content_hash")
    author_id: str = Field(foreign_key="annotator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(sa_column=event_link())


class Requirement(Table, table=True):
    """One numbered requirement of a revision's reference; numbers run from 1 without a gap."""

    __tablename__ = "requirement"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number_from_one"),)

    revision_id: str = Field(primary_key=True, foreign_key="revision.id")
    number: int = Field(primary_key=True)
    text: str


class JudgeText(Table):
    """An immutable text of a judge, identified by its hash."""

    content_hash: str = Field(primary_key=True)
    text: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Template(JudgeText, table=True):
    """A judge template: text with slots."""

    __tablename__ = "template"


class SystemPrompt(JudgeText, table=True):
    """A judge system prompt."""

    __tablename__ = "system_prompt"
