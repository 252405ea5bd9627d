"""Owns what is read of JavaScript code: whether it parses, and which names it introduces.

The grammar is tree-sitter's: it finds what no engine would parse, and does not look for what an
engine refuses later (a name declared twice, a return outside of a function). Code is never run.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from calibration.judging.verifiers.lexing import LONGEST_CODE, Span
from calibration.judging.verifiers.python_code import BadSyntax
from calibration.judging.verifiers.wording import Wording

_DEFINED: Final = {
    *("function_declaration", "function_expression", "generator_function", "class_declaration"),
    *("generator_function_declaration", "class", "variable_declarator"),
}
_PATTERNS: Final = {"object_pattern", "array_pattern", "rest_pattern"}
_BINDING: Final = {"identifier", "shorthand_property_identifier_pattern"}
_MEMBERS: Final = {"property_identifier", "private_property_identifier"}
_COMMENTS: Final = {"comment", "html_comment"}
_JSX: Final = {"jsx_element", "jsx_self_closing_element"}


class JavaScriptCode:
    """Code with its tree; offsets are of the text as it is."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self._root = root
        self._bytes = text.encode("utf-8")

    def offset(self, node: Node) -> int:
        """Give the offset at which a node begins."""
        return len(self._bytes[: node.start_byte].decode("utf-8"))

    def introduced_names(self) -> list[Span]:
        """List every name that the code binds, at each place where it does, in order."""
        nodes = [bound for node in walk(self._root) for bound in _bound(node)]
        return sorted(map(self.span, nodes), key=lambda span: span.start)

    def imports(self) -> list[Span]:
        """List import statements, and calls of import and require, in order."""
        nodes = [node for node in walk(self._root) if _is_import(node)]
        return [self.span(node) for node in nodes]

    def span(self, node: Node) -> Span:
        """Give a node's text and where it begins."""
        text = self._bytes[node.start_byte : node.end_byte].decode("utf-8")
        return Span(start=self.offset(node), text=text)


def parse_javascript(text: str) -> JavaScriptCode | BadSyntax | Wording:
    """Parse JavaScript.

    Returns:
        The tree; where it is no JavaScript; or why that cannot be told.
    """
    if len(text) > LONGEST_CODE:
        return Wording(
            en="The code cannot be parsed: it is longer than 20,000 characters.",
            zh="无法解析代码：代码超过20,000个字符。",
        )
    try:
        root = _parser().parse(text.encode("utf-8")).root_node
    except UnicodeEncodeError as error:
        return BadSyntax(offset=error.start, message="a character that no source code can hold")
    code = JavaScriptCode(text, root)
    for node in walk(root):
        if node.is_error or node.is_missing or node.type in _JSX:
            return BadSyntax(offset=code.offset(node), message=_message(node))
    return code


def walk(root: Node) -> Iterator[Node]:
    """Visit every node in the order of the text, however deep."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def javascript_comments(text: str) -> list[Span] | None:
    """List the comments of JavaScript, JSX too; None when it does not parse.

    A lexer takes what stands in JSX, and some regular expressions, for comments.
    """
    if len(text) > LONGEST_CODE or not _encodes(text):
        return None
    root = _parser().parse(text.encode("utf-8")).root_node
    if root.has_error:
        return None
    code = JavaScriptCode(text, root)
    return [code.span(node) for node in walk(root) if node.type in _COMMENTS]


def _encodes(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_javascript.language()))


def _message(node: Node) -> str:
    if node.is_missing:
        return f"missing {node.type}"
    return "JSX is no JavaScript" if node.type in _JSX else "invalid syntax"


def _is_import(node: Node) -> bool:
    if node.type == "import_statement":
        return True
    if node.type == "export_statement":
        return node.child_by_field_name("source") is not None
    called = node.child_by_field_name("function") if node.type == "call_expression" else None
    return called is not None and called.text in {b"import", b"require"}


def _bound(node: Node) -> Iterator[Node]:
    if node.type in _DEFINED:
        name = node.child_by_field_name("name")
        if name is not None:
            yield from _identifiers(name)
    elif node.type in {"method_definition", "field_definition"}:
        yield from _member(node)
    elif node.type == "assignment_expression":
        # A name that was never declared is introduced by its first value.
        left = node.child_by_field_name("left")
        yield from _own_property(left) if _is_member(left) else _identifiers(left)
    elif node.type == "for_in_statement" and node.child_by_field_name("kind") is not None:
        yield from _identifiers(node.child_by_field_name("left"))
    elif node.type == "arrow_function" or node.type == "catch_clause":
        yield from _identifiers(node.child_by_field_name("parameter"))
    elif node.type in {"formal_parameters", "import_clause"}:
        for child in node.named_children:
            yield from _identifiers(child)
    elif node.type in {"import_specifier", "namespace_import"}:
        yield from _identifiers(node.named_children[-1] if node.named_children else None)


def _is_member(node: Node | None) -> bool:
    return node is not None and node.type == "member_expression"


def _member(node: Node) -> Iterator[Node]:
    """Give the name of a method or a field of a class, but for the one the language gives."""
    name = node.child_by_field_name("name") or node.child_by_field_name("property")
    if name is not None and name.type in _MEMBERS and name.text != b"constructor":
        yield name


def _own_property(node: Node | None) -> Iterator[Node]:
    """Give the name of a property that an object gives itself."""
    whose = node.child_by_field_name("object") if node is not None else None
    name = node.child_by_field_name("property") if node is not None else None
    if whose is not None and whose.type == "this" and name is not None and name.type in _MEMBERS:
        yield name


def _identifiers(node: Node | None) -> Iterator[Node]:
    """Give the names in a pattern, without the values that they have when none is given."""
    waiting = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        if one.type in _BINDING:
            yield one
        elif one.type in {"assignment_pattern", "object_assignment_pattern"}:
            left = one.child_by_field_name("left")
            waiting.extend([left] if left is not None else [])
        elif one.type == "pair_pattern":
            value = one.child_by_field_name("value")
            waiting.extend([value] if value is not None else [])
        elif one.type in _PATTERNS:
            waiting.extend(reversed(one.named_children))
