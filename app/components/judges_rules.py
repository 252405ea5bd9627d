"""Owns the rule judges of the items, type by type, each with its self-test."""

from urllib.parse import quote

import streamlit as st

from app.components.author_parts import LABELS
from app.components.markdown import escaped
from app.components.wording import key, name_in, number, t
from app.state import ui_language
from app.views.judges import JudgesPage, RuleJudgeShown
from calibration.judging.self_test import CaseFound, TestResult
from db.queries.working_copies import ROLES

RESULTS = {
    TestResult.PASSED: (key("judges.passed"), ":green[:material/check_circle: {}]"),
    TestResult.FAILED: (key("judges.failed"), ":orange[:material/error: {}]"),
    TestResult.NOT_POSSIBLE: (key("judges.not_possible"), ":gray[:material/help: {}]"),
}
UNREADABLE = (key("judges.unreadable"), ":red[:material/block: {}]")
PARTS = {role: part for part, role in ROLES.items()}


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
        for rule in rules:
            _draw_rule(rule)
        if without:
            st.caption(t("judges.without", count=without))


def _draw_rule(rule: RuleJudgeShown) -> None:
    words, colour = RESULTS[rule.test.result] if rule.test else UNREADABLE
    covered = ", ".join(map(number, rule.covered)) or "0"
    item, decided, test = st.columns([5, 4, 3])
    link = f"items?item={quote(rule.item_id, safe='')}"
    item.markdown(f"[{escaped(rule.item_id)}]({link})")
    said = t("judges.covered_of", covered=covered, total=rule.requirements)
    decided.markdown(f"{t('judges.covered')}: {said}")
    test.markdown(f"{t('judges.test')}: {colour.format(t(words))}")
    for found in rule.disagreeing:
        _draw_disagreeing(found)


def _draw_disagreeing(found: CaseFound) -> None:
    part = t(LABELS[PARTS[found.case.role]])
    if not found.against:
        st.caption(f"{part}: {t('author.finding_self_test_passes')}")
    for one in found.against:
        place = one.where[0].line if one.where else "-"
        said = t(
            "author.finding_self_test_fails",
            number=one.number,
            place=place,
            what=one.what.of(ui_language().value),
        )
        st.caption(f"{part}: {said}")
