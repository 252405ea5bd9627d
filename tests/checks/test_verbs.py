import subprocess
import sys

import typer

from app.cli import program
from tests.checks.project_files import files, text_of

# Each costs between 0.1 and 1.2 seconds: none may load before a verb asks for it.
HEAVY = {"pandas", "numpy", "scipy", "sklearn", "statsmodels", "datasets", "pyarrow", "openai"}
HEAVY |= {"streamlit", "altair", "sqlalchemy", "sqlmodel", "alembic", "pydantic", "huggingface_hub"}


def verbs() -> dict[str, list[str]]:
    """List every verb with its options."""
    found = {}
    queue = [("gainsay", typer.main.get_command(program))]
    while queue:
        name, command = queue.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            found[name] = [option for parameter in command.params for option in parameter.opts]
        else:
            queue += [(f"{name} {part}", below) for part, below in inner.items()]
    return dict(sorted(found.items()))


def test_every_verb_can_answer_in_json_and_takes_a_database() -> None:
    lacking = {
        verb: missing
        for verb, options in verbs().items()
        if (missing := {"--json", "--db"} - set(options))
    }
    assert lacking == {}


def test_every_verb_is_in_the_docs() -> None:
    said = "\n".join(text_of(p) for p in files(".md") if p.parts[0] in {"docs", "README.md"})
    assert [verb for verb in verbs() if verb not in said] == []


def test_every_page_is_in_the_docs() -> None:
    said = "\n".join(text_of(p) for p in files(".md") if p.parts[0] in {"docs", "README.md"})
    pages = [
        path.stem
        for path in files(".py")
        if path.parts[:2] == ("app", "app_pages") and path.stem != "__init__"
    ]
    assert [page for page in pages if f"`/{page}`" not in said] == []


def test_asking_for_help_loads_nothing_heavy() -> None:
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from app.cli import main; main(['--help']); sys.stderr.write('\\n'.join("
            "{name.partition('.')[0] for name in sys.modules}))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "agree" in asked.stdout
    assert sorted(HEAVY & set(asked.stderr.split())) == []
