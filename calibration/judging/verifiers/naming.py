"""Owns the verifiers of names in code: their shape, and values that nobody reads.

Which names a piece of code introduces is read from a syntax tree, for Python and JavaScript. In
every other language all names that are neither built in nor keywords are taken (which=all).
"""

import ast
from collections.abc import Sequence
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.javascript_code import parse_javascript
from calibration.judging.verifiers.lexing import Span, language_name, names
from calibration.judging.verifiers.name_shape import fits, refuse_shape
from calibration.judging.verifiers.outcome import Outcome, failed, passed, undecidable
from calibration.judging.verifiers.parameters import Kind, Parameter, Values, choice
from calibration.judging.verifiers.python_code import (
    BadSyntax,
    PythonCode,
    assignments,
    introduced_names,
    parse_python,
    uses,
)
from calibration.judging.verifiers.shared import LANGUAGE, WHERE_CODE
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording

MOST_LISTED: Final = 5


def not_parsed(language: str, found: BadSyntax | Wording) -> Outcome:
    """Say that code which does not parse leaves the question open."""
    if isinstance(found, Wording):
        return undecidable(en=found.en, zh=found.zh)
    return undecidable(
        en=f"The code is no {language} that parses ({found.message}).",
        zh=f"代码无法按 {language} 解析（{found.message}）。",
    )


def _names_in(code: str, values: Values) -> list[Span] | Outcome:
    language = language_name(values.text("language"))
    if values.text("which") == "all":
        found = names(code, values.text("language"))
        if found is None:
            return undecidable(en="The code is too long to read.", zh="代码过长，无法读取。")
        return found
    if language == "Python":
        tree = parse_python(code)
        if isinstance(tree, PythonCode):
            return introduced_names(tree)
        return not_parsed(language, tree)
    if language == "JavaScript":
        parsed = parse_javascript(code)
        if isinstance(parsed, BadSyntax | Wording):
            return not_parsed(language, parsed)
        return parsed.introduced_names()
    return undecidable(
        en=f"Which names {language} code introduces is not known; write which=all.",
        zh=f"无法判断 {language} 代码引入了哪些名称，请写 which=all。",
    )


def _verify_names(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    spans = _names_in(passage.text, values)
    if isinstance(spans, Outcome):
        return spans
    shape, only = values.text("shape"), values.words("only")
    excepted = set(values.words("except_names"))
    bad = [
        span
        for span in spans
        if span.text not in excepted
        and not ((shape and fits(shape, span.text)) or span.text in only)
    ]
    missing = sorted(set(values.words("required")) - {span.text for span in spans})
    if (shape or only) and bad:
        return failed(
            en=f"Names that break the rule: {_listed(bad)}.",
            zh=f"不合规定的名称：{_listed(bad)}。",
            where=passage.places(span.start for span in bad),
        )
    if missing:
        listed = ", ".join(missing)
        return failed(en=f"Names are missing: {listed}.", zh=f"缺少名称：{listed}。")
    return passed(en="Every name fits.", zh="所有名称都合规定。")


def _listed(spans: Sequence[Span]) -> str:
    texts = list(dict.fromkeys(span.text for span in spans))
    return ", ".join([*texts[:MOST_LISTED], *(["…"] if len(texts) > MOST_LISTED else [])])


def _refuse_names(values: Values) -> Wording | None:
    if values.text("shape") or values.words("only") or values.words("required"):
        return None
    return Wording(
        en="nothing is asked of the names; write shape, only or required",
        zh="没有写明对名称的要求，请写 shape、only 或 required",
    )


def _verify_unread(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    code = parse_python(passage.text)
    if not isinstance(code, PythonCode):
        return not_parsed("Python", code)
    lines = passage.text.split("\n")
    for name in values.words("names"):
        bound, read = uses(code, name, ast.Store), uses(code, name, ast.Load)
        given = assignments(code, name)
        if len(bound) != 1 or len(given) != 1:
            return failed(
                en=f"{name} is given a value {len(bound):,} times, exactly 1 asked for.",
                zh=f"{name} 被赋值{len(bound)}次，应恰好1次。",
                where=passage.places(span.start for span in bound),
            )
        line = lines[passage.text.count("\n", 0, given[0].start)] if given else ""
        if line.strip() != given[0].text.strip() and "\n" not in given[0].text:
            return failed(
                en=f"The assignment to {name} shares its line.",
                zh=f"{name} 的赋值没有独占一行。",
                where=passage.places([given[0].start]),
            )
        if read:
            return failed(
                en=f"{name} is read.",
                zh=f"{name} 被读取了。",
                where=passage.places(span.start for span in read),
            )
    return passed(
        en="Each is assigned once and never read.", zh="每个名称都只赋值一次，而且从未被读取。"
    )


NAMES: Final = Verifier(
    name="names",
    version="2",
    about=Wording(
        en="names in code have a given shape, or are among given ones",
        zh="代码中的名称符合给定的形式，或者在给定的范围之内",
    ),
    example="names language=python shape=a9 required=e1,s1",
    parameters=(
        LANGUAGE,
        Parameter(
            name="shape",
            kind=Kind.TEXT,
            about=Wording(
                en="a lower-case letter (a), an upper-case one (A), any letter (x), a digit (9), "
                "an underscore (_); + repeats the sign before it",
                zh="小写字母写 a，大写字母写 A，任意字母写 x，数字写 9，下划线写 _；"
                "+ 表示前一个符号可以重复",
            ),
            refuse=refuse_shape,
        ),
        Parameter(
            name="only",
            kind=Kind.LIST,
            about=Wording(
                en="names that are allowed besides the shape", zh="除符合形式的以外还允许的名称"
            ),
        ),
        Parameter(
            name="required",
            kind=Kind.LIST,
            about=Wording(en="names that must be there", zh="必须出现的名称"),
        ),
        Parameter(
            name="except_names",
            kind=Kind.LIST,
            about=Wording(en="names that nothing is asked of", zh="不受限制的名称"),
        ),
        choice(
            "which",
            Wording(
                en="names that the code introduces (Python, JavaScript), or all names in it",
                zh="代码引入的名称（仅限 Python、JavaScript），或者代码中的所有名称",
            ),
            "introduced",
            "all",
        ),
        WHERE_CODE,
    ),
    verify=_verify_names,
    cases=approved_cases("names"),
    refuse=_refuse_names,
    depends=("pygments", "tree-sitter-javascript", PYTHON),
)
UNREAD_NAMES: Final = Verifier(
    name="unread_names",
    version="2",
    about=Wording(
        en="Python code gives each of these names a value once, on a line of its own, and never "
        "reads it",
        zh="Python 代码给这些名称各赋值一次，独占一行，并且从不读取",
    ),
    example="unread_names names=foo,bar",
    parameters=(
        Parameter(
            name="names",
            kind=Kind.LIST,
            about=Wording(en="the names", zh="名称"),
            is_required=True,
        ),
        WHERE_CODE,
    ),
    verify=_verify_unread,
    cases=approved_cases("unread_names"),
    depends=(PYTHON,),
)
