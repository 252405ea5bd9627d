"""Owns the prompts that are most like the one being written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from curation.authoring.checks import Neighbourhood
from curation.authoring.near_duplicates import NEAR_DUPLICATE
from db.engine import Session
from db.queries.working_copies import CurrentPrompt, current_prompts

NEAREST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NearShown:
    """An existing prompt that is like the one being written.

    Attributes:
        similarity: 0-1; shared character n-grams over all of them.
        is_near: Whether it counts as a near-duplicate.
        is_family: Whether the item shares its origin with the one being written.
    """

    item_id: str
    prompt: str
    similarity: float
    is_near: bool
    is_family: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PromptIndex:
    """Every current prompt, ready to be compared with."""

    neighbourhood: Neighbourhood
    prompts: Mapping[str, CurrentPrompt]

    def nearest(
        self,
        prompt: str,
        *,
        item_id: str | None,
        family_item_id: str,
        hidden: Collection[str] = (),
    ) -> tuple[NearShown, ...]:
        """Find the nearest prompts of other items.

        Args:
            prompt: What is being written.
            item_id: The item that it is of; None for a new one.
            family_item_id: An item that it shares its origin with; empty when there is none.
            hidden: Items of which the person must not be shown what they are and say.
        """
        linked = [self.prompts.get(one) for one in (item_id or "", family_item_id)]
        families = {one.family_id for one in linked if one is not None}
        own = [*hidden, *([item_id] if item_id is not None else [])]
        return tuple(
            NearShown(
                item_id=near.id,
                prompt=self.prompts[near.id].prompt,
                similarity=near.similarity,
                is_near=near.similarity >= NEAR_DUPLICATE,
                is_family=self.prompts[near.id].family_id in families,
            )
            for near in self.neighbourhood.index.nearest(prompt, limit=NEAREST, leave_out=own)
        )


def build_prompt_index(session: Session, *, before: PromptIndex | None = None) -> PromptIndex:
    """Index every current prompt.

    Args:
        session: Open session.
        before: An older index; what did not change since is taken over from it.
    """
    prompts = {row.item_id: row for row in current_prompts(session)}
    if before is None:
        neighbourhood = Neighbourhood.of(list(prompts.values()))
        return PromptIndex(neighbourhood=neighbourhood, prompts=prompts)
    known = {item_id: row.prompt for item_id, row in before.prompts.items()}
    index = before.neighbourhood.index.with_rows(
        [(one, row.prompt) for one, row in prompts.items() if known.get(one) != row.prompt],
        without=known.keys() - prompts.keys(),
    )
    families = {item_id: row.family_id for item_id, row in prompts.items()}
    return PromptIndex(neighbourhood=Neighbourhood(index=index, families=families), prompts=prompts)
