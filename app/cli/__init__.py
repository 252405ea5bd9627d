"""Owns the command line: one verb, one file; no verb imports anything heavy before it runs.

Exit 0: the question was answered, whatever the answer. Exit 1: input refused or a gate shut.
Exit 2: wrong options. On 1 and 2 standard output is empty and standard error has one sentence.
"""

import io
import os
import sys

import typer
from typer.exceptions import TyperException

from app.cli import (
    agree,
    ask,
    certify,
    checking,
    database,
    exporting,
    history,
    importing,
    item_acts,
    items,
    models,
    passwords,
    people,
    release,
    runs,
    simulate,
    up,
    where,
    worker,
)
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
program.command("worker")(worker.worker)
program.command("simulate")(simulate.simulate)
program.command("agree")(agree.agree)
program.command("certify")(certify.certify)
program.add_typer(database.group, name="db")
program.add_typer(importing.group, name="import")
program.add_typer(exporting.group, name="export")
items.group.command("check")(checking.check)
for verb in (
    item_acts.send,
    item_acts.recall,
    item_acts.flag,
    item_acts.rule,
    item_acts.reopen,
    item_acts.retire,
    item_acts.reinstate,
    item_acts.discard,
    item_acts.restore,
    item_acts.mark_seed,
    item_acts.unmark_seed,
):
    items.group.command(verb.__name__.replace("_", "-"))(verb)
program.add_typer(items.group, name="items")
people.group.command("password")(passwords.password)
program.add_typer(people.group, name="people")
program.add_typer(release.group, name="release")
program.add_typer(history.group, name="history")
program.add_typer(models.group, name="models")
program.command("ask")(ask.ask)
program.add_typer(runs.group, name="run")


def run() -> None:
    """Run the console script ``gainsay`` and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows its number instead of failing.
            stream.reconfigure(errors="backslashreplace")
    code = main(sys.argv[1:])
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        # What could not be written must not be tried again while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # A buffered answer fails here a second time: the sentence was said then.
        code = code or _refuse("The answer could not be written to standard output.", code=1)
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code; errors become one sentence."""
    try:
        code = program(arguments, prog_name="gainsay", standalone_mode=False)
    except GainsayError as error:
        return _refuse(str(error), code=1)
    except TyperException as error:
        return _refuse(f"{error.format_message().rstrip('.')}.", code=2)
    except (KeyboardInterrupt, typer.Abort):
        return _refuse("Stopped.", code=130)
    except MemoryError:
        return _refuse("There is not enough memory for this; hand in smaller files.", code=1)
    except OSError as error:
        return _refuse(
            f"The system refused ({error.strerror or error}); nothing more was done.", code=1
        )
    return code if isinstance(code, int) else 0


def _refuse(sentence: str, *, code: int) -> int:
    # One line, and nothing in it that a terminal would obey.
    shown = "".join(char if char.isprintable() else " " for char in sentence)
    sys.stderr.write(" ".join(shown.split()) + "\n")
    return code
