"""Owns the filters of the list of items: search and choices, all of them kept in the URL."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.components.wording import key, name_in, plain, t
from app.state import (
    FILTER_DOMAIN,
    FILTER_LANGUAGE,
    FILTER_ORIGIN,
    FILTER_STATUS,
    FILTER_TYPE,
    ITEM_PAGE,
    ITEM_SEARCH,
    keep_choice,
    seed_choice,
    set_url,
)
from app.views.item_list import FilterChoices
from app.views.naming import Named
from db.items import ItemOrigin
from db.queries.items import ItemFilter
from db.queries.status import ItemStatus

ORIGINS = {
    ItemOrigin.STARTER.value: key("origin.starter"),
    ItemOrigin.IMPORTED.value: key("origin.imported"),
    ItemOrigin.AUTHORED.value: key("origin.authored"),
    ItemOrigin.DRAFTED.value: key("origin.drafted"),
}


STATUSES = {
    ItemStatus.DRAFTED.value: key("status.drafted"),
    ItemStatus.IN_REVIEW.value: key("status.in_review"),
    ItemStatus.ADJUDICATION.value: key("status.adjudication"),
    ItemStatus.ACCEPTED.value: key("status.accepted"),
    ItemStatus.LABELLING.value: key("status.labelling"),
    ItemStatus.READY.value: key("status.ready"),
    ItemStatus.RELEASED.value: key("status.released"),
    ItemStatus.RETURNED.value: key("status.returned"),
    ItemStatus.ESCALATED.value: key("status.escalated"),
    ItemStatus.NEEDS_DECISION.value: key("status.needs_decision"),
    ItemStatus.REJECTED.value: key("status.rejected"),
    ItemStatus.DISCARDED.value: key("status.discarded"),
    ItemStatus.RETIRED.value: key("status.retired"),
}


def draw_filters(choices: FilterChoices) -> ItemFilter:
    """Draw the filters and give what they let through."""
    names = choices.taxonomy
    if ITEM_SEARCH not in st.session_state:
        st.session_state[ITEM_SEARCH] = st.query_params.get(ITEM_SEARCH, "")
    search = st.text_input(
        t("items.search"),
        key=ITEM_SEARCH,
        type="search",
        placeholder=plain("items.search_hint"),
        live="400ms",
        persist_state="session",
        on_change=_first_page,
    )
    set_url(ITEM_SEARCH, search or None)
    columns = st.columns(5)
    with columns[0]:
        types = _choice(FILTER_TYPE, t("grid.type"), choices.type_ids, _namer(names.types))
    with columns[1]:
        domains = _choice(
            FILTER_DOMAIN, t("grid.domain"), choices.domain_ids, _namer(names.domains)
        )
    with columns[2]:
        languages = _choice(
            FILTER_LANGUAGE, t("items.language"), choices.language_ids, _namer(names.languages)
        )
    with columns[3]:
        origins = _choice(
            FILTER_ORIGIN, t("items.origin"), choices.origins, lambda one: plain(ORIGINS[one])
        )
    with columns[4]:
        standing = _choice(
            FILTER_STATUS, t("items.status"), choices.statuses, lambda one: plain(STATUSES[one])
        )
    return ItemFilter(
        type_ids=types,
        domain_ids=domains,
        language_ids=languages,
        origins=tuple(ItemOrigin(origin) for origin in origins),
        statuses=tuple(ItemStatus(status) for status in standing),
        search=search or "",
    )


def _choice(
    name: str, label: str, legal: Sequence[str], told: Callable[[str], str]
) -> tuple[str, ...]:
    seed_choice(name, legal)
    values = st.multiselect(
        label,
        legal,
        format_func=told,
        key=name,
        placeholder=plain("items.any"),
        wrap=True,
        persist_state="session",
        on_change=_first_page,
    )
    keep_choice(name, values)
    return tuple(values)


def _namer(rows: Sequence[Named]) -> Callable[[str], str]:
    names = {named.id: name_in(named.names) for named in rows}
    return lambda one: names.get(one) or plain("domain.unassigned")


def _first_page() -> None:
    st.session_state[ITEM_PAGE] = 1
