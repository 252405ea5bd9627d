import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.checks.project_files import CODE, PACKAGES, ROOT, files, modules, text_of, tree_of

# Written in pieces: this file is itself looked at.
HERE = Path("tests/checks/test_source_rules.py")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|work|home/[a-z]\w*|Users/\w+)/")
BINARY = {".png", ".gz", ".parquet", ".mo", ".db", ".ico", ".woff2", ".xlsx"}


def annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns


def is_any(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "Any") or (
        isinstance(node, ast.Attribute) and node.attr == "Any"
    )


def test_only_settings_reads_the_environment() -> None:
    readers = [
        f"{path}:{node.lineno}"
        for path in modules(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"})
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {alias.name for alias in node.names} & {"environ", "environb", "getenv", "putenv"}
        )
    ]
    assert [place for place in readers if not place.startswith("app/settings.py:")] == []
    assert readers, "app/settings.py reads none: the search is broken"


NETWORK = {
    *("urllib.request", "http.client", "http.server", "socket", "ssl", "ftplib", "smtplib"),
    *("httpx", "httpx2", "aiohttp", "requests", "urllib3", "websockets"),
}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_only_the_model_door_and_the_apps_server_reach_the_network() -> None:
    reach = [
        f"{path.as_posix()}:{line}"
        for path in modules(*PACKAGES)
        for line, name in imported(tree_of(path))
        if any(name == door or name.startswith(f"{door}.") for door in NETWORK)
    ]
    allowed = ("app/server.py:", "app/serving.py:", "calibration/llm/")
    assert [place for place in reach if not place.startswith(allowed)] == []
    assert reach, "app/server.py reaches none: the search is broken"


def test_nothing_is_annotated_with_any_alone() -> None:
    places = [
        f"{path}:{annotation.lineno}"
        for path in modules(*PACKAGES)
        for annotation in annotations(tree_of(path))
        if is_any(annotation)
    ]
    assert places == []


def test_every_ignored_type_error_names_its_code() -> None:
    uncoded = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")
    places = [
        f"{path}:{number}"
        for path in modules(*CODE)
        if path != HERE
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if uncoded.search(line)
    ]
    assert places == []


def test_nothing_is_unpickled_or_evaluated() -> None:
    banned_calls = {"eval", "exec"}
    banned_modules = {"pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle"}
    found = []
    for path in modules(*PACKAGES):
        for node in ast.walk(tree_of(path)):
            names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            names |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            called = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in banned_calls
            )
            if names & banned_modules or called:
                found.append(f"{path}:{getattr(node, 'lineno', 0)}")
    assert found == []


def test_no_file_names_a_path_of_one_machine() -> None:
    places = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in files()
        if path != HERE and path.suffix not in BINARY
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert places == []
    assert MACHINE_PATH.search("see " + "/ro" + "ot/x"), "the search is broken"


def test_every_decision_gives_context_choice_and_consequence() -> None:
    incomplete = {
        str(path): missing
        for path in files(".md")
        if path.parts[:2] == ("docs", "decisions")
        and (
            missing := {"Context", "Choice", "Consequence"}
            - set(re.findall(r"^#+ +(\w+)\s*$", text_of(path), re.MULTILINE))
        )
    }
    assert incomplete == {}


def test_every_package_of_ours_is_in_the_wheel() -> None:
    listed = re.search(r"\[tool\.hatch\.build\.targets\.wheel\]\s*packages = \[(.*?)\]",
                       (ROOT / "pyproject.toml").read_text(encoding="utf-8"))  # fmt: skip
    assert listed is not None
    assert set(re.findall(r'"(\w+)"', listed[1])) == set(PACKAGES)
