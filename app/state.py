"""Owns what the session remembers: ids and tokens, under keys that are declared here only.

What must survive the browser tab lives in the database; what can be shared lives in the URL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import streamlit as st

from app.catalogues.texts import UiLanguage, language_of

UI_LANGUAGE: Final = "ui"
LANGUAGES: Final = {language.value: language for language in UiLanguage}
NOTICES: Final = "notices"
# Whom the pages of this session are drawn for.
ACTING: Final = "acting"
ACTING_SOLO: Final = "acting_solo"
PAGES: Final = "pages"

# Names in the URL of the page Items; those of the filters hold ids, so that a link means the same
# in every language of the screens.
ITEM: Final = "item"
ITEM_SEARCH: Final = "q"
ITEM_PAGE: Final = "page"
FILTER_TYPE: Final = "type"
FILTER_DOMAIN: Final = "domain"
FILTER_LANGUAGE: Final = "language"
FILTER_ORIGIN: Final = "origin"
FILTER_STATUS: Final = "status"
ITEM_REASON: Final = "item_reason_"

IMPORT_ROUND: Final = "import_round"

# The working copy that is open on the page Author, in the URL; and what the session knows of it:
# answers to saves, by copy and part, and whether a submission was refused.
COPY: Final = "copy"
AUTHOR_ANSWERS: Final = "author_answers"
AUTHOR_FLUSH: Final = "author_flush"
AUTHOR_REFUSED: Final = "author_refused"
AUTHOR_TAB: Final = "author_tab"
AUTHOR_GUIDELINE: Final = "author_guideline"
AUTHOR_HELP: Final = "author_help"
AUTHOR_CHANGES: Final = "author_changes_shown"
AUTHOR_CLOSED_SHOWN: Final = "author_closed_shown"

STUDY_SOURCE: Final = "study_source"
STUDY_JUDGE: Final = "study_judge"
STUDY_COMPARE: Final = "study_compare"
STUDY_BY: Final = "study_by"
STUDY_KEY: Final = "study_key"
STUDY_CLUSTER: Final = "study_cluster"
STUDY_POSITIVE: Final = "study_positive"
STUDY_WHERE: Final = "study_where_"
STUDY_LINKED: Final = "study_linked"
STUDY_LABELS: Final = "study_labels"
STUDY_RATER: Final = "study_rater"
STUDY_LEVEL: Final = "study_level"

LABEL_TYPE: Final = "label_type"
LABEL_LANGUAGE: Final = "label_language"
LABEL_TRAIL: Final = "label_trail"
LABEL_PLACE: Final = "label_place"
LABEL_PASSED: Final = "label_passed"
LABEL_TOKEN: Final = "label_token"
LABEL_SEEDED: Final = "label_seeded"
LABEL_KNOWN: Final = "label_known"
LABEL_PARTS: Final = "label_parts"
LABEL_FACTUAL: Final = "label_factual"
LABEL_REASON: Final = "label_reason_"
LABEL_SENT: Final = "label_sent"
LABEL_QUIET: Final = "label_quiet"
LABEL_BY_PART: Final = "label_by_part"
LABEL_NO_GUIDELINE: Final = "label_no_guideline"
LABEL_HELP: Final = "label_help"
LABEL_CONFLICT: Final = "label_conflict"
# In a shared workspace: the slot that this browser holds, when it was kept last, and whether the
# digits give the reason for skipping.
LABEL_CLAIM: Final = "label_claim"
LABEL_BEAT: Final = "label_beat"
LABEL_ASKING: Final = "label_asking"
# In the URL and in the session: a page that outlived its session is told by it.
LABEL_SESSION: Final = "session"

# What is on the table of a work screen (slot, fence, nonce), by screen; what its editors were
# answered; and what is open on it.
WORK_TABLE: Final = "work_table_"
WORK_QUIET: Final = "work_quiet"
WORK_BUSY: Final = "work_busy"
WORK_BEAT: Final = "work_beat"
WORK_ANSWERS: Final = "work_answers"
WORK_FLUSH: Final = "work_flush"
WORK_FOCUS: Final = "work_focus"
WORK_TAB: Final = "work_tab"
WORK_ASKING: Final = "work_asking"
WORK_LOOKING: Final = "work_looking"
WORK_REOPEN: Final = "work_reopen_"
WORK_HELP: Final = "work_help"
WORK_NO_GUIDELINE: Final = "work_no_guideline"
WORK_NO_QUEUE: Final = "work_no_queue"
REVIEW_EDITING: Final = "review_editing"
REVIEW_DIFFERENCE: Final = "review_difference"
REVIEW_COMMENTING: Final = "review_commenting"
COMMENT_DRAFT: Final = "comment_draft_"
COMMENT_REPLY: Final = "comment_reply"
# What the browser need not keep any longer, because it is stored.
DRAFTS_GONE: Final = "drafts_gone"
LEAD_REASON: Final = "lead_reason_"

# The person who is open on the page Admin, in the URL; fields of its forms carry their id.
ADMIN_PERSON: Final = "person"
ADMIN_ROUND: Final = "admin_round"

# The tab of the page Admin that a link leads to, in the URL; its own forms.
ADMIN_WANTED: Final = "tab"
ADMIN_TAB: Final = "admin_tab"
MODELS_ROUND: Final = "models_round"
MODELS_PROVIDER: Final = "models_provider"
MODELS_MODEL: Final = "models_model"
MODELS_TESTED: Final = "models_tested"

# The run that is open on the page Runs, in the URL.
RUN: Final = "run"
RUNS_PAGE: Final = "runs_page"
RUN_REASON: Final = "run_reason_"
RUN_CAP: Final = "run_cap_"

ITEM_TAB: Final = "item_tab"
STUDY_TAB: Final = "study_tab"
RATERS_TAB: Final = "raters_tab"
RELEASE_TAB: Final = "release_tab"

RELEASE: Final = "release"
RELEASE_VERSION: Final = "release_version"
RELEASE_ROUND: Final = "release_round"
# What a publication would do, as it was found for one dataset.
RELEASE_PLAN: Final = "release_plan"


class Tone(StrEnum):
    """How a notice looks."""

    DONE = "done"
    ADVICE = "advice"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell at the top of the next page.

    Attributes:
        text: Markdown in which foreign values are already escaped.
    """

    tone: Tone
    text: str


def queue_notice(tone: Tone, text: str) -> None:
    """Remember a notice; the entry script draws it, because callbacks cannot place text."""
    st.session_state.setdefault(NOTICES, []).append(Notice(tone=tone, text=text))


def take_notices() -> list[Notice]:
    """Give the queued notices and forget them."""
    return list(st.session_state.pop(NOTICES, []))


def notices_wait() -> bool:
    """Say whether there is something to tell that only the whole page can."""
    return bool(st.session_state.get(NOTICES))


def ui_language() -> UiLanguage:
    """Give the language of the screens: chosen, else from the link, else the browser's."""
    # Asked for every word on the screen, so the link is only looked at while nothing was chosen.
    for chosen in (st.session_state, st.query_params):
        wanted = chosen.get(UI_LANGUAGE)
        if wanted in LANGUAGES:
            return LANGUAGES[wanted]
    return language_of(st.context.locale)


def keep_ui_language() -> None:
    """Put the language into session and URL, so that every page and every deep link keeps it."""
    language = ui_language()
    st.session_state[UI_LANGUAGE] = language.value
    set_url(UI_LANGUAGE, None if language == language_of(st.context.locale) else language.value)


def set_url(name: str, value: str | None) -> None:
    """Set or drop one parameter of the URL; nothing is sent when it stands already."""
    if value is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTab:
    """The tab that was open in the last run, and the language its label was in."""

    id: str
    language: UiLanguage


def chosen_tab(name: str) -> ChosenTab | None:
    """Give the tab that was open before this run."""
    kept = st.session_state.get(name)
    return kept if isinstance(kept, ChosenTab) else None


def keep_tab(name: str, chosen: str) -> None:
    """Remember the open tab by its id."""
    st.session_state[name] = ChosenTab(id=chosen, language=ui_language())


def seed_choice(name: str, legal: Sequence[str]) -> None:
    """Give a filter the values of the link, once; values that do not exist are left out."""
    if name not in st.session_state:
        st.session_state[name] = [
            value for value in dict.fromkeys(st.query_params.get_all(name)) if value in legal
        ]


def keep_choice(name: str, values: Sequence[str]) -> None:
    """Put a filter's values into the URL."""
    if st.query_params.get_all(name) != list(values):
        if values:
            st.query_params[name] = list(values)
        else:
            del st.query_params[name]
