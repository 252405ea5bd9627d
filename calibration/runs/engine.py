"""Owns the durable-run engine: DBOS hands chunks out and brings them back after a crash.

The only module that knows it. What it must be told, each pinned by a test: WAL on its file before
launch, a fixed version (it would hash the source, and chunks of an edited source stay pending for
ever), an executor id per worker slot, JSON instead of pickle, queues after launch, no limit on how
often a chunk may come back, and on PostgreSQL one process at a time that makes its tables.
"""

import hashlib
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    SetEnqueueOptions,
    SetWorkflowID,
)

from calibration.runs.creating import CHUNK_SIZE
from calibration.runs.workplace import MOST_AT_ONCE
from db.engine import Engine
from db.errors import External
from db.ledger.place import engine_url, prepared_engine_place
from db.ledger.queries.chunks import WaitingChunk

NAME: Final = "gainsay"
VERSION: Final = "1"
WORKFLOW: Final = "gainsay.chunk"
POLL_SECONDS: Final = 0.1
CLOSE_SECONDS: Final = 5
# Chunks that begin together end together, and the next turn is a poll away: so many that calls of
# others wait meanwhile.
AT_ONCE: Final = max(3, math.ceil(6 * MOST_AT_ONCE / CHUNK_SIZE) + 2)
OVER: Final = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})

Execute = Callable[[str, int], str]


def workflow_id(chunk: WaitingChunk) -> str:
    """Name a chunk's turn: the same name is never handed out twice."""
    return f"{chunk.run_id}/{chunk.number}/{chunk.round}"


def executor_id(slot: int) -> str:
    """Name the executor of a worker's slot; the same after every restart."""
    return f"slot-{slot}"


def queue_name(chunk: WaitingChunk) -> str:
    """Name the queue of a model: a slow one keeps no other waiting."""
    digest = hashlib.sha256(f"{chunk.provider_id}\0{chunk.model}".encode()).hexdigest()
    return f"chunks-{digest[:12]}"


class ChunkEngine:
    """Hands chunks to ``execute``, in threads of its own, and remembers which were handed out."""

    def __init__(self, workspace: Engine, slot: int, execute: Execute) -> None:
        self._workspace = workspace
        self._slot = slot
        self._execute = execute
        self._queues: set[str] = set()
        self._run: Callable[[str, int], str] | None = None

    def launch(self) -> None:
        """Open it; chunks that this slot had under way begin again.

        Raises:
            External: Its database cannot be used.
        """
        logging.getLogger("dbos").setLevel(logging.ERROR)
        execute = self._execute
        try:
            with prepared_engine_place(self._workspace):
                DBOS(config=self._config())

                # None: a chunk may be brought back as often as workers die.
                @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
                def chunk(run_id: str, number: int) -> str:
                    return execute(run_id, number)

                self._run = chunk
                DBOS.launch()
        except Exception as error:
            raise External(
                f"The run engine's database cannot be used ({error}); check that it is there, not "
                "full, writable and reachable.",
                retryable=True,
            ) from error

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=NAME,
            system_database_url=engine_url(self._workspace),
            dbos_system_schema="dbos",
            application_version=VERSION,
            executor_id=executor_id(self._slot),
            serializer=DBOSPortableJSONSerializer(),
            log_level="ERROR",
            sys_db_pool_size=8,
            scheduler_polling_interval_sec=3600.0,
        )

    def hand_out(self, chunk: WaitingChunk) -> None:
        """Queue a chunk's turn; a turn that was queued before is left as it is."""
        name = queue_name(chunk)
        if name not in self._queues:
            DBOS.register_queue(name, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
            self._queues.add(name)
        assert self._run is not None
        with SetWorkflowID(workflow_id(chunk)), SetEnqueueOptions(app_version=VERSION):
            DBOS.enqueue_workflow(name, self._run, chunk.run_id, chunk.number)

    def turns(self, chunks: Iterable[WaitingChunk]) -> Mapping[str, bool]:
        """Tell of each turn that was handed out whether it is over."""
        names = [workflow_id(chunk) for chunk in chunks]
        if not names:
            return {}
        found = DBOS.list_workflows(workflow_ids=names, load_input=False, load_output=False)
        return {one.workflow_id: one.status in OVER for one in found}

    def take_over(self, slot: int) -> int:
        """Bring back the chunks that a dead worker's slot had under way; say how many."""
        found = DBOS.list_workflows(
            status="PENDING",
            name=WORKFLOW,
            executor_id=executor_id(slot),
            load_input=False,
            load_output=False,
        )
        for one in found:
            DBOS.resume_workflow(one.workflow_id, queue_name=one.queue_name)
        return len(found)

    def close(self) -> None:
        """Close it; turns that are over are noted first."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=CLOSE_SECONDS)
