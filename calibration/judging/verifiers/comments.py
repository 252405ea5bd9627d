"""Owns the verifiers of comments in code: none at all, none but in named lines, how many.

In Python a statement that is nothing but a string counts as a comment too, docstrings included. A
line that names an interpreter and directives of a preprocessor count as none.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.javascript_code import javascript_comments
from calibration.judging.verifiers.lexing import Span, comments, language_name
from calibration.judging.verifiers.outcome import Outcome, counted, failed, passed, undecidable
from calibration.judging.verifiers.parameters import Kind, Parameter, Value, Values, choice, quoted
from calibration.judging.verifiers.passage import Passage, line_starts, split_lines
from calibration.judging.verifiers.python_code import PythonCode, docstrings, parse_python
from calibration.judging.verifiers.shared import (
    LANGUAGE,
    LIMITS,
    WHERE_CODE,
    limits_of,
    refuse_limits,
)
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording


def _refuse_lines(value: Value) -> Wording | None:
    entries = value if isinstance(value, tuple) else ()
    for entry in entries:
        is_number = entry.isascii() and entry.isdigit() and 1 <= len(entry) <= 5
        if entry not in {"first", "last"} and (not is_number or int(entry) < 1):
            return Wording(
                en=f"{quoted(entry)} names no line; write first, last or a number from 1",
                zh=f"{quoted(entry)} 不是行的写法，请写 first、last 或从1开始的数字",
            )
    return None


_DOCSTRINGS: Final = choice(
    "docstrings",
    Wording(
        en="whether a statement that is only a string counts as a comment (Python only)",
        zh="只有一个字符串的语句是否算作注释（仅限 Python）",
    ),
    "count",
    "allow",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commented:
    """Code with its comments.

    Attributes:
        rows: The lines, from 0, that each comment covers.
    """

    passage: Passage
    lines: list[str]
    spans: list[Span]
    rows: list[range]

    def lines_named(self, names: Sequence[str]) -> set[int]:
        """Give the line numbers, from 0, that ``first``, ``last`` and numbers stand for."""
        numbers = {"first": 0, "last": len(self.lines) - 1}
        return {numbers[name] if name in numbers else int(name) - 1 for name in names}


def _spans(code: str, language: str) -> list[Span] | None:
    if language_name(language) in {"JavaScript", "JSX"}:
        parsed = javascript_comments(code)
        if parsed is not None:
            return parsed
    return comments(code, language)


def _found(text: str, values: Values, *, one_is_enough: bool = False) -> _Commented | Outcome:
    """Find the comments in the part to look at, or say why there is nothing to say."""
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    language = values.text("language")
    spans = _spans(passage.text, language)
    if spans is None:
        name = language_name(language)
        return undecidable(
            en=f"Comments of {name} cannot be told apart, or the code is too long.",
            zh=f"无法识别 {name} 的注释，或者代码过长。",
        )
    if language_name(language) == "Python" and values.text("docstrings") != "allow":
        code = parse_python(passage.text)
        if isinstance(code, PythonCode):
            spans = sorted([*spans, *docstrings(code)], key=lambda span: span.start)
        elif not (one_is_enough and spans):
            return undecidable(
                en="The code is no Python that parses, so its docstrings cannot be told apart.",
                zh="代码无法按 Python 解析，因此无法识别文档字符串。",
            )
    starts = line_starts(passage.text)
    return _Commented(
        passage=passage,
        lines=split_lines(passage.text),
        spans=spans,
        rows=[
            range(
                bisect_right(starts, span.start) - 1,
                bisect_right(starts, max(span.end - 1, span.start)),
            )
            for span in spans
        ],
    )


def _no_comments(text: str, values: Values) -> Outcome:
    found = _found(text, values, one_is_enough=not values.words("except_lines"))
    if isinstance(found, Outcome):
        return found
    allowed = found.lines_named(values.words("except_lines"))
    rows = zip(found.spans, found.rows, strict=True)
    bad = [span.start for span, covered in rows if not set(covered) <= allowed]
    if not bad:
        return passed(en="No comment was found.", zh="没有发现注释。")
    return failed(
        en=f"Comments where none is allowed: {len(bad):,}.",
        zh=f"有{len(bad)}处不允许出现的注释。",
        where=found.passage.places(bad),
    )


def _comment_lines(text: str, values: Values) -> Outcome:
    found = _found(text, values)
    if isinstance(found, Outcome):
        return found
    starts = line_starts(found.passage.text)
    begins = {span.start for span in found.spans}
    inside = {line for covered in found.rows for line in covered[1:]}
    bad = []
    for number in sorted(found.lines_named(values.words("lines"))):
        line = found.lines[number] if 0 <= number < len(found.lines) else ""
        indent = len(line) - len(line.lstrip())
        alone = number in inside or (bool(line.strip()) and starts[number] + indent in begins)
        if not alone or not line.lstrip().startswith(values.text("starts")):
            bad.append(max(number, 0))
    if not bad:
        return passed(en="Every line asked for is a comment.", zh="指定的各行都是注释。")
    return failed(
        en=f"Lines asked for that are no comment of their own: {len(bad):,}.",
        zh=f"指定的行中有{len(bad)}行不是独占一行的注释。",
        where=found.passage.places_of_lines(bad),
    )


def _comments(text: str, values: Values) -> Outcome:
    found = _found(text, values)
    if isinstance(found, Outcome):
        return found
    least, most = limits_of(values)
    if values.text("unit") == "lines":
        count = len({line for covered in found.rows for line in covered})
        return counted(count, least=least, most=most, en="commented lines", zh="行注释")
    beyond = found.passage.places(span.start for span in found.spans[most or 0 :])
    count = len(found.spans)
    return counted(count, least=least, most=most, en="comments", zh="处注释", beyond=beyond)


NO_COMMENTS: Final = Verifier(
    name="no_comments",
    version="2",
    about=Wording(
        en="code without any comment, but for the lines that are excepted",
        zh="代码中没有任何注释，指定的行除外",
    ),
    example="no_comments language=python",
    parameters=(
        LANGUAGE,
        Parameter(
            name="except_lines",
            kind=Kind.LIST,
            about=Wording(
                en="lines that may hold comments: first, last or numbers",
                zh="允许有注释的行：first、last 或行号",
            ),
            refuse=_refuse_lines,
        ),
        _DOCSTRINGS,
        WHERE_CODE,
    ),
    verify=_no_comments,
    cases=approved_cases("no_comments"),
    depends=("pygments", "tree-sitter-javascript", PYTHON),
)
COMMENT_LINES: Final = Verifier(
    name="comment_lines",
    version="2",
    about=Wording(
        en="the named lines of the code are comments that stand alone on their line",
        zh="代码中指定的各行都是独占一行的注释",
    ),
    example='comment_lines language=javascript lines="first,last" starts=//',
    parameters=(
        LANGUAGE,
        Parameter(
            name="lines",
            kind=Kind.LIST,
            about=Wording(en="lines: first, last or numbers", zh="行：first、last 或行号"),
            is_required=True,
            refuse=_refuse_lines,
        ),
        Parameter(
            name="starts",
            kind=Kind.TEXT,
            about=Wording(en="what such a line must begin with", zh="这些行必须以什么开头"),
        ),
        _DOCSTRINGS,
        WHERE_CODE,
    ),
    verify=_comment_lines,
    cases=approved_cases("comment_lines"),
    depends=("pygments", "tree-sitter-javascript", PYTHON),
)
COMMENTS: Final = Verifier(
    name="comments",
    version="2",
    about=Wording(en="how many comments the code has", zh="代码中注释的数目"),
    example="comments language=c exactly=2 unit=lines",
    parameters=(
        LANGUAGE,
        *LIMITS,
        choice(
            "unit",
            Wording(
                en="count comments, or lines that hold one", zh="按处计数，或者按含注释的行计数"
            ),
            "comments",
            "lines",
        ),
        _DOCSTRINGS,
        WHERE_CODE,
    ),
    verify=_comments,
    cases=approved_cases("comments"),
    refuse=refuse_limits,
    depends=("pygments", "tree-sitter-javascript", PYTHON),
)
