"""`gainsay items send` and its like, as a person runs them."""

import re

import pytest

from app.cli import main
from app.cli.item_acts import RULINGS
from app.components.item_standing import ACTS
from tests.cli.test_database import answer, refusal


def first_two(capsys: pytest.CaptureFixture[str], url: str) -> list[str]:
    found = answer(capsys, "items", "list", "--limit", "2", "--db", url)
    return [item["id"] for item in found["items"]]


def test_items_are_sent_recalled_retired_and_found_by_where_they_stand(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    one, two = first_two(capsys, starter_url)
    sent = answer(capsys, "items", "send", one, two, "--db", starter_url)
    assert [item["status"] for item in sent["items"]] == ["in_review", "in_review"]
    again = answer(capsys, "items", "send", one, "--db", starter_url)
    assert [item["is_new"] for item in again["items"]] == [False]
    found = answer(capsys, "items", "list", "--status", "in_review", "--db", starter_url)
    assert {item["id"] for item in found["items"]} == {one, two}
    answer(capsys, "items", "recall", two, "--db", starter_url)
    answer(capsys, "items", "retire", two, "--reason", "Too easy.", "--db", starter_url)
    shown = answer(capsys, "items", "show", two, "--db", starter_url)
    assert (shown["status"], shown["because"]) == ("retired", "retired")
    assert [act["act"] for act in shown["acts"]] == ["submit", "recall", "retire"]
    assert shown["acts"][-1]["reason"] == "Too easy."
    # It was sent once, so the status is said; in use again it would be what came with the program.
    assert shown["evidence"] == "machine-written, retired"
    back = answer(capsys, "items", "reinstate", two, "--db", starter_url)
    assert [item["status"] for item in back["items"]] == ["drafted"]


def test_of_several_items_all_are_done_or_none(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    one, two = first_two(capsys, starter_url)
    answer(capsys, "items", "retire", two, "--reason", "Broken.", "--db", starter_url)
    said = refusal(capsys, "items", "send", one, two, "--db", starter_url)
    assert f"The item '{two}' stands at 'retired'" in said
    found = answer(capsys, "items", "list", "--status", "in_review", "--db", starter_url)
    assert found["total"] == 0


def test_a_ruling_that_does_not_exist_is_a_wrong_option(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    (one, _) = first_two(capsys, starter_url)
    said = refusal(
        capsys, "items", "rule", "perhaps", one, "--reason", "So.", "--db", starter_url, code=2
    )
    assert "'perhaps' is unknown; use one of: accept, return, reject" in said


def test_items_are_given_up_taken_up_again_and_marked_as_seeds(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    one, two = first_two(capsys, starter_url)
    gone = answer(capsys, "items", "discard", one, two, "--db", starter_url)
    assert (gone["act"], [item["status"] for item in gone["items"]]) == (
        "discard",
        ["discarded", "discarded"],
    )
    found = answer(capsys, "items", "list", "--status", "discarded", "--db", starter_url)
    assert {item["id"] for item in found["items"]} == {one, two}
    said = refusal(capsys, "items", "mark-seed", one, "--db", starter_url)
    assert f"The item '{one}' stands at 'discarded'" in said
    back = answer(capsys, "items", "restore", one, two, "--db", starter_url)
    assert [item["status"] for item in back["items"]] == ["drafted", "drafted"]
    said = refusal(capsys, "items", "unmark-seed", one, "--db", starter_url)
    assert "that are seeds and have no review yet" in said

    answer(capsys, "items", "mark-seed", one, two, "--db", starter_url)
    taken = answer(capsys, "items", "unmark-seed", two, "--db", starter_url)
    assert [item["is_new"] for item in taken["items"]] == [True]
    shown = answer(capsys, "items", "show", one, "--db", starter_url)
    assert [act["act"] for act in shown["acts"]] == ["discard", "restore", "mark_seed"]
    assert main(["items", "mark-seed", one, "--db", starter_url]) == 0
    assert capsys.readouterr().out == f"{one:<36}  drafted (as before)\n"


def test_every_act_of_the_page_is_a_verb_and_every_verb_is_an_act_of_the_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["items", "--help"]) == 0
    verbs = set(re.findall(r"^  ([a-z][a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    of_acts = {kind.value.replace("_", "-") for kind in ACTS}
    named_otherwise = {"submit": "send"} | {f"rule-{ruling}": "rule" for ruling in RULINGS}
    assert {named_otherwise.get(one, one) for one in of_acts} == verbs - {"list", "show", "check"}
