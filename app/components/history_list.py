"""Owns how events are told: one line each, newest first."""

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import beside, key, listed, moment, t, tn
from app.views.happenings import Happening

ACTIONS = {
    "annotator.create": key("action.annotator_create"),
    "annotator.describe": key("action.annotator_describe"),
    "annotator.withdraw": key("action.annotator_withdraw"),
    "annotator.blank_texts": key("action.annotator_blank_texts"),
    "password.set": key("action.password_set"),
    "identity.link": key("action.identity_link"),
    "identity.unlink": key("action.identity_unlink"),
    "sessions.end": key("action.sessions_end"),
    "role.grant": key("action.role_grant"),
    "role.revoke": key("action.role_revoke"),
    "workspace.share": key("action.workspace_share"),
    "workspace.create": key("action.workspace_create"),
    "taxonomy.install": key("action.taxonomy_install"),
    "starter.load": key("action.starter_load"),
    "items.import": key("action.items_import"),
    "responses.import": key("action.responses_import"),
    "labels.import": key("action.labels_import"),
    "verdicts.import": key("action.verdicts_import"),
    "item.author": key("action.item_author"),
    "item.revise": key("action.item_revise"),
    "label.decide": key("action.label_decide"),
    "label.undo": key("action.label_undo"),
    "label.reveal": key("action.label_reveal"),
    "review.solve": key("action.review_solve"),
    "review.decide": key("action.review_decide"),
    "review.confirm": key("action.review_confirm"),
    "review.adjudicate": key("action.review_adjudicate"),
    "review.undo": key("action.review_undo"),
    "review.request_reopen": key("action.review_request_reopen"),
    "review.answer_reopen": key("action.review_answer_reopen"),
    "label.adjudicate": key("action.label_adjudicate"),
    "item.act": key("action.item_act"),
    "item.reveal": key("action.item_reveal"),
    "slot.skip": key("action.slot_skip"),
    "skip.settle": key("action.skip_settle"),
    "slot.release": key("action.slot_release"),
    "comment.add": key("action.comment_add"),
    "comment.mark": key("action.comment_mark"),
    "provider.enter": key("action.provider_enter"),
    "provider.remove": key("action.provider_remove"),
    "model.enter": key("action.model_enter"),
    "model.remove": key("action.model_remove"),
    "budget.set": key("action.budget_set"),
    "release.cut": key("action.release_cut"),
    "release.publish": key("action.release_publish"),
}
COUNTED = {
    "revision": key("fact.revisions"),
    "response": key("fact.responses"),
    "label": key("fact.labels"),
    "verdict": key("fact.verdicts"),
}


def draw_history(happenings: tuple[Happening, ...]) -> None:
    """Draw events as lines; the machine's own are marked."""
    for event in happenings:
        what = ACTIONS.get(event.action)
        told = t(what, subject=event.subject) if what else escaped(event.action)
        counts = listed(
            tn(COUNTED[table], count) for table, count in event.facts.items() if table in COUNTED
        )
        icon = ":material/precision_manufacturing:" if event.by_machine else ":material/person:"
        line = f"{icon} {beside(told, counts) if counts else told}"
        with st.container(gap=None):
            st.markdown(line)
            st.caption(t("history.line", at=moment(event.at), actor=event.actor, seq=event.seq))
