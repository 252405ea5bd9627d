"""What keeps foreign text from acting: one module of raw HTML, escaped Markdown, named controls."""

import ast
import re
from pathlib import Path

import pytest

from app.components import safe_html
from app.components.markdown import escaped
from app.components.sign_in.form import PASSWORD, SIGN_IN
from app.views.difference import Change, difference

APP = Path(__file__).parents[2] / "app"
RAW = re.compile(r"unsafe_allow_html|unsafe_allow_javascript|\.html\(|\.iframe\(|components\.v[12]")


def test_raw_html_is_written_in_one_module_only() -> None:
    found = {file.name for file in APP.rglob("*.py") if RAW.search(file.read_text("utf-8"))}
    # The others mount the editor of long texts, the keeper of short ones and the form for
    # passwords, whose scripts write no markup (the next tests).
    assert found == {"safe_html.py", "long_text.py", "kept_text.py", "form.py"}


def test_the_scripts_of_typed_texts_write_no_markup_and_ask_nobody() -> None:
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacent|createContextual|document\.write")
    network = re.compile(
        r"\bfetch\b|XMLHttp|WebSocket|sendBeacon|EventSource|https?:|\bimport\b|url\("
    )
    scripts = {
        file.name: file.read_text("utf-8")
        for folder in ("editor", "drafts")
        for file in (APP / "components" / folder).glob("*.[jc]s*")
    }
    assert set(scripts) == {"editor.js", "journal.js", "editor.css", "drafts.js", "drafts.css"}
    for name, script in scripts.items():
        assert not markup.search(script), name
        assert not network.search(script), name


def test_the_form_for_passwords_writes_no_markup_and_asks_this_server_alone() -> None:
    script = (APP / "components/sign_in/form.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|setTrigger", script)
    # The one request goes to the address that form.py gives, which has no host.
    assert re.findall(r"fetch\(([^,]*)", script) == ["this.data.address"]
    assert not re.search(r"XMLHttp|WebSocket|sendBeacon|https?:|\bimport\b|localStorage", script)
    for address in (SIGN_IN, PASSWORD):
        assert address.startswith("/")
        assert not address.startswith("//")


# What finds out who acts; everything else asks ``workspace_engine``, which checks it.
BEFORE_THE_DOOR = {"main.py", "resources.py", "header.py"}


def test_pages_and_callbacks_reach_the_database_through_the_door_alone() -> None:
    around = re.compile(r"\bopen_workspace\b|\bopen_engine\b|\b_engine\(")
    files = [*APP.glob("components/**/*.py"), *APP.glob("app_pages/*.py"), *APP.glob("*.py")]
    found = {file.name for file in files if around.search(file.read_text("utf-8"))}
    # The others have no page: preparing a workspace, the worker beside the app, and the routes,
    # which check for themselves.
    assert found == BEFORE_THE_DOOR | {"workspace.py", "worker_child.py", "login_routes.py"}


def test_no_callback_is_given_an_engine_that_passed_the_door_for_an_earlier_run() -> None:
    given = [
        f"{file.name}:{node.lineno}"
        for file in APP.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg in {"args", "kwargs", "on_click", "on_change", "on_save_change"}
        and "engine" in {one.id for one in ast.walk(word.value) if isinstance(one, ast.Name)}
    ]
    assert given == []


def test_no_fragment_is_given_an_engine_either() -> None:
    fragments = [
        node
        for file in APP.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(
            "fragment" in ast.dump(one) or "dialog" in ast.dump(one) for one in node.decorator_list
        )
    ]
    assert fragments != []
    assert [one.name for one in fragments if "engine" in ast.dump(one.args)] == []


def test_session_state_is_reached_by_declared_names_only() -> None:
    literal = [
        f"{file.name}:{node.lineno}"
        for file in APP.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"session_state", "query_params"}
        and isinstance(node.slice, ast.Constant)
    ]
    assert literal == []


# Without width; it keeps the browser from seeing an address.
J = "\u2060"


@pytest.mark.parametrize(
    ("foreign", "wanted"),
    [
        ("![x](http://e.example/b.png)", r"\!\[x\]\(http\:" + J + r"//e.example/b.png\)"),
        ("_WWW.e.example", r"\_WWW" + J + ".e.example"),
        ("who+x@e.example", "who+x" + J + "@e.example"),
        ("[go](javascript:alert(1))", r"\[go\]\(javascript\:alert\(1\)\)"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert\(1\)\>"),
        ("`a` *b* _c_ ~d~ $e$ | #f", r"\`a\` \*b\* \_c\_ \~d\~ \$e\$ \| \#f"),
        (":red[x] :smile:", r"\:red\[x\] \:smile\:"),
        ("one\r\n\n- two\tthree", "one - two three"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("\x1b[31mred", r"\[31mred"),
        ("www.e.example", "www" + J + ".e.example"),
        ("82.8 %", "82.8 %"),
        ("{name}", r"\{name\}"),
    ],
)
def test_foreign_text_in_a_line_of_markdown_is_inert(foreign: str, wanted: str) -> None:
    assert escaped(foreign) == wanted


@pytest.mark.parametrize(
    "foreign",
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror='alert(1)'>",
        "<svg/onload=alert(1)>",
        "<math><mi xlink:href='data:x,<script>'>",
        "</div><style>*{display:none}</style>",
    ],
)
def test_markup_of_foreign_text_is_escaped(foreign: str) -> None:
    shown = safe_html._escaped(foreign)
    assert not re.search(r"[<>\"']", shown)


def test_marks_that_hide_or_reorder_are_shown_by_name() -> None:
    shown = safe_html._escaped("a\u202eb\u200bc\x1bd\U000e0041e\nf\tg")
    for name in ("U+202E", "U+200B", "U+001B", "U+E0041"):
        assert f">{name}</span>" in shown
    assert "e\nf\tg" in shown


def test_a_difference_gives_both_texts_back() -> None:
    before, after = "Name three fruits, not four.\n第一行", "Name three nuts, not five.\n第二行"
    parts = difference(before, after)
    kept = {Change.SAME, Change.REMOVED}, {Change.SAME, Change.ADDED}
    assert "".join(part.text for part in parts if part.change in kept[0]) == before
    assert "".join(part.text for part in parts if part.change in kept[1]) == after
    removed = [part.text for part in parts if part.change is Change.REMOVED]
    # Whole words in English, single characters in Chinese.
    assert removed == ["fruits", "four", "一"]


def test_very_long_texts_are_compared_by_line() -> None:
    before = "\n".join(f"line {number}" for number in range(4_000))
    parts = difference(before, before.replace("line 17\n", "line seventeen\n"))
    assert [part.text for part in parts if part.change is Change.REMOVED] == ["line 17\n"]


def test_equal_texts_do_not_differ() -> None:
    assert {part.change for part in difference("same", "same")} == {Change.SAME}
    assert difference("", "") == ()
