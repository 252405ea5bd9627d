"""The wheel alone, in an empty environment, an empty home and an empty folder, is the program."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from calibration.judging.default_texts import default_judge_texts, defaults
from curation.starter.content import load_starter_items
from db.migrations import head
from tests.checks.project_files import ROOT, files
from tests.running import RunningApp, running_app
from tests.sessions import Answer, open_tab

PACKAGES = ("app", "curation", "calibration", "db", "exports")
PAGES = sorted(
    path.stem
    for path in files(".py")
    if path.parts[:2] == ("app", "app_pages") and path.stem != "__init__"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An environment that holds the wheel and what it needs, and nothing of this repository.

    Attributes:
        wheel: The built file.
        program: ``gainsay`` in the environment.
        folder: Where it is started; it holds somebody else's package ``app`` and nothing else.
        environment: That of a person with an empty home.
    """

    wheel: Path
    program: Path
    folder: Path
    environment: dict[str, str]

    def ask(self, *arguments: str) -> dict[str, object]:
        """Run a verb with --json and read its answer."""
        ended = subprocess.run(
            [str(self.program), *arguments, "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        answer: dict[str, object] = json.loads(ended.stdout)
        return answer

    def run(self, code: str, *arguments: str) -> str:
        """Run Python in the environment and give what it prints."""
        return subprocess.run(
            [str(self.program.with_name("python")), "-P", "-c", code, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout


def uv(*arguments: object, folder: Path) -> str:
    """Run the uv that ``make`` bootstraps, else one on the path."""
    own = ROOT / ".tools" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        pytest.fail("no uv to build the wheel with: run the suite with 'make test'", pytrace=False)
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    ended = subprocess.run(
        [found, "--quiet", *map(str, arguments)],
        cwd=folder,
        env={**environment, "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    place = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", ROOT, "--out-dir", place / "dist", folder=place)
    (wheel,) = (place / "dist").glob("*.whl")
    locked = place / "locked.txt"
    options = ("--frozen", "--no-emit-project", "--no-default-groups", "--no-annotate")
    uv("export", *options, "--project", ROOT, "--output-file", locked, folder=place)
    python = place / "venv" / "bin" / "python"
    uv("venv", "--no-project", "--python", sys.executable, place / "venv", folder=place)
    # What the lock says, with its hashes: quick, and the same tomorrow. The check afterwards
    # compares it with what the wheel itself asks for.
    uv("pip", "install", "--python", python, "--no-deps", "-r", locked, folder=place)
    uv("pip", "install", "--python", python, "--no-deps", wheel, folder=place)
    uv("pip", "check", "--python", python, folder=place)
    home, folder = place / "home", place / "folder"
    home.mkdir()
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "__init__.py").write_text("raise SystemExit('another app was imported')\n")
    yield Installation(
        wheel=wheel,
        program=python.with_name("gainsay"),
        folder=folder,
        environment={"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8"},
    )
    # Some 700 MB, which nobody looks at later.
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def app(installation: Installation) -> Iterator[RunningApp]:
    """The app's first start from the wheel."""
    home = Path(installation.environment["HOME"]) / ".local" / "share" / "gainsay"
    with running_app(
        home,
        program=installation.program,
        folder=installation.folder,
        environment=installation.environment,
    ) as running:
        yield running


def page(app: RunningApp, name: str, query: str = "") -> Answer:
    async def look() -> Answer:
        async with open_tab(app.url, name, query) as tab:
            return await tab.rerun()

    return asyncio.run(look())


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(
    installation: Installation,
) -> None:
    with zipfile.ZipFile(installation.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    ours = {path.as_posix() for path in files() if path.parts[0] in PACKAGES}
    assert held == ours
    for name in (
        "app/.streamlit/config.toml",
        "app/catalogues/zh/LC_MESSAGES/gainsay.po",
        "calibration/judging/defaults/question-correction.zh.template.txt",
        "curation/starter/items/down-jacket.toml",
        "db/migrations/versions/0001_first_schema.py",
        "db/migrations/script.py.mako",
        "db/taxonomy/types.toml",
    ):
        assert name in held


def test_the_installed_program_is_the_wheels(installation: Installation) -> None:
    where = installation.ask("where")
    assert where["executable"] == str(installation.program.with_name("python"))
    told = installation.run("import app, db; print(app.__file__, db.__file__)")
    assert told.count("site-packages") == 2
    assert str(ROOT) not in told


def test_the_judge_texts_are_in_the_wheel(installation: Installation) -> None:
    code = (
        "from calibration.judging.default_texts import default_judge_texts, defaults; "
        "print([default_judge_texts(each.type_id, each.language_id) for each in defaults()])"
    )
    ours = [default_judge_texts(each.type_id, each.language_id) for each in defaults()]
    assert installation.run(code) == f"{ours}\n"


def test_the_app_starts_with_every_migration_and_the_starter_items(
    installation: Installation, app: RunningApp
) -> None:
    assert app.announced["first_start"] is True
    listed = installation.ask("items", "list")
    assert listed["total"] == len(load_starter_items()) == 22
    assert installation.ask("where")["schema"] == head()
    # Judge texts, taxonomy and guidelines are among what the history seals.
    assert installation.ask("db", "check")["ok"] is True
    assert [path.name for path in installation.folder.iterdir()] == ["app"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn_without_an_error(app: RunningApp, name: str) -> None:
    assert len(page(app, name).elements) > 5


def test_the_chinese_screens_are_in_the_wheel(app: RunningApp) -> None:
    assert "题面" in page(app, "items", "ui=zh&item=starter-down-jacket").text()
    assert "题面" not in page(app, "items", "item=starter-glowing-moon-en").text()


def test_the_scripts_of_typed_texts_reach_the_browser(app: RunningApp) -> None:
    async def write() -> Answer:
        async with open_tab(app.url, "author") as tab:
            first = await tab.rerun()
            return await tab.rerun(click=first.button("author_new"))

    shown = asyncio.run(write()).elements
    mounted = [one.bidi_component for one in shown if one.WhichOneof("type") == "bidi_component"]
    for component, scripts, styles, least in (
        ("editor", ("journal.js", "editor.js"), "editor.css", 5),
        ("drafts", ("drafts.js",), "drafts.css", 1),
    ):
        folder = ROOT / "app" / "components" / component
        found = [one for one in mounted if one.component_name == f"gainsay.{component}"]
        assert len(found) >= least
        for name in scripts:
            assert all((folder / name).read_text("utf-8") in one.js_content for one in found)
        assert all((folder / styles).read_text("utf-8") in one.css_content for one in found)


def test_streamlit_reads_the_options_of_the_wheel(installation: Installation) -> None:
    code = (
        "import sys, json; from streamlit import config; from streamlit.web import bootstrap; "
        "import app, pathlib; main = pathlib.Path(app.__file__).with_name('main.py'); "
        "config._main_script_path = str(main); bootstrap.load_config_options({}); "
        "print(json.dumps({name: config.get_option(name) for name in sys.argv[1:]}))"
    )
    names = ("runner.postScriptGC", "server.address", "browser.gatherUsageStats")
    told = installation.run(code, *names)
    assert json.loads(told) == {
        "runner.postScriptGC": False,
        "server.address": "127.0.0.1",
        "browser.gatherUsageStats": False,
    }
