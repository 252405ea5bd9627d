"""Owns the verbs `gainsay items ...`."""

import typer

group = typer.Typer(rich_markup_mode=None, no_args_is_help=False)
