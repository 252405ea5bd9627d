"""Owns the verifiers of what Python or JavaScript code has: type hints, imports, valid syntax."""

from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.javascript_code import parse_javascript
from calibration.judging.verifiers.naming import not_parsed
from calibration.judging.verifiers.outcome import Outcome, failed, passed, undecidable
from calibration.judging.verifiers.parameters import Values
from calibration.judging.verifiers.python_code import (
    BadSyntax,
    PythonCode,
    imports,
    parse_python,
    type_hints,
)
from calibration.judging.verifiers.shared import PARSED, WHERE_CODE
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording


def _verify_syntax(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    language = values.text("language")
    if not passage.text.strip():
        return failed(en="There is no code.", zh="没有代码。")
    parse = parse_python if language == "python" else parse_javascript
    found = parse(passage.text)
    if isinstance(found, Wording):
        return undecidable(en=found.en, zh=found.zh)
    if isinstance(found, BadSyntax):
        return failed(
            en=f"The code is no valid {language}: {found.message}.",
            zh=f"代码不是合法的 {language}：{found.message}。",
            where=passage.places([found.offset]),
        )
    return passed(en=f"The code is valid {language}.", zh=f"代码是合法的 {language}。")


def _verify_hints(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    code = parse_python(passage.text)
    if not isinstance(code, PythonCode):
        return not_parsed("Python", code)
    found = type_hints(code)
    if not found:
        return passed(en="No type hint was found.", zh="没有发现类型注解。")
    return failed(
        en=f"Type hints found: {len(found):,}.",
        zh=f"有{len(found)}处类型注解。",
        where=passage.places(span.start for span in found),
    )


def _verify_imports(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    if values.text("language") == "python":
        code = parse_python(passage.text)
        if not isinstance(code, PythonCode):
            return not_parsed("Python", code)
        found = imports(code)
    else:
        parsed = parse_javascript(passage.text)
        if isinstance(parsed, BadSyntax | Wording):
            return not_parsed("JavaScript", parsed)
        found = parsed.imports()
    if not found:
        return passed(en="Nothing is imported.", zh="没有导入任何模块。")
    return failed(
        en=f"Imports found: {len(found):,}.",
        zh=f"有{len(found)}处导入。",
        where=passage.places(span.start for span in found),
    )


SYNTAX: Final = Verifier(
    name="syntax",
    version="2",
    about=Wording(en="the code parses", zh="代码语法正确"),
    example="syntax language=python",
    parameters=(PARSED, WHERE_CODE),
    verify=_verify_syntax,
    cases=approved_cases("syntax"),
    depends=("tree-sitter-javascript", PYTHON),
)
NO_TYPE_HINTS: Final = Verifier(
    name="no_type_hints",
    version="2",
    about=Wording(en="Python code without type hints", zh="Python 代码中没有类型注解"),
    example="no_type_hints",
    parameters=(WHERE_CODE,),
    verify=_verify_hints,
    cases=approved_cases("no_type_hints"),
    depends=(PYTHON,),
)
NO_IMPORTS: Final = Verifier(
    name="no_imports",
    version="2",
    about=Wording(en="code that imports nothing", zh="代码没有导入任何模块"),
    example="no_imports language=python",
    parameters=(PARSED, WHERE_CODE),
    verify=_verify_imports,
    cases=approved_cases("no_imports"),
    depends=("tree-sitter-javascript", PYTHON),
)
