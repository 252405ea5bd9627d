"""Every verifier against its approved cases, and what becomes of one that disagrees."""

import importlib.metadata
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from calibration.judging.verifiers.built_in import BUILT_IN
from calibration.judging.verifiers.fences import fenced_blocks
from calibration.judging.verifiers.lexing import LONGEST_CODE, comments, language_name
from calibration.judging.verifiers.name_shape import fits
from calibration.judging.verifiers.outcome import Result
from calibration.judging.verifiers.parameters import Kind, Values
from calibration.judging.verifiers.passage import Passage
from calibration.judging.verifiers.registry import GROUP, find_verifiers, installed_verifiers
from calibration.judging.verifiers.sentences import sentences, words
from calibration.judging.verifiers.verifier import (
    LEAST_CASES,
    LONGEST_RESPONSE,
    Case,
    Verifier,
    decide,
    read_values,
)
from calibration.judging.verifiers.writing import Call, read_call

CASES = [(verifier, case) for verifier in BUILT_IN for case in verifier.cases]


def values_of(verifier: Verifier, call: str) -> Values:
    written = read_call(call)
    assert isinstance(written, Call)
    assert written.verifier == verifier.name
    found = read_values(verifier, written)
    assert isinstance(found, Values), found
    return found


@pytest.mark.parametrize(
    ("verifier", "case"), CASES, ids=[f"{one.name}: {case.name}" for one, case in CASES]
)
def test_an_approved_case_has_its_outcome_at_its_lines(verifier: Verifier, case: Case) -> None:
    found = decide(verifier, case.text, values_of(verifier, case.call))
    assert found.result is case.expected, found.what.en
    if case.lines is not None:
        assert tuple(dict.fromkeys(place.line for place in found.where)) == case.lines


def test_every_verifier_of_the_program_is_kept_with_cases_that_pass_and_that_fail() -> None:
    registry = find_verifiers([])
    assert list(registry.kept) == [one.name for one in BUILT_IN]
    assert len(registry.kept) == 25
    for verifier in BUILT_IN:
        for wanted in (Result.PASSED, Result.FAILED):
            count = sum(case.expected is wanted for case in verifier.cases)
            assert count >= LEAST_CASES, verifier.name


@pytest.mark.parametrize("verifier", BUILT_IN, ids=lambda one: one.name)
def test_a_verifier_explains_itself_and_its_parameters_in_both_languages(
    verifier: Verifier,
) -> None:
    abouts = [verifier.about, *(parameter.about for parameter in verifier.parameters)]
    for about in abouts:
        assert about.en.isascii() or "？" in about.en
        assert re.search("[一-鿿]", about.zh)
    for parameter in verifier.parameters:
        assert bool(parameter.legal) == (parameter.kind is Kind.CHOICE)
        if parameter.kind is Kind.CHOICE and parameter.default is not None:
            assert parameter.default in parameter.legal


@pytest.mark.parametrize("verifier", BUILT_IN, ids=lambda one: one.name)
def test_an_outcome_says_what_was_found_in_both_languages(verifier: Verifier) -> None:
    for case in verifier.cases:
        found = decide(verifier, case.text, values_of(verifier, case.call))
        assert found.what.en.endswith(".")
        assert found.what.zh.endswith("。")


def test_a_place_counts_lines_and_columns_of_the_whole_response() -> None:
    """Pins passage.py:Passage.places, the shift of an indented fence."""
    text = "Steps:\r\n\r\n  ```python\r\n  x = 1\r\n  y = 2  # why\r\n  ```\r\n"
    (block,) = fenced_blocks(text)
    assert block.passage.text == "x = 1\ny = 2  # why"
    # Line 5 of the response; two blanks of the fence, "y = 2  " are seven more, then column 10.
    (place,) = block.passage.places([block.passage.text.index("#")])
    assert (place.line, place.column, place.excerpt) == (5, 10, "# why")
    assert text.splitlines()[4][9:] == "# why"


def test_an_excerpt_is_cut_to_its_line_and_to_sixty_characters() -> None:
    long = Passage(text="a" * 61 + "\nb").place(0)
    assert long.excerpt == "a" * 60 + "…"
    assert Passage(text="ab\ncd").place(1).excerpt == "b"


# Code with one comment in its second line, and what says the same without it.
LANGUAGES: Mapping[str, tuple[str, str]] = {
    "bash": ("echo 1\necho 2 # b", "echo 1\necho '# b'"),
    "c": ("int a;\nint b; /* c */", 'int a;\nchar *b = "/* c */";'),
    "clojure": ("(def a 1)\n; b", '(def a "; b")'),
    "cpp": ("int a;\nint b; // c", 'int a;\nauto b = "// c";'),
    "csharp": ("int a;\n/// <b>", 'int a;\nvar b = "/// <b>";'),
    "css": ("p {}\n/* a */", 'p::after { content: "/* a */" }'),
    "dart": ("var a = 1;\n/// b", "var a = 1;\nvar b = '/// b';"),
    "elixir": ("a = 1\n# b", 'a = "# b"'),
    "go": ("package a\n// b", 'package a\nvar b = "// b"'),
    "haskell": ("a = 1\n-- b", 'a = "-- b"'),
    "html": ("<p>\n<!-- b -->", "<p>\n&lt;!-- b --&gt;"),
    "java": ("int a;\n// b", 'int a;\nString b = "// b";'),
    "javascript": ("let a;\n/* b */", "let a;\nlet b = `/* b */`;"),
    "julia": ("a = 1\n# b", 'a = "# b"'),
    "kotlin": ("val a = 1\n// b", 'val a = "// b"'),
    "lua": ("a = 1\n-- b", "a = '-- b'"),
    "matlab": ("a = 1;\n% b", "a = '% b';"),
    "ocaml": ("let a = 1\n(* b *)", 'let a = "(* b *)"'),
    "perl": ("$a = 1;\n# b", '$a = "# b";'),
    "php": ("$a = 1;\n# b", "$a = '# b';"),
    "python": ("a = 1\n# b", "a = '# b'"),
    "r": ("a <- 1\n# b", "a <- '# b'"),
    "ruby": ("a = 1\n# b", "a = '# b'"),
    "rust": ("fn a() {}\n//! b", 'static A: &str = "//! b";'),
    "scala": ("val a = 1\n// b", 'val a = "// b"'),
    "sql": ("SELECT 1\n-- b", "SELECT '-- b'"),
    "swift": ("let a = 1\n// b", 'let a = "// b"'),
    "toml": ("a = 1\n# b", "a = '# b'"),
    "typescript": ("let a: number;\n// b", "let a = '// b';"),
    "vbnet": ("Dim a\n' b", 'Dim a = "\' b"'),
    "yaml": ("a: 1\n# b", "a: '# b'"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_is_told_from_a_string_in_many_languages(language: str) -> None:
    with_one, without = LANGUAGES[language]
    (found,) = comments(with_one, language) or []
    assert with_one.count("\n", 0, found.start) == 1
    assert comments(without, language) == []


@pytest.mark.parametrize(
    ("language", "code", "count"),
    [
        ("rust", "/* a /* b */ c */ fn d() {}", 1),
        ("haskell", "{- a {- b -} -}\nc = 1 -- d", 2),
        ("c", "/* a *//* b */ int c;", 2),
        ("c", "#if X\n#include <a.h>\n#endif", 0),
        ("html", "<script>// a\n</script><style>/* b */</style><!-- c -->", 3),
        ("bash", "echo $# ${#a} b#c", 0),
        ("javascript", "const a = `// ${b /* c */}`; x = /[/]/g;", 1),
        ("ruby", '=begin\na\n=end\nputs "#{b}"', 1),
        ("cpp", 'auto a = R"(// b)";', 0),
        ("python", "x = f'{a} # {b}'\ny = '''\n# c\n'''", 0),
    ],
)
def test_comments_are_counted_as_a_compiler_would(language: str, code: str, count: int) -> None:
    assert len(comments(code, language) or []) == count


def test_a_language_goes_by_any_of_its_names_and_others_are_unknown() -> None:
    assert language_name("py") == language_name("PYTHON3") == "Python"
    assert language_name("no such language") == language_name("a\nb") == ""
    assert comments("x", "no such language") is None
    assert comments("# " + "x" * LONGEST_CODE, "python") is None


@pytest.mark.parametrize(
    ("shape", "name", "fitting"),
    [
        ("a9", "e1", True),
        ("a9", "e12", False),
        ("a9", "E1", False),
        ("a+9+", "abc12", True),
        ("a+9+", "abc", False),
        ("a+a", "ab", True),
        ("x_9", "Z_0", True),
        ("a9", "e１", False),
    ],
)
def test_a_shape_is_matched_sign_by_sign(shape: str, name: str, fitting: bool) -> None:
    assert fits(shape, name) is fitting


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It's well-known.", 2),
        ("3.5 km, 1,000 times", 4),
        ("我用Python写3行", 6),
        ("a.b,c", 3),
        ("** -- ##", 0),
    ],
)
def test_words_are_counted_in_both_languages(text: str, count: int) -> None:
    assert len(words(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Lee paid 3.50 to A. B. Smith, etc. for it.", 1),
        ("The answer is B. Caesium melts. By J. K. Rowling, or John F. Kennedy.", 3),
        ("It is 3 p.m. and late. He said no. See no. 5, pp. 3.", 3),
        ("Bring tea, milk, etc. Then we start at 5 a.m. Sharp.", 3),
        ('"Stop!" he said. She left...', 2),
        ("Wait... what? Yes", 2),
        ("他说：“走吧！”然后走了。", 2),
        ("1. One\n2. Two", 2),
        ("so it is. then it ends", 2),
        ("？！", 0),
        ("你好!再见!", 2),
    ],
)
def test_sentences_are_counted_in_both_languages(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_a_response_that_is_too_long_is_undecidable() -> None:
    verifier = next(one for one in BUILT_IN if one.name == "lines")
    values = values_of(verifier, "lines most=1")
    assert decide(verifier, "x" * LONGEST_RESPONSE, values).result is Result.PASSED
    assert decide(verifier, "x" * (LONGEST_RESPONSE + 1), values).result is Result.UNDECIDABLE


def test_an_identity_names_the_versions_that_an_outcome_depends_on() -> None:
    no_comments = next(one for one in BUILT_IN if one.name == "no_comments")
    assert no_comments.identity == {
        "name": "no_comments",
        "version": "2",
        "pygments": importlib.metadata.version("pygments"),
        "tree-sitter-javascript": importlib.metadata.version("tree-sitter-javascript"),
        "python": "3.11",
    }


# ---- what others bring

PLUG_IN = """
from dataclasses import replace

from calibration.judging.verifiers.outcome import Result, failed, passed
from calibration.judging.verifiers.verifier import Case, Verifier
from calibration.judging.verifiers.wording import Wording


def _no_x(text, values):
    if "x" in text:
        return failed(en="There is an x.", zh="有 x。")
    return passed(en="No x.", zh="没有 x。")


def _always(text, values):
    return passed(en="Fine.", zh="好。")


def _breaks(text, values):
    raise KeyError(text)


def _answers_true(text, values):
    return True


def _make(name, verify, *, cases=3):
    pairs = [("abc", Result.PASSED), ("xyz", Result.FAILED)]
    return Verifier(
        name=name,
        version="1",
        about=Wording(en="no x", zh="没有 x"),
        example=name,
        parameters=(),
        verify=verify,
        cases=tuple(
            Case(name=f"{text} {n}", call=name, text=text * n, expected=expected)
            for text, expected in pairs
            for n in range(1, cases + 1)
        ),
    )


NO_X = _make("no_x", _no_x)
ALWAYS = _make("always", _always)
BREAKS = _make("breaks", _breaks)
FEW = _make("few", _no_x, cases=2)
TAKEN = _make("lines", _no_x)
ANSWERS_TRUE = _make("answers_true", _answers_true)
BAD_CASES = replace(NO_X, name="bad_cases", cases=("abc",))
NOT_ONE = "verifier"
"""


@pytest.fixture
def plug_ins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[importlib.metadata.EntryPoint]:
    """A distribution on disk, as a package manager would leave it, with nine entry points."""
    (tmp_path / "others_verifiers.py").write_text(PLUG_IN, encoding="utf-8")
    info = tmp_path / "others-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.0\n")
    names = (
        "NO_X",
        "ALWAYS",
        "BREAKS",
        "FEW",
        "TAKEN",
        "NOT_ONE",
        "MISSING",
        "ANSWERS_TRUE",
        "BAD_CASES",
    )
    lines = [f"{name.lower()} = others_verifiers:{name}" for name in names]
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]) + "\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return list(importlib.metadata.entry_points(group=GROUP))


def test_a_verifier_of_another_distribution_is_kept_when_it_agrees(
    plug_ins: list[importlib.metadata.EntryPoint],
) -> None:
    registry = find_verifiers(plug_ins)
    assert len(plug_ins) == 9
    assert set(registry.kept) == {*(one.name for one in BUILT_IN), "no_x"}
    (listed,) = [one for one in registry.listed if one.name == "no_x"]
    assert listed.origin == "others"
    # Another release of the distribution makes another judge.
    assert registry.kept["no_x"].identity == {"name": "no_x", "version": "1", "others": "1.0"}


@pytest.mark.parametrize(
    ("name", "case", "sentence"),
    [
        ("always", "xyz 1", "expected failed, found passed: Fine."),
        ("breaks", "abc 1", "broke on this response (KeyError)"),
        ("few", "", "it has 2 approved cases that are passed; at least 3 are needed"),
        ("answers_true", "abc 1", "broke on this response (True)"),
        ("bad_cases", "", "its cases cannot be run (AttributeError"),
        ("not_one", "", "is a str, not a Verifier"),
        ("missing", "", "it did not load (AttributeError"),
    ],
)
def test_a_verifier_that_disagrees_is_listed_with_the_reason_and_not_kept(
    plug_ins: list[importlib.metadata.EntryPoint], name: str, case: str, sentence: str
) -> None:
    """Pins verifier.py:disagreement."""
    registry = find_verifiers(plug_ins)
    assert name not in registry.kept
    assert registry.refused[name].case == case
    assert sentence in registry.refused[name].why.en


def test_no_other_distribution_takes_the_name_of_one_of_ours(
    plug_ins: list[importlib.metadata.EntryPoint],
) -> None:
    registry = find_verifiers(plug_ins)
    ours, theirs = [one for one in registry.listed if one.name == "lines"]
    assert ours.against is None
    assert theirs.against is not None
    assert "another verifier has this name" in theirs.against.why.en
    assert registry.kept["lines"] is ours.verifier
    assert "lines" not in registry.refused


def test_the_installed_verifiers_are_found_once() -> None:
    assert installed_verifiers() is installed_verifiers()
