"""The code of the starter set, executed, and its constraints read from tokens and syntax trees."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable

import pytest
from playwright._impl._driver import compute_driver_executable
from pygments.lexers import JavascriptLexer
from pygments.token import Comment

from curation.starter.content import StarterItem, StarterResponse, load_starter_items

CODE = "code-without-comments"
ITEMS = {item.slug: item for item in load_starter_items() if item.type == CODE}
Decided = dict[int, bool]


def only_block(text: str, language: str) -> str:
    """Return the code of a text that is one fenced block, else nothing."""
    match = re.fullmatch(rf"```{language}\n(.*)\n```", text, re.DOTALL)
    return match[1] if match and "```" not in match[1] else ""


def run_python(code: str, expressions: list[str]) -> list[object]:
    """Execute the code in a fresh interpreter and return the values of the expressions."""
    script = f"{code}\nimport json\nprint(json.dumps([{', '.join(expressions)}]))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return list(json.loads(done.stdout))


def run_javascript(code: str, expressions: list[str]) -> list[object]:
    """Execute the code with the Node.js that the browser driver carries."""
    node = compute_driver_executable()[0]
    script = f"{code}\nconsole.log(JSON.stringify([{', '.join(expressions)}]))"
    done = subprocess.run(
        [node, "-e", script], capture_output=True, text=True, check=True, timeout=60
    )
    return list(json.loads(done.stdout))


def python_comments(code: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def documented(code: str) -> bool:
    """Tell whether the code has a comment, a docstring or another string statement."""
    strings = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return bool(python_comments(code) or strings)


def introduced(code: str) -> set[str]:
    """Collect the names that the code binds: functions, parameters and variables."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def imports(code: str) -> bool:
    return any(isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(ast.parse(code)))


def run_length(text: str) -> Decided:
    code = only_block(text, "python")
    cases = ['e1("aaabcc")', 'e1("")', 'e1("zzzzzzzzzzzzaz")']
    # 12 z, then a, then z.
    right = run_python(code, cases) == ["a3b1c2", "", "z12a1z1"]
    return {
        1: bool(code),
        2: not documented(code),
        3: all(re.fullmatch("[a-z][0-9]", name) for name in introduced(code))
        and {"e1", "s1"} <= introduced(code),
        4: len(code.splitlines()) <= 12,
        5: right and not imports(code),
    }


def income_tax_lines(text: str) -> Decided:
    code = only_block(text, "python")
    tree = ast.parse(code)
    annotated = any(
        (isinstance(node, ast.arg) and node.annotation)
        or (isinstance(node, ast.FunctionDef) and node.returns)
        or isinstance(node, ast.AnnAssign)
        for node in ast.walk(tree)
    )
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    stored = [node.id for node in named if isinstance(node.ctx, ast.Store)]
    read = {node.id for node in named if isinstance(node.ctx, ast.Load)}
    useless = {"foo", "bar", "baz"}
    assigned_once = all(stored.count(name) == 1 for name in useless)
    # 18000 x 0.2; 28000 x 0.2; 5600 + 10000 x 0.4.
    taxes = run_python(code, [f"income_tax({n})" for n in (12000, 30000, 40000, 50000)])
    return {
        1: bool(code),
        2: not documented(code) and not annotated,
        3: assigned_once and not useless & read,
        4: not set(stored) - useless - read,
        5: taxes == pytest.approx([0, 3600, 5600, 9600]),
    }


def gc_windows(text: str) -> Decided:
    code = only_block(text, "javascript")
    lines = code.splitlines()
    commented = [
        code[:at].count("\n")
        for at, kind, _ in JavascriptLexer(stripnl=False).get_tokens_unprocessed(code)
        if kind in Comment
    ]
    edges = {0, len(lines) - 1}
    # GGC, GCC, CCA, CAT: 3, 3, 2, 1 of 3; GGAT, GATA, ATAT: 2, 1, 0 of 4.
    cases = ['gcWindows("GGCCAT", 3)', 'gcWindows("ggatat", 4)', 'gcWindows("AC", 5)']
    return {
        1: bool(code),
        2: all(lines[edge].startswith("//") for edge in edges),
        3: not set(commented) - edges,
        4: run_javascript(code, cases) == [[100, 100, 67, 33], [50, 25, 0], []],
    }


CHECKERS: dict[str, Callable[[str], Decided]] = {
    "gc-windows": gc_windows,
    "income-tax-lines": income_tax_lines,
    "run-length": run_length,
}
CASES = [
    pytest.param(item, response, id=f"{item.slug} {response.role}")
    for item in ITEMS.values()
    for response in item.responses
]


def test_every_code_item_has_a_checker() -> None:
    assert set(CHECKERS) == set(ITEMS)


@pytest.mark.parametrize(("item", "response"), CASES)
def test_the_declared_failures_are_what_tokens_and_execution_show(
    item: StarterItem, response: StarterResponse
) -> None:
    decided = CHECKERS[item.slug](response.text)
    assert set(decided) == set(range(1, len(item.requirements) + 1))
    assert [number for number, met in decided.items() if not met] == list(response.failed)


@pytest.mark.parametrize(("item", "response"), CASES)
def test_code_is_factually_right_and_keeps_its_indentation(
    item: StarterItem, response: StarterResponse
) -> None:
    assert response.factually_right == "yes"
    assert "\n    " in response.text or "\n  " in response.text


def test_the_comment_counters_see_every_kind_of_comment() -> None:
    assert documented("x = 1  # note")
    assert documented('def f():\n    """Doc."""')
    assert not documented('x = "# no comment"')
    kinds = [
        k for k, _ in JavascriptLexer().get_tokens("/* a */ let b = 1; // c\n") if k in Comment
    ]
    assert len(kinds) == 2
