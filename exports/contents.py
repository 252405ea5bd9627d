"""Owns everything the files of one release are made from; equal values give equal bytes."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from db.items import ItemOrigin
from exports.canaries import Canaries
from exports.changes import Changes
from exports.columns import SIX_COLUMNS
from exports.provenance import ReviewKind
from exports.rows import Cells
from exports.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRelease:
    """One entry of the change log.

    Attributes:
        changes: Against the release before it; for the first one everything is added.
        is_first: True when no release came before.
        steps: Per changed item what its revision was and is, such as ``1 -> 2``.
    """

    version: str
    created_at: datetime
    rows: int
    content_sha256: str
    changes: Changes
    is_first: bool
    steps: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseContents:
    """One release before it is written.

    Attributes:
        log: This release and all before it, newest first.
        program_version: Of the program that cuts.
    """

    version: str
    created_at: datetime
    snapshot: Snapshot
    canaries: Canaries
    log: tuple[PastRelease, ...]
    program_version: str

    @property
    def previous(self) -> str | None:
        """The release before this one; None for the first."""
        return self.log[1].version if len(self.log) > 1 else None

    @property
    def has_imported(self) -> bool:
        """Whether rows of unknown licence are in it."""
        return any(row.origin == ItemOrigin.IMPORTED.value for row in self.snapshot.rows)

    @property
    def has_starter(self) -> bool:
        """Whether machine-written starter rows are in it."""
        return any(row.origin == ItemOrigin.STARTER.value for row in self.snapshot.rows)

    @property
    def has_written_here(self) -> bool:
        """Whether rows that were written in this workspace are in it."""
        here = {ItemOrigin.AUTHORED.value, ItemOrigin.DRAFTED.value}
        return any(row.origin in here for row in self.snapshot.rows)

    def reviewed(self, *kinds: ReviewKind) -> int:
        """Count the rows behind which a review of one of these kinds stands."""
        wanted = {kind.value for kind in kinds}
        return sum(row.cells["review"] in wanted for row in self.snapshot.rows)

    @property
    def has_our_texts(self) -> bool:
        """Whether starter rows or default judge texts, which are this project's, are in it."""
        sources = self.count_by("judge_prompt_template_source", "judge_system_prompt_source")
        return self.has_starter or any("default" in key for key in sources)

    def count_by(self, *columns: str) -> dict[tuple[str, ...], int]:
        """Count rows by the text of columns, in the order in which they first occur."""
        return dict(
            Counter(
                tuple(str(row.cells[column]) for column in columns) for row in self.snapshot.rows
            )
        )

    def six_rows(self) -> list[Cells]:
        """Give the rows with the six columns alone."""
        return [{name: row.cells[name] for name in SIX_COLUMNS} for row in self.snapshot.rows]

    def full_rows(self) -> list[Cells]:
        """Give the rows with every column."""
        return [{**row.cells, "canary": self.canaries.rows} for row in self.snapshot.rows]
