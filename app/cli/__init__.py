"""Owns the command line: one verb, one file; no verb imports anything heavy before it runs.

Exit 0: the question was answered, whatever the answer. Exit 1: input refused or a gate shut.
Exit 2: wrong options. On 1 and 2 standard output is empty and standard error has one sentence.
"""

import sys

import typer
from typer.exceptions import TyperException

from app.cli import agree, certify, database, history, importing, items, release, up, where
from db.errors import GainsayError

program = typer.Typer(
    name="gainsay",
    help="Build counter-intuitive instruction benchmarks and prove that their judge agrees with "
    "people.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
program.command("up")(up.up)
program.command("where")(where.where)
program.command("agree")(agree.agree)
program.command("certify")(certify.certify)
program.add_typer(database.group, name="db")
program.add_typer(importing.group, name="import")
program.add_typer(items.group, name="items")
program.add_typer(release.group, name="release")
program.add_typer(history.group, name="history")


def run() -> None:
    """Run the console script ``gainsay`` and leave with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code; errors become one sentence."""
    try:
        code = program(arguments, prog_name="gainsay", standalone_mode=False)
    except GainsayError as error:
        return _refuse(str(error), code=1)
    except TyperException as error:
        sentence = " ".join(error.format_message().split())
        return _refuse(f"{sentence.rstrip('.')}. Try 'gainsay --help'.", code=2)
    except (KeyboardInterrupt, typer.Abort):
        return _refuse("Stopped.", code=130)
    return code if isinstance(code, int) else 0


def _refuse(sentence: str, *, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code
