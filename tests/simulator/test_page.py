"""The page about the simulator says what the tables in the code say."""

from calibration.llm.simulator.failing import CHARGED
from calibration.llm.simulator.habits import HABITS, Factors
from calibration.llm.simulator.models import BY_NAME, MODELS, PULL
from calibration.llm.simulator.settings import FAULTS
from calibration.llm.simulator.traits import Trait
from tests.checks.project_files import files, text_of

PAGE = next(text_of(path) for path in files(".md") if path.parts == ("docs", "simulator.md"))

# What was published for other models and judges, in percent: agreement before and after, scores
# under two judges, thinking and not. Nothing of the simulator is to be taken for any of these.
HEADLINES = {
    "judge": (84.3, 88, 98),
    "answers": (33.0, 33.6, 39.9, 40.28, 42.3, 43.28, 54.22, 70.62),
}
# How many questions of each type a language has in that release; the pooled mean weighs by it.
COUNTS = dict(zip(PULL, (45, 43, 99, 41, 93, 77, 54, 54), strict=True))


def told(factors: Factors) -> str:
    names = {"miss": factors.miss, "alarm": factors.alarm, "unreadable": factors.unreadable}
    said = [f"{name} ×{factor:g}" for name, factor in names.items() if factor != 1]
    return ", ".join(said) or "–"


def test_the_errors_of_each_judge_are_on_the_page() -> None:
    for trait in Trait:
        if trait is Trait.NO_REFERENCE:
            cells = [f"{one.fact_checker:g} score its truth" for one in HABITS.values()]
        else:
            cells = [told(one.factors.get(trait, Factors())) for one in HABITS.values()]
        assert f"| `{trait}` | " in PAGE
        line = next(one for one in PAGE.splitlines() if one.startswith(f"| `{trait}` | "))
        assert line.endswith("| " + " | ".join(cells) + " |"), (line, cells)
    for what in ("miss", "near_miss", "alarm", "unreadable"):
        cells = [f"{getattr(one, what):g}" for one in HABITS.values()]
        assert f"| `{what}` | {' | '.join(cells)} |" in PAGE


def test_the_models_are_on_the_page() -> None:
    for model in MODELS:
        line = next(one for one in PAGE.splitlines() if one.startswith(f"| `{model.name}` | "))
        assert f"| {model.price[0]} / {model.price[1]} |" in line
        if model.inertia:
            assert f"inertia {model.inertia:g}, slips {model.slip:g}" in line
        if model.defects:
            assert f"defects {model.defects:g}" in line
    for type_id, pull in PULL.items():
        assert f"| `{type_id}` | {pull:g} |" in PAGE


def test_each_fault_is_on_the_page_with_whether_it_is_charged() -> None:
    for fault in FAULTS:
        line = next(one for one in PAGE.splitlines() if one.startswith(f"| `{fault}` | "))
        assert line.endswith("| yes |" if fault in CHARGED else "| no |")


def test_no_figure_of_the_simulator_comes_near_a_published_one() -> None:
    answers = [
        100
        * sum(
            n * (1 - model.p_conventional(kind, language, thinking=thinking)) * (1 - model.slip)
            for kind, n in COUNTS.items()
        )
        / sum(COUNTS.values())
        for model in BY_NAME.values()
        for language in ("en", "zh")
        for thinking in ((False, True) if model.can_think else (False,))
        if model.inertia
    ]
    # Half of the responses follow, a quarter does what is usual, a quarter misses one point.
    judges = [
        100 * (1 - (one.alarm / 2 + one.miss / 4 + one.near_miss / 4)) for one in HABITS.values()
    ]
    # 3 answerers x 2 languages, and one of them thinking: 8.
    assert (len(answers), len(judges)) == (8, 3)
    assert min(abs(a - b) for a in answers for b in HEADLINES["answers"]) > 5
    assert min(abs(a - b) for a in judges for b in HEADLINES["judge"]) > 4
