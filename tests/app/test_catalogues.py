"""The catalogues: complete in both languages, nothing unused, and no text outside of them."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from app.catalogues.texts import UiLanguage, counted_text, language_of, read_catalogue, text
from app.components import wording

APP = Path(__file__).parents[2] / "app"
SCREENS = [
    file for folder in ("app_pages", "components") for file in sorted((APP / folder).rglob("*.py"))
] + [APP / "main.py", APP / "state.py"]
LOOKUPS = {"t", "tn", "plain", "key"}
# Calls that put their texts on the screen, and the arguments that hold such texts.
DRAWING = re.compile(
    "title|header|subheader|markdown|caption|text|write|info|warning|error|success|metric|button|"
    "download_button|form_submit_button|selectbox|multiselect|text_input|text_area|number_input|"
    "file_uploader|segmented_control|pills|radio|toggle|checkbox|expander|tabs|badge|page_link|"
    "spinner|toast|dialog|popover|altair_chart|dataframe|TextColumn|NumberColumn|Tooltip|Axis|"
    "Legend|Page"
)
TEXT_ARGUMENTS = {"label", "help", "placeholder", "alt", "title", "body", "text"}
# Signs that are the same in every language.
SYMBOLS = {"n", "n = ", "p = "}
# What is called the same in both languages.
SAME_NAMES = {"figure.kappa", "figure.ac1", "figure.alpha"}


def messages(language: UiLanguage) -> dict[str, Message]:
    catalogue: Catalog = read_catalogue(language)
    assert not catalogue.obsolete
    return {_id(message): message for message in catalogue if message.id}


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _id(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def fields(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def name_of(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def used_keys() -> set[str]:
    return {
        call.args[0].value
        for file in SCREENS
        for call in calls(file)
        if name_of(call) in LOOKUPS and call.args and isinstance(call.args[0], ast.Constant)
    }


def test_both_languages_have_the_same_keys() -> None:
    assert messages(UiLanguage.EN).keys() == messages(UiLanguage.ZH).keys()


@pytest.mark.parametrize("language", list(UiLanguage))
def test_no_text_is_empty_or_fuzzy(language: UiLanguage) -> None:
    found = messages(language)
    assert [one for one, message in found.items() if not all(forms(message))] == []
    assert [one for one, message in found.items() if message.fuzzy] == []


def test_placeholders_are_the_same_in_both_languages_and_in_every_form() -> None:
    english, chinese = messages(UiLanguage.EN), messages(UiLanguage.ZH)
    for one, message in english.items():
        wanted = set().union(*(fields(form) for form in forms(message)))
        for form in (*forms(message), *forms(chinese[one])):
            assert fields(form) == wanted, one


def test_every_key_in_the_code_has_a_text() -> None:
    assert used_keys() - messages(UiLanguage.EN).keys() == set()


def test_every_text_is_used() -> None:
    assert messages(UiLanguage.EN).keys() - used_keys() == set()


def test_chinese_texts_are_chinese() -> None:
    untranslated = {
        one
        for one, message in messages(UiLanguage.ZH).items()
        if not all(re.search("[\u4e00-\u9fff]", form) for form in forms(message))
    }
    assert untranslated == SAME_NAMES


def test_bold_in_chinese_texts_is_closed_where_markdown_closes_it() -> None:
    # CommonMark: ** after punctuation closes only before a space, punctuation or the end.
    unclosed = {
        one
        for one, message in messages(UiLanguage.ZH).items()
        for form in forms(message)
        for bold in re.finditer(r"\*\*.+?([^\w\s])\*\*(?=[\w{])", form)
        if bold[1] != "}"
    }
    assert unclosed == set()


@pytest.mark.parametrize(
    ("language", "together", "bracketed"),
    [(UiLanguage.EN, "a, b", "a (b)"), (UiLanguage.ZH, "a、b", "a（b）")],
)
def test_words_are_joined_with_the_signs_of_the_language(
    monkeypatch: pytest.MonkeyPatch, language: UiLanguage, together: str, bracketed: str
) -> None:
    monkeypatch.setattr(wording, "ui_language", lambda: language)
    assert wording.listed(["a", "b"]) == together
    assert wording.beside("a", "b") == bracketed


def test_keys_are_never_put_together_at_run_time() -> None:
    built = [
        f"{file.name}:{call.lineno}"
        for file in SCREENS
        for call in calls(file)
        if name_of(call) in LOOKUPS
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert built == []


def test_no_visible_text_stands_in_the_code() -> None:
    found = [
        f"{file.name}:{argument.lineno} {literal!r}"
        for file in SCREENS
        for call in calls(file)
        if DRAWING.fullmatch(name_of(call))
        for argument in shown_arguments(call)
        for literal in literals(argument)
        if is_words(literal)
    ]
    assert found == []


def test_the_search_for_visible_texts_finds_one() -> None:
    (call,) = (
        node
        for node in ast.walk(ast.parse('st.caption(f"{n} items")'))
        if isinstance(node, ast.Call)
    )
    assert [one for one in literals(call.args[0]) if is_words(one)] == [" items"]


def shown_arguments(call: ast.Call) -> Iterator[ast.expr]:
    if call.args and name_of(call) not in {"Page", "page_link", "Tooltip", "dataframe"}:
        yield call.args[0]
    for keyword in call.keywords:
        if keyword.arg in TEXT_ARGUMENTS:
            yield keyword.value


def literals(argument: ast.expr) -> Iterator[str]:
    """Give the fixed parts of a text; what is looked up or computed is not fixed."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.JoinedStr):
        for part in argument.values:
            yield from literals(part)
    elif isinstance(argument, ast.BinOp):
        yield from literals(argument.left)
        yield from literals(argument.right)
    elif isinstance(argument, ast.List | ast.Tuple):
        for part in argument.elts:
            yield from literals(part)
    elif isinstance(argument, ast.IfExp):
        yield from literals(argument.body)
        yield from literals(argument.orelse)


def is_words(literal: str) -> bool:
    literal = re.sub(r":material/\w+:", "", literal)
    return literal not in SYMBOLS and bool(re.search(r"[^\W\d_]", literal))


def test_the_browser_s_locale_decides_the_first_language() -> None:
    wanted = {"zh-CN": "zh", "zh-Hant": "zh", "zh": "zh", "en-GB": "en", "de": "en", None: "en"}
    assert {locale: language_of(locale).value for locale in wanted} == wanted


def test_a_number_takes_the_form_that_fits_it() -> None:
    one, two = (counted_text(UiLanguage.EN, "items.found", n) for n in (1, 2))
    assert one.startswith("{n} item;")
    assert two.startswith("{n} items;")
    chinese = {counted_text(UiLanguage.ZH, "items.found", n) for n in (1, 2)}
    assert len(chinese) == 1
    assert text(UiLanguage.ZH, "overview.title") == "总览"
