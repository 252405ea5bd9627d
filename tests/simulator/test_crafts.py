import json
from collections import Counter

import pytest

from calibration.judging.checks import parse_checks
from calibration.judging.rule_judge import RuleJudge
from calibration.llm.simulator.drafting import MARK
from calibration.llm.simulator.generic import generic_role
from calibration.llm.simulator.models import BY_NAME, MODELS
from calibration.llm.simulator.scenarios import ROLES, Scenario, scenarios, scenarios_of
from db.requirements import parse_requirements
from db.taxonomy.content import load_taxonomy
from tests.simulator.asking import Client, asked, judged, likely, said, score

TYPES = [one.id for one in load_taxonomy().types]
LANGUAGES = {"en": "English", "zh": "Chinese"}
CELLS = [(type_id, language) for type_id in TYPES for language in LANGUAGES]
BOX = "Write one sentence about a blue box."


@pytest.mark.parametrize(("type_id", "language"), CELLS)
def test_an_item_is_drafted_answered_and_judged(
    client: Client, type_id: str, language: str
) -> None:
    wish = f"Draft one item of the type {type_id} in {LANGUAGES[language]}, domain Physics."
    form = {"type": "json_object"}
    reply = client.ask("simulated-drafter-careful", wish, response_format=form)
    item = json.loads(reply.content)
    assert (item["type"], item["language"], item["domain"]) == (type_id, language, "Physics")
    assert parse_requirements(item["reference"]) == item["requirements"]
    assert [one["role"] for one in item["responses"]] == list(ROLES)
    for marked in (item["prompt"], item["reference"], item["twin"], item["notes"]):
        assert marked.startswith(MARK)

    texts = {one["text"]: one["role"] for one in item["responses"]}
    given = client.ask("simulated-answerer-keen", item["prompt"]).content
    assert given in texts

    request = judged(
        "simulated-judge-strict",
        type_id=type_id,
        language_id=language,
        prompt=item["prompt"],
        reference=item["reference"],
        response=given,
    )
    assert score(client.post(request).content) in (0, 1)


def test_there_are_scenarios_of_every_type_in_both_languages() -> None:
    assert {(one.type_id, one.language_id) for one in scenarios()} == set(CELLS)


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: f"{one.type_id}-{one.number}")
def test_the_responses_of_a_scenario_are_what_their_roles_say(scenario: Scenario) -> None:
    checks = parse_checks(scenario.checks, requirements=len(scenario.requirements))
    judge = RuleJudge(checks=checks)
    for role in ROLES:
        found = judge.judge(scenario.responses[role])
        # What verifiers decide alone, they decide as the scenario says.
        assert set(found.failed) >= set(scenario.failed[role]) & set(checks.covered), role
        assert set(found.failed) <= set(scenario.failed[role]), role
        assert not set(found.undecided) & set(checks.covered), role


@pytest.mark.parametrize(
    ("model", "language"), [(m.name, v) for m in MODELS if m.inertia for v in LANGUAGES]
)
def test_answerers_follow_as_often_as_their_skill_says(model: str, language: str) -> None:
    kind = BY_NAME[model]
    for type_id in ("deliberately-incorrect-answers", "mid-turn-instruction-modification"):
        scenario = scenarios_of(type_id, language)[0]
        roles = {text: role for role, text in scenario.responses.items()}
        found = Counter(roles[said(asked(model, scenario.prompt, seed=n))] for n in range(400))
        usual = kind.p_conventional(type_id, language)
        for role, rate in {
            "conventional": usual,
            "near_miss": (1 - usual) * kind.slip,
            "follows": (1 - usual) * (1 - kind.slip),
        }.items():
            low, high = likely(rate, 400)
            assert low <= found[role] <= high, (role, rate, found)


def test_skill_divides_the_errors_of_answerers() -> None:
    from calibration.llm.simulator.settings import Settings

    scenario = scenarios_of("question-correction", "en")[0]
    body = [asked("simulated-answerer-plain", scenario.prompt, seed=n) for n in range(400)]
    usual = scenario.responses["conventional"]
    # Inertia 0.26 on this type; skill 2 halves it.
    found = sum(said(one, Settings(skill=2)) == usual for one in body)
    low, high = likely(0.13, 400)
    assert low <= found <= high


def test_thinking_lowers_inertia_and_is_shown_apart(client: Client) -> None:
    scenario = scenarios_of("counterfactual-answering", "en")[0]
    reply = client.ask("simulated-answerer-keen", scenario.prompt, enable_thinking=True).json
    message = reply["choices"][0]["message"]
    assert message["reasoning_content"].startswith(MARK)
    assert MARK not in message["content"]
    details = reply["usage"]["completion_tokens_details"]
    assert 0 < details["reasoning_tokens"] < reply["usage"]["completion_tokens"]
    keen = BY_NAME["simulated-answerer-keen"]
    plain, thinking = (
        keen.p_conventional("counterfactual-answering", "en", thinking=way) for way in (False, True)
    )
    assert thinking == plain / 2


@pytest.mark.parametrize(("type_id", "language"), CELLS)
def test_a_foreign_question_gets_an_answer_that_is_known_again(type_id: str, language: str) -> None:
    own = {"type": type_id, "language": language}
    for n in range(20):
        text = said(asked("simulated-answerer-plain", BOX, seed=n, simulated=own))
        found = generic_role(text)
        assert found is not None, text
        assert found[0] == type_id


def test_many_items_are_drafted_at_once_and_in_a_schema(client: Client) -> None:
    item = {
        "type": "object",
        "properties": {
            "prompt": {"type": "string"},
            "requirements": {"type": "array", "items": {"type": "string"}},
            "difficulty": {"enum": ["low", "high"]},
        },
    }
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}}}
    form = {"type": "json_schema", "json_schema": {"name": "drafts", "schema": schema}}
    wish = "Draft 5 items of the type Code without Comments in English."
    found = json.loads(client.ask("simulated-drafter-hasty", wish, response_format=form).content)[
        "items"
    ]
    assert len(found) == 5
    for one in found:
        assert set(one) == {"prompt", "requirements", "difficulty"}
        assert one["prompt"].startswith(MARK)
        assert len(one["requirements"]) == 3
        assert one["difficulty"] in ("low", "high")


def test_the_flagged_judge_ignores_a_schema_and_the_others_keep_to_it(client: Client) -> None:
    schema = {
        "type": "object",
        "properties": {"score": {"type": "integer"}, "reason": {"type": "string"}},
    }
    form = {"type": "json_schema", "json_schema": {"name": "verdict", "schema": schema}}
    prompt = "Question:\nTwo words?\n\nReference:\n1. It has two words.\n\nResponse:\nYes, sir."
    for model in MODELS:
        if model.habits:
            text = client.ask(model.name, prompt, response_format=form).content
            try:
                obeyed = set(json.loads(text)) == {"score", "reason"}
            except ValueError:
                obeyed = False
            assert obeyed is model.supports_schema, text


def test_hasty_drafts_are_defective_more_often() -> None:
    def spoilt(model: str) -> int:
        wish = "Draft an item of the type Question Correction in English."
        count = 0
        for n in range(300):
            text = said(asked(model, wish, seed=n, response_format={"type": "json_object"}))
            item = json.loads(text)
            count += (
                item["twin"] == item["prompt"]
                or parse_requirements(item["reference"]) != item["requirements"]
                or item["responses"][2]["text"] == item["responses"][0]["text"]
                or item["notes"] == MARK
            )
        return count

    for name in ("simulated-drafter-careful", "simulated-drafter-hasty"):
        low, high = likely(BY_NAME[name].defects, 300)
        assert low <= spoilt(name) <= high
