"""Owns the rule judges of the items, type by type, each with its self-test."""

from urllib.parse import quote

import streamlit as st

from app.components.author_parts import LABELS
from app.components.markdown import escaped
from app.components.wording import key, name_in, number, plain, t
from app.resources import workspace_engine
from app.state import ui_language
from app.views.judges import JudgesPage, RuleJudgeShown, load_rule_judge
from calibration.judging.self_test import CaseFound, TestResult
from db.engine import reading
from db.queries.working_copies import ROLES

RESULTS = {
    TestResult.PASSED: key("judges.passed"),
    TestResult.FAILED: key("judges.failed"),
    TestResult.NOT_POSSIBLE: key("judges.not_possible"),
}
MARKS = {TestResult.PASSED: "✓", TestResult.FAILED: "✗", TestResult.NOT_POSSIBLE: "?"}
PARTS = {role: part for part, role in ROLES.items()}
MOST_TOLD = 20


def draw_rule_judges(page: JudgesPage) -> None:
    """Draw every item that has checks under its type, and how many have none."""
    if not page.rules:
        st.info(t("judges.none"), icon=":material/inbox:")
        return
    for named in page.taxonomy.types:
        rules, without = page.of_type(named.id), page.without.get(named.id, 0)
        if not rules and not without:
            continue
        st.markdown(f"**{escaped(name_in(named.names))}**")
        if rules:
            _draw_table(named.id, rules)
        told = [(rule, found) for rule in rules for found in rule.disagreeing]
        for rule, found in told[:MOST_TOLD]:
            _draw_disagreeing(rule, found)
        if without:
            st.caption(t("judges.without", count=without))


def draw_item_rules(item_id: str) -> None:
    """Draw the checks of one item and what their self-test says."""
    with reading(workspace_engine()) as session:
        rule = load_rule_judge(session, item_id)
    st.markdown(f"**{t('item.checks')}**")
    if rule is None:
        st.caption(t("judges.item_none"))
        return
    st.code(rule.checks, language=None, wrap_lines=True)
    st.caption(f"{t('judges.covered')}: {escaped(_covered(rule))}")
    st.caption(f"{t('judges.test')}: {escaped(_result(rule))}")
    for found in rule.disagreeing:
        _draw_disagreeing(rule, found)


def _draw_table(type_id: str, rules: tuple[RuleJudgeShown, ...]) -> None:
    link = plain("judges.link")
    st.dataframe(
        [
            {
                plain("judges.rule_item"): rule.item_id,
                plain("judges.covered"): _covered(rule),
                plain("judges.test"): _result(rule),
                link: f"items?item={quote(rule.item_id, safe='')}",
            }
            for rule in rules
        ],
        hide_index=True,
        key=f"judges_rules_{type_id}",
        height="content" if len(rules) <= 15 else 560,
        alt=plain("judges.tab_rules"),
        column_config={link: st.column_config.LinkColumn(link, display_text=plain("judges.open"))},
    )


def _covered(rule: RuleJudgeShown) -> str:
    covered = ", ".join(map(number, rule.covered)) or "0"
    return plain("judges.covered_of", covered=covered, total=rule.requirements)


def _result(rule: RuleJudgeShown) -> str:
    if rule.test is None:
        return f"✗ {plain('judges.unreadable')}"
    return f"{MARKS[rule.test.result]} {plain(RESULTS[rule.test.result])}"


def _draw_disagreeing(rule: RuleJudgeShown, found: CaseFound) -> None:
    where = f"{escaped(rule.item_id)}, {t(LABELS[PARTS[found.case.role]])}"
    if not found.against:
        st.caption(f"{where}: {t('author.finding_self_test_passes')}")
    for one in found.against:
        place = one.where[0].line if one.where else "-"
        said = t(
            "author.finding_self_test_fails",
            number=one.number,
            place=place,
            what=one.what.of(ui_language().value),
        )
        st.caption(f"{where}: {said}")
