"""Owns the short documents of a release: change log, licence, citation."""

from typing import Final

from exports.contents import PastRelease, ReleaseContents

CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/legalcode"
STARTER_LICENCE: Final = (
    "Rows whose origin is 'starter', and the judge texts whose source is 'default', are licensed "
    f"under the Creative Commons Attribution 4.0 International licence (CC-BY-4.0): {CC_BY}"
)
IMPORTED_LICENCE: Final = (
    "Rows whose origin is 'imported' came from a file that somebody supplied: the licence of their "
    "source is unknown. This release grants no rights in them; ask their source before you pass "
    "them on."
)

OUR_LICENCE: Final = (
    "Rows whose origin is 'authored' or 'drafted' were written in the workspace that cut this "
    "release, which has declared no licence for them: ask its maintainers before you pass them on."
)


def change_log(contents: ReleaseContents) -> str:
    """Write what each release added, changed and removed, newest first."""
    sections = [
        "# Changes",
        "MAJOR: rows changed or removed. MINOR: rows added. PATCH: the same rows, other packaging.",
        *(_section(entry) for entry in contents.log),
        f"Canary of the documents: {contents.canaries.documents}",
    ]
    return "\n\n".join(sections) + "\n"


def licence_parts(contents: ReleaseContents) -> list[str]:
    """Say which licence holds for which rows, one paragraph each."""
    return [
        text
        for text, holds in (
            (STARTER_LICENCE, contents.has_our_texts),
            (IMPORTED_LICENCE, contents.has_imported),
            (OUR_LICENCE, contents.has_written_here),
        )
        if holds
    ]


def licence_text(contents: ReleaseContents) -> str:
    """Write the licence file."""
    return "\n\n".join(licence_parts(contents)) + "\n"


def citation_text(contents: ReleaseContents) -> str:
    """Write the citation file; nobody's name is known to the program, so none is given."""
    lines = [
        "cff-version: 1.2.0",
        'message: "Cite the version and the content hash: both name the rows you used."',
        "type: dataset",
        'title: "Counter-intuitive instruction items"',
        f'version: "{contents.version}"',
        f'date-released: "{contents.created_at.date().isoformat()}"',
        "authors:",
        '  - name: "The maintainers of this dataset"',
        "identifiers:",
        "  - type: other",
        f'    value: "sha256:{contents.snapshot.content_sha256}"',
        '    description: "Content hash over all rows"',
    ]
    if not (contents.has_imported or contents.has_written_here):
        lines.append("license: CC-BY-4.0")
    return "\n".join(lines) + "\n"


def _section(entry: PastRelease) -> str:
    lines = [
        f"## {entry.version} ({entry.created_at.date().isoformat()})",
        "",
        f"{entry.rows:,} rows, content SHA-256 `{entry.content_sha256}`.",
    ]
    if entry.is_first:
        lines += ["", "First release: every row is new."]
    elif not entry.changes:
        lines += ["", "The same rows as before, in other packaging."]
    else:
        changes = entry.changes
        for title, ids in (
            ("Added", changes.added),
            ("Changed", changes.changed),
            ("Removed", changes.removed),
        ):
            if ids:
                lines += ["", f"{title} ({len(ids):,}):", ""]
                lines += [f"- `{item}`{_step(entry, item)}" for item in ids]
    return "\n".join(lines)


def _step(entry: PastRelease, item: str) -> str:
    step = entry.steps.get(item)
    return f" ({step})" if step else ""


def evidence_lines(contents: ReleaseContents) -> list[str]:
    """Say per origin how many rows there are and what stands behind them."""
    kinds = contents.count_by("origin", "evidence")
    return [
        f"{rows:,} {'row' if rows == 1 else 'rows'} of origin `{key[0]}`: {key[1]}"
        for key, rows in kinds.items()
    ]
