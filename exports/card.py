"""Owns the card of a release: metadata that loaders read, and text that people read.

Counts in it are counted from the rows it lies beside. It claims no accuracy and no agreement, which
nobody has measured when a release is cut, and of reviews no more than the rows' own facts say.
"""

from collections.abc import Mapping
from typing import Final

from huggingface_hub import DatasetCardData

from db.items import ItemOrigin
from exports.columnar import feature_list, text_bytes
from exports.columns import FULL_COLUMNS, SIX_COLUMNS
from exports.contents import ReleaseContents
from exports.documents import evidence_lines, licence_parts
from exports.layout import (
    CHANGE_LOG,
    FULL_CONFIG,
    FULL_PARQUET,
    FULL_SPLITS,
    LICENCE,
    MANIFEST,
    SIX_CONFIG,
    SIX_JSON,
    SIX_PARQUET,
    SIX_SPLITS,
    SUMS,
)
from exports.provenance import MACHINE_WRITTEN, PROBE_WAIVED, ReviewKind

TITLE: Final = "Counter-intuitive instruction items"
_LANGUAGE_CODES: Final = {"chinese": "zh", "english": "en"}
_SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
)
_SIZE_ABOVE: Final = "1M<n<10M"

_COLUMNS: Final[Mapping[str, str]] = {
    "instruction_types": "label of the instruction type",
    "prompt": "the question, exactly as a model gets it",
    "response_reference": "what a response must do to earn the point",
    "language": "`chinese` or `english`",
    "judge_prompt_template": "the judge's user message; slots `{prompt}`, `{response_reference}`, "
    "`{response}`",
    "judge_system_prompt": "the judge's system message",
    "id": "stable id of the item",
    "type_abbreviation": "short form of the type",
    "domain": "field of knowledge, or `unassigned`",
    "family": "items of one family share an origin and are not independent",
    "requirements": "the reference as a list of requirements",
    "twin": "the same task with the conventional instruction; empty when there is none",
    "notes": "the author's notes",
    "judge_prompt_template_source": "`own` when the template came with the item, else `default`",
    "judge_system_prompt_source": "the same for the system prompt",
    "revision": "number of the item's revision",
    "origin": "`starter`, `imported`, `authored` or `drafted`",
    "provenance": "where the row comes from, and under which licence",
    "evidence": "what stands behind the row",
    "checks": "what programs check of the requirements, one line each; empty when nothing is",
    "review": "`not_reviewed`, `blind_unanimous`, `blind_majority`, `adjudicated`, `lead_ruling`, "
    "or `human_unblinded` where one person alone reviewed and was not blind",
    "blind_reviewers": "blind reviews that counted in the round that accepted the row",
    "edited_in_review": "`yes` when the text is a reviewer's edit",
    "content_sha256": "SHA-256 of the row: canonical JSON of all columns but this one, `canary`, "
    "and of `checks`, `review`, `blind_reviewers` and `edited_in_review` those that are not "
    "empty, `not_reviewed`, 0 and `no`",
    "canary": "a string that belongs in no training data",
}


def card_text(contents: ReleaseContents) -> str:
    """Write the card."""
    sections = [
        f"# {TITLE} {contents.version}",
        _what(contents),
        "## Evidence\n\n" + _evidence(contents),
        "## Rows\n\n" + _rows(contents),
        "## Loading\n\n" + _loading(),
        "## Columns\n\n" + _columns(),
        "## Judging\n\n" + _judging(contents),
        "## Licence\n\n" + "\n\n".join(licence_parts(contents)),
        "## Canary\n\n" + _canary(contents),
        "## Checking the files\n\n" + _checking(contents),
    ]
    return f"---\n{_metadata(contents).to_yaml()}\n---\n\n" + "\n\n".join(sections) + "\n"


def licence_id(contents: ReleaseContents) -> str:
    """Name the licence of the whole; ``other`` as soon as one row's licence is unknown."""
    return "other" if contents.has_imported or contents.has_written_here else "cc-by-4.0"


def _metadata(contents: ReleaseContents) -> DatasetCardData:
    languages = [_LANGUAGE_CODES.get(key[0], "und") for key in contents.count_by("language")]
    machine, imported = contents.has_starter, contents.has_imported
    here = contents.has_written_here
    creators = [
        name
        for name, holds in (("machine-generated", machine), ("found", imported), ("other", here))
        if holds
    ]
    sources = [
        name
        for name, holds in (("original", machine or here), ("extended|other", imported))
        if holds
    ]
    mixed = imported or here
    unreviewed = contents.reviewed(ReviewKind.NOT_REVIEWED) == len(contents.snapshot.rows)
    return DatasetCardData(
        pretty_name=f"{TITLE} {contents.version}",
        license=licence_id(contents),
        license_name="mixed" if mixed else None,
        license_link=LICENCE if mixed else None,
        language=sorted(set(languages)),
        size_categories=_size(len(contents.snapshot.rows)),
        task_categories=["text-generation"],
        annotations_creators=["machine-generated"] if unreviewed and not mixed else ["other"],
        language_creators=creators,
        source_datasets=sources,
        tags=["instruction-following", "benchmark", "llm-as-a-judge", "counter-intuitive"],
        configs=[
            _config(SIX_CONFIG, SIX_SPLITS, SIX_PARQUET, default=True),
            _config(FULL_CONFIG, FULL_SPLITS, FULL_PARQUET),
        ],
        dataset_info=[
            _info(SIX_CONFIG, SIX_SPLITS, SIX_COLUMNS, text_bytes(contents.six_rows()), contents),
            _info(
                FULL_CONFIG, FULL_SPLITS, FULL_COLUMNS, text_bytes(contents.full_rows()), contents
            ),
        ],
    )


def _config(
    name: str, splits: tuple[str, ...], path: str, *, default: bool = False
) -> dict[str, object]:
    files = [{"split": split, "path": path} for split in splits]
    return {"config_name": name, **({"default": True} if default else {}), "data_files": files}


def _info(
    name: str,
    splits: tuple[str, ...],
    columns: tuple[str, ...],
    size: int,
    contents: ReleaseContents,
) -> dict[str, object]:
    rows = len(contents.snapshot.rows)
    return {
        "config_name": name,
        "features": feature_list(columns),
        "splits": [{"name": split, "num_bytes": size, "num_examples": rows} for split in splits],
    }


def _size(rows: int) -> list[str]:
    return [next((name for limit, name in _SIZES if rows < limit), _SIZE_ABOVE)]


def _what(contents: ReleaseContents) -> str:
    return (
        f"{len(contents.snapshot.rows):,} instructions that go against what training data make "
        "usual, each with a reference that says what a response must do and with the texts for a "
        "judge. Cut with Gainsay "
        f"{contents.program_version} on {contents.created_at.date().isoformat()}; what changed "
        f"since earlier versions is in `{CHANGE_LOG}`.\n\n"
        f"`{SIX_JSON}` is a file name that public evaluation tools ask for; the rows are those of "
        "this release, whatever that name is used for elsewhere."
    )


def _evidence(contents: ReleaseContents) -> str:
    lines = [f"- {line}" for line in evidence_lines(contents)]
    lines += ["", *_reviews(contents)]
    lines += [
        "",
        "No person's label is in the files. Labels by construction (a response written to follow "
        "or to fail) are a test of the material, not human evidence, and none are in the files "
        "either. No accuracy of a judge and no agreement between raters is claimed. Probe of the "
        f"items before acceptance: {PROBE_WAIVED}.",
    ]
    unread = (ItemOrigin.STARTER.value, ReviewKind.NOT_REVIEWED.value)
    has_unread = unread in contents.count_by("origin", "review")
    mark = f' (the mark "{MACHINE_WRITTEN}")' if has_unread else ""
    if has_unread:
        only = (
            ""
            if contents.reviewed(ReviewKind.NOT_REVIEWED) == len(contents.snapshot.rows)
            else (" that nobody reviewed here")
        )
        lines += [
            "",
            f"Starter rows{only} are {MACHINE_WRITTEN}: read them before you rely on them.",
        ]
    lines += [
        "",
        f"What stands behind the rows{mark} and a canary stand in the config `{FULL_CONFIG}`, on "
        f"this card and in `{MANIFEST}`; the files of six columns have no column for them (the "
        f"parquet file names both in its metadata, `{SIX_JSON}` does not).",
    ]
    return "\n".join(lines)


def _reviews(contents: ReleaseContents) -> list[str]:
    """Say what reviews stand behind the rows, and behind how many none does."""
    none = contents.reviewed(ReviewKind.NOT_REVIEWED)
    if none == len(contents.snapshot.rows):
        return ["No person's review stands behind any row of this release."]
    sentences = {
        ReviewKind.BLIND_UNANIMOUS: "accepted unanimously by blind reviewers, who knew neither "
        "author nor origin and answered apart from each other",
        ReviewKind.BLIND_MAJORITY: "accepted by a majority of three blind reviewers after the "
        "first two differed",
        ReviewKind.ADJUDICATED: "accepted by an adjudicator after blind reviewers differed",
        ReviewKind.LEAD_RULING: "accepted by a lead's ruling, whatever reviewers had said",
        ReviewKind.HUMAN_UNBLINDED: "reviewed by one person alone, who was not blind and may be "
        "the author: no independent review",
        ReviewKind.NOT_REVIEWED: "without any person's review",
    }
    return [
        "How the rows were accepted; each row's own is in its columns `review`, `blind_reviewers` "
        "and `edited_in_review`:",
        "",
        *(
            f"- {rows:,} {sentence}"
            for kind, sentence in sentences.items()
            if (rows := contents.reviewed(kind))
        ),
    ]


def _rows(contents: ReleaseContents) -> str:
    parts = [
        _table(("type", "language", "rows"), contents.count_by("instruction_types", "language")),
        _table(("domain", "rows"), dict(sorted(contents.count_by("domain").items()))),
    ]
    families = len(contents.count_by("family"))
    judge = contents.count_by("judge_prompt_template_source", "judge_system_prompt_source")
    parts.append(
        f"{families:,} families: rows of one family share an origin, so count families, not rows, "
        "when you ask how independent results are."
    )
    parts.append(_table(("template from", "system prompt from", "rows"), judge))
    return "\n\n".join(parts)


def _table(head: tuple[str, ...], counts: Mapping[tuple[str, ...], int]) -> str:
    lines = [_line(head), _line(("---",) * len(head))]
    lines += [_line((*key, f"{rows:,}")) for key, rows in counts.items()]
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _loading() -> str:
    return (
        "```python\n"
        "from datasets import load_dataset\n\n"
        'load_dataset(FOLDER, split="test")  # six columns\n'
        'load_dataset(FOLDER, split="train")  # the same rows, for tools that ask for train\n'
        f'load_dataset(FOLDER, data_files="{SIX_JSON}")  # the same rows again\n'
        f'load_dataset(FOLDER, "{FULL_CONFIG}", split="test")  # with ids, domains, requirements\n'
        "```\n\n"
        "`train` is a name, not a purpose: nothing here is meant for training. There is no "
        "validation split while no rows are set aside for one."
    )


def _columns() -> str:
    lines = ["| column | meaning |", "| --- | --- |"]
    lines += [_line((f"`{name}`", _COLUMNS[name])) for name in FULL_COLUMNS]
    return (
        f"The config `{SIX_CONFIG}` has the first six, all texts, none empty; `{FULL_CONFIG}` has "
        "all.\n\n" + "\n".join(lines)
    )


def _judging(contents: ReleaseContents) -> str:
    del contents
    return (
        "Fill the template's slots, send it after the system prompt, and read the last 0 or 1 that "
        "the reply gives. A verdict that cannot be read is unscored and must be counted, not taken "
        "for 0. The judge decides the headline figure: report its model and snapshot, and measure "
        "how far it agrees with people on labels of your own before you compare models. "
        f"`{MANIFEST}` lists the hash of every judge text."
    )


def _canary(contents: ReleaseContents) -> str:
    return (
        "Benchmark data must not be in training data. This document carries the string\n\n"
        f"    {contents.canaries.documents}\n\n"
        f"and the data files carry another, in the column `canary` of `{FULL_CONFIG}` and in the "
        "metadata of the parquet files. A model that can complete either has seen this release. "
        "Whether models saw it is not known."
    )


def _checking(contents: ReleaseContents) -> str:
    return (
        f"`sha256sum -c {SUMS}` checks every file. The content hash of this release is "
        f"`{contents.snapshot.content_sha256}`: SHA-256 over the canonical JSON list of the rows' "
        "`content_sha256` in order. Cutting the same version from the same items gives the same "
        "bytes."
    )
