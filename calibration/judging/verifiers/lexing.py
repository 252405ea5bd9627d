"""Owns the languages that code can be in, and its comments and names as pygments reads them.

A language is any name or alias that pygments knows. Whether its lexer marks comments at all is
found by probing it once with the comment of every common form; one that marks none is undecidable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Name, String
from pygments.util import ClassNotFound

from calibration.judging.verifiers.parameters import Value, quoted
from calibration.judging.verifiers.wording import Wording

# A string that is never closed costs some lexers time by the square of what follows: 2 s here.
LONGEST_CODE: Final = 20_000
_PROBES: Final = (
    *("# x\n", "// x\n", "/* x */\n", "-- x\n", "; x\n", "% x\n", "<!-- x -->\n", "(* x *)\n"),
    *("{- x -}\n", "' x\n", "! x\n", '" x\n', "REM x\n", "* x\n", "{# x #}\n", "<%-- x --%>\n"),
    *("{ x }\n", "dnl x\n", "\\ x\n", "#| x |#\n", "|| x\n", "/ x\n", "C x\n", "@c x\n", "NB. x\n"),
    *("⍝ x\n", ".. x\n", '.\\" x\n', "$ x\n", "[x]\n", "\\ x\n", "## x\n", "-# x\n", "//! x\n"),
    *('"x"\n', "(: x :)\n", ";; x\n", "{{! x }}\n", "{* x *}\n", "<%# x %>\n", "//* x\n"),
)
# Directives of a preprocessor and the line that names an interpreter are no comments to a reader.
_NO_COMMENT: Final = (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang)
_STRINGS_ARE_STRINGS: Final = ("Python", "Python 2.x", "Cython", "Numba_IR")
_OPENERS: Final = {"*/": "/*", "-}": "{-", "*)": "(*", "|#": "#|"}
_CLOSED: Final = ("*/", "-->", "*)", "-}", "]]", "=end", "|#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of code.

    Attributes:
        start: Offset in the code.
    """

    start: int
    text: str

    @property
    def end(self) -> int:
        """Offset behind it, without the line break that a lexer may count in."""
        return self.start + len(self.text.rstrip("\r\n"))


def refuse_language(value: Value) -> Wording | None:
    """Say that pygments knows no such language; None when it does."""
    if isinstance(value, str) and _lexer(value) is not None:
        return None
    shown = quoted(value) if isinstance(value, str) else repr(value)
    return Wording(
        en=f"language is {shown}, which pygments does not know; use one of its names, such as "
        "python, javascript, java, c, cpp, go, rust, sql or html",
        zh=f"language 的值 {shown} 不在 pygments 支持的语言之列，请用其中的名称，例如 "
        "python、javascript、java、c、cpp、go、rust、sql、html",
    )


def language_name(alias: str) -> str:
    """Give pygments' own name for an alias, such as ``Python`` for ``py``; empty for none."""
    lexer = _lexer(alias)
    return lexer.name if lexer is not None else ""


def comments(code: str, language: str) -> list[Span] | None:
    """List the comments of code, each one's lines together.

    Returns:
        The comments in order; None when nothing can be said: no such language, one whose lexer
        marks no comments, or code too long to read.
    """
    lexer = _lexer(language, code)
    if lexer is None or len(code) > LONGEST_CODE or not _marks_comments(language):
        return None
    # What documents code is a string to some lexers; that of Python is read from its syntax tree.
    doc = String.Doc if lexer.name not in _STRINGS_ARE_STRINGS else Comment
    found: list[Span] = []
    before: object = None
    for start, kind, text in _tokens(lexer, code):
        if kind in _NO_COMMENT or (kind not in Comment and kind not in doc):
            continue
        if text.startswith("//") and _in_directive_string(code, start):
            continue
        if found and found[-1].start + len(found[-1].text) == start and _goes_on(found[-1], before):
            found[-1] = Span(start=found[-1].start, text=found[-1].text + text)
        else:
            found.append(Span(start=start, text=text))
        before = kind
    return [_trimmed(span) for span in found if span.text.strip()]


def _in_directive_string(code: str, start: int) -> bool:
    """Say whether slashes stand in a string of a directive: lexers look for no strings there."""
    line = code[code.rfind("\n", 0, start) + 1 : start]
    return line.lstrip().startswith("#") and line.replace('\\"', "").count('"') % 2 == 1


def _tokens(lexer: Lexer, code: str) -> Iterator[tuple[int, object, str]]:
    """Give the tokens; many lexers know a comment in the last line only by a break behind it."""
    for start, kind, text in lexer.get_tokens_unprocessed(code + "\n"):
        yield start, kind, text[: len(code) - start]


def _goes_on(span: Span, kind: object) -> bool:
    """Say whether the comment token that follows at once belongs to the same comment."""
    text = span.text.rstrip()
    if text.endswith(_CLOSED):
        # Some languages nest comments: one that is opened twice is not closed by the first end.
        opener = _OPENERS.get(text[-2:], "")
        return bool(opener) and text.count(opener) > text.count(text[-2:])
    return kind is Comment.Multiline or not span.text.endswith("\n")


def _trimmed(span: Span) -> Span:
    lead = len(span.text) - len(span.text.lstrip())
    return Span(start=span.start + lead, text=span.text[lead:])


def names(code: str, language: str) -> list[Span] | None:
    """List every name of code that is neither built in nor a keyword, in order; None as above."""
    lexer = _lexer(language, code)
    if lexer is None or len(code) > LONGEST_CODE:
        return None
    return [
        Span(start=start, text=text)
        for start, kind, text in _tokens(lexer, code)
        if kind in Name and kind not in Name.Builtin and kind not in Name.Entity
        if text.strip() and any(character.isalpha() or character == "_" for character in text)
    ]


@cache
def _lexer_class(alias: str) -> type[Lexer] | None:
    try:
        found: type[Lexer] = find_lexer_class_by_name(alias.lower())
    except ClassNotFound:
        return None
    return found


def _lexer(alias: str, code: str = "") -> Lexer | None:
    # Options off: a lexer must not strip or end the text, or its offsets would be another text's.
    found = _lexer_class(alias) if alias.isprintable() and len(alias) <= 40 else None
    inline = {} if "<?" in code else {"startinline": True}
    return found(stripnl=False, stripall=False, ensurenl=False, **inline) if found else None


@cache
def _marks_comments(language: str) -> bool:
    lexer = _lexer(language)
    return lexer is not None and any(
        kind in Comment and kind not in _NO_COMMENT
        for probe in _PROBES
        for _, kind, _ in lexer.get_tokens_unprocessed(probe)
    )
