"""Owns what is read of Python code: its syntax tree, and what it says of names and docstrings.

The grammar is that of the Python that runs the program. Code is parsed, never run.
"""

import ast
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from calibration.judging.verifiers.lexing import LONGEST_CODE, Span
from calibration.judging.verifiers.passage import line_starts
from calibration.judging.verifiers.wording import Wording

# What is filtered out of warnings holds for the process, not for a thread.
_QUIET: Final = threading.Lock()
# What the grammar has gained since: quotes within f-strings, type parameters, type aliases.
_NEWER: Final = re.compile(r"^f-string: |multiple exception types must be parenthesized")
_NEWER_CODE: Final = re.compile(
    r"^[ \t]*(?:type [^\W\d]\w*[ \t]*[=\[]|(?:async +)?(?:def|class) [^\W\d]\w*\[)", re.MULTILINE
)
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadSyntax:
    """Where code is not Python, with the parser's own words."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonCode:
    """Code with its tree; offsets are of the text as it is.

    Attributes:
        starts: The offset at which each line begins.
    """

    text: str
    tree: ast.Module
    starts: Sequence[int]

    def offset(self, node: ast.AST) -> int:
        """Give the offset at which a node begins."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return _offset(self.text, self.starts, line, column)

    def segment(self, node: ast.AST) -> str:
        """Give the text of a node."""
        line = getattr(node, "end_lineno", None) or 1
        column = getattr(node, "end_col_offset", None) or 0
        return self.text[self.offset(node) : _offset(self.text, self.starts, line, column)]


def parse_python(text: str) -> PythonCode | BadSyntax | Wording:
    """Parse Python.

    Returns:
        The tree; where it is no Python; or why that cannot be told.
    """
    if len(text) > LONGEST_CODE:
        return _too_much("it is longer than 20,000 characters", "代码超过20,000个字符")
    starts = line_starts(text)
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PythonCode(text=text, tree=ast.parse(text), starts=starts)
    except SyntaxError as error:
        if _NEWER.search(error.msg) or _NEWER_CODE.search(text):
            return _too_much(
                "a newer Python than the one that runs here may accept it",
                "更新版本的 Python 可能接受这段代码",
            )
        line = min(max(error.lineno or 1, 1), len(starts))
        offset = starts[line - 1] + max((error.offset or 1) - 1, 0)
        return BadSyntax(offset=min(offset, len(text)), message=error.msg)
    except (RecursionError, MemoryError):
        return _too_much("it is nested too deeply", "嵌套过深")
    except (ValueError, UnicodeError):
        return BadSyntax(offset=0, message="a character that no source code can hold")


def docstrings(code: PythonCode) -> list[Span]:
    """List statements that are nothing but a string: docstrings and strings used as comments."""
    return [
        Span(start=code.offset(node), text=code.segment(node))
        for node in ast.walk(code.tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def introduced_names(code: PythonCode) -> list[Span]:
    """List every name that the code binds, at each place where it does, in order."""
    found = [
        Span(start=_name_offset(code, node, name), text=name)
        for node in ast.walk(code.tree)
        for name in _bound(node)
    ]
    return sorted(found, key=lambda span: span.start)


def type_hints(code: PythonCode) -> list[Span]:
    """List annotations of parameters, results and variables, in order."""
    hints = [hint for node in ast.walk(code.tree) for hint in _hints(node)]
    found = [Span(start=code.offset(hint), text=code.segment(hint)) for hint in hints]
    return sorted(found, key=lambda span: span.start)


def imports(code: PythonCode) -> list[Span]:
    """List import statements and calls that import, in order."""
    return [
        Span(start=code.offset(node), text=code.segment(node))
        for node in ast.walk(code.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Call) and _is_import(node.func))
    ]


def assignments(code: PythonCode, name: str) -> list[Span]:
    """List the statements that do nothing but give a name a value, in order."""
    return [
        Span(start=code.offset(node), text=code.segment(node))
        for node in ast.walk(code.tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and node.value is not None
        and [one.id for one in _targets(node) if isinstance(one, ast.Name)] == [name]
        and len(_targets(node)) == 1
    ]


def uses(code: PythonCode, name: str, context: type[ast.expr_context]) -> list[Span]:
    """List the places where a name is read (``ast.Load``) or bound (``ast.Store``), in order."""
    found = [
        Span(start=code.offset(node), text=name)
        for node in ast.walk(code.tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, context)
    ]
    return sorted(found, key=lambda span: span.start)


def _is_import(called: ast.expr) -> bool:
    return isinstance(called, ast.Name) and called.id == "__import__"


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, _SCOPES):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        # What a method gives its object; the attributes of others have their names already.
        if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            yield node.attr
    elif isinstance(node, ast.alias) and node.name != "*":
        yield node.asname or node.name.partition(".")[0]
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def _hints(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield node.returns


def _name_offset(code: PythonCode, node: ast.AST, name: str) -> int:
    start = code.offset(node)
    # A definition begins at its keyword; the name stands in the same line, or the node will do.
    at = code.text.find(name, start, start + 200) if isinstance(node, _SCOPES) else start
    return at if at >= 0 else start


def _offset(text: str, starts: Sequence[int], line: int, column: int) -> int:
    """Give the character offset of a line (from 1) and a column that counts UTF-8 bytes."""
    if not 1 <= line <= len(starts):
        return len(text)
    # No character takes fewer than one byte: these are enough.
    window = text[starts[line - 1] : starts[line - 1] + max(column, 0)]
    return starts[line - 1] + len(window.encode()[: max(column, 0)].decode(errors="ignore"))


def _too_much(en: str, zh: str) -> Wording:
    return Wording(en=f"The code cannot be parsed: {en}.", zh=f"无法解析代码：{zh}。")
