"""Owns what the overview shows: how full the grid is, what is evidence, what to do next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.views.happenings import TELLS_OF_REVIEW, Happening, load_happenings
from app.views.naming import Taxonomy, load_taxonomy_names
from app.views.told import untold
from db.engine import Session
from db.items import ItemOrigin
from db.queries.item_facts import statuses
from db.queries.status import ItemStatus
from db.queries.taxonomy import Cell, coverage
from db.queries.totals import Totals, totals

EMPTIEST = 3


class Step(StrEnum):
    """A thing to do next."""

    REVIEW = "review"
    IMPORT = "import"
    FILL = "fill"
    AGREEMENT = "agreement"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One cell of the grid type x domain, for the languages that were asked for.

    Attributes:
        domain_id: None for items without a domain.
    """

    type_id: str
    domain_id: str | None
    items: int
    target: int

    @property
    def missing(self) -> int:
        """How many items the target still needs."""
        return max(0, self.target - self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The workspace at a glance.

    Attributes:
        cells: One per type, domain and language, in the order of the taxonomy.
        by_status: How many items stand where, in the order of the workflow; none is left out.
        told_by_status: The same as people may know who judge blindly.
        steps: What to do next, the most useful first.
        told_steps: The same as people may know who judge blindly.
        happenings: The newest events.
        quiet_happenings: The newest of those that name nobody who wrote or judged an item.
    """

    taxonomy: Taxonomy
    totals: Totals
    cells: tuple[Cell, ...]
    by_status: dict[ItemStatus, int]
    told_by_status: dict[ItemStatus, int]
    steps: tuple[Step, ...]
    told_steps: tuple[Step, ...]
    happenings: tuple[Happening, ...]
    quiet_happenings: tuple[Happening, ...]

    def without_disputes(self) -> "Overview":
        """Give it as people may see it who judge blindly."""
        return replace(self, by_status=self.told_by_status, steps=self.told_steps)

    def grid(self, language_id: str | None) -> tuple[GridCell, ...]:
        """Add up the cells of one language, or of all, into type x domain."""
        sums: dict[tuple[str, str | None], list[int]] = {}
        for cell in self.cells:
            if language_id in {None, cell.language_id}:
                place = sums.setdefault((cell.type_id, cell.domain_id), [0, 0])
                place[0] += cell.items
                place[1] += cell.target
        types = {named.id: place for place, named in enumerate(self.taxonomy.types)}
        domains: dict[str | None, int] = {
            named.id: place for place, named in enumerate(self.taxonomy.domains)
        }
        return tuple(
            GridCell(type_id=key[0], domain_id=key[1], items=items, target=target)
            for key, (items, target) in sorted(
                sums.items(),
                key=lambda entry: (types[entry[0][0]], domains.get(entry[0][1], len(domains))),
            )
        )

    def emptiest(self, language_id: str | None) -> tuple[GridCell, ...]:
        """Give the cells that miss most, the largest gap first."""
        missing = [cell for cell in self.grid(language_id) if cell.missing]
        return tuple(sorted(missing, key=lambda cell: -cell.missing)[:EMPTIEST])

    def target(self, language_id: str | None) -> int:
        """Add up the targets."""
        return sum(cell.target for cell in self.grid(language_id))

    def toward_target(self, language_id: str | None) -> int:
        """Count the items that fill a target; what exceeds a cell's target fills no other cell."""
        return sum(min(cell.items, cell.target) for cell in self.grid(language_id))


def load_overview(session: Session) -> Overview:
    """Read the overview."""
    taxonomy, counted = load_taxonomy_names(session), totals(session)
    standing = statuses(session)
    by_status = _by_status(standing)
    told = _by_status({**standing, **untold(session, standing)})
    cells = tuple(coverage(session))
    return Overview(
        taxonomy=taxonomy,
        totals=counted,
        cells=cells,
        by_status=by_status,
        told_by_status=told,
        steps=_steps(counted, cells, by_status),
        told_steps=_steps(counted, cells, told),
        happenings=load_happenings(session),
        quiet_happenings=load_happenings(session, without=TELLS_OF_REVIEW),
    )


def _by_status(standing: Mapping[str, ItemStatus]) -> dict[ItemStatus, int]:
    counts = Counter(standing.values())
    return {status: counts[status] for status in ItemStatus if counts[status]}


def _steps(
    counted: Totals, cells: tuple[Cell, ...], by_status: dict[ItemStatus, int]
) -> tuple[Step, ...]:
    steps = []
    if by_status.get(ItemStatus.IN_REVIEW):
        steps.append(Step.REVIEW)
    if not counted.items_by_origin.get(ItemOrigin.IMPORTED.value, 0):
        steps.append(Step.IMPORT)
    if any(cell.items < cell.target for cell in cells):
        steps.append(Step.FILL)
    if not counted.human_labels:
        steps.append(Step.AGREEMENT)
    if counted.items and counted.unreleased:
        steps.append(Step.CUT)
    return tuple(steps)
