import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator

import pytest

from tests.checks.project_files import CODE, PACKAGES, files, modules, text_of, tree_of

SAYS_NOTHING = re.compile(r"(?:^|_)(?:utils?|helpers?|commons?|misc|managers?|services?)(?:_|$)")
MOST_FILE_LINES = 600
MOST_FUNCTION_LINES = 49
MOST_NESTING = 4
MOST_DOCSTRING_LINES = 12
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """Count from the signature to the end, without the docstring."""
    first = function.body[0]
    length = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return length
    return length - ((first.end_lineno or 0) - first.lineno + 1)


def nesting_of(node: ast.AST, depth: int = 0) -> int:
    """Count the deepest block inside a block; an elif is as deep as its if."""
    deepest = depth
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, Function | ast.ClassDef):
                continue
            is_elif = isinstance(node, ast.If) and name == "orelse" and isinstance(child, ast.If)
            inside = isinstance(child, BLOCKS) and not is_elif
            deepest = max(deepest, nesting_of(child, depth + inside))
    return deepest


def test_no_name_says_nothing() -> None:
    named = [part for path in modules(*CODE) for part in (*path.parts[:-1], path.stem)]
    assert sorted({name for name in named if SAYS_NOTHING.search(name)}) == []


def test_there_are_five_packages_beside_tests_and_benchmarks() -> None:
    roots = {path.parts[0] for path in files(".py")}
    assert roots <= {*CODE}
    assert roots >= {*PACKAGES, "tests"}


def test_no_module_directly_under_app_hides_another() -> None:
    # `streamlit run app/main.py` puts app/ first on the path.
    taken = {*PACKAGES, *sys.stdlib_module_names, *importlib.metadata.packages_distributions()}
    ours = {path.parts[1].removesuffix(".py") for path in modules("app")} - {"__init__"}
    assert sorted(ours & taken) == []


def test_no_file_has_more_than_600_lines() -> None:
    lengths = {str(path): len(text_of(path).splitlines()) for path in modules(*CODE)}
    assert {path: n for path, n in lengths.items() if n > MOST_FILE_LINES} == {}


def test_every_function_has_fewer_than_50_lines() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}: {lines_of(function)} lines"
        for path in modules(*CODE)
        for function in functions(tree_of(path))
        if lines_of(function) > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_no_function_nests_five_blocks() -> None:
    deep = [
        f"{path}:{function.lineno} {function.name}: {nesting_of(function)} deep"
        for path in modules(*CODE)
        for function in functions(tree_of(path))
        if nesting_of(function) > MOST_NESTING
    ]
    assert deep == []


def test_every_module_says_in_at_most_12_lines_what_it_owns() -> None:
    wrong = []
    for path in modules(*PACKAGES, "benchmarks"):
        said = ast.get_docstring(tree_of(path), clean=True)
        if said is None and text_of(path).strip():
            wrong.append(f"{path}: no docstring")
        if said is not None and len(said.splitlines()) > MOST_DOCSTRING_LINES:
            wrong.append(f"{path}: {len(said.splitlines())} lines")
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("def f():\n  return 1", 0),
        ("def f():\n  if a:\n    pass\n  elif b:\n    pass\n  elif c:\n    pass", 1),
        (
            "def f():\n  for a in b:\n    if c:\n      try:\n        d\n      except E:\n        e",
            3,
        ),
        ("def f():\n  if a:\n    def g():\n      if b:\n        pass", 1),
    ],
    ids=["flat", "elif", "three", "inner function"],
)
def test_nesting_is_counted_as_a_reader_sees_it(source: str, depth: int) -> None:
    assert nesting_of(ast.parse(source).body[0]) == depth
