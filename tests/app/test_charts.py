"""Charts are built once per content and language, and show what was asked for."""

from collections.abc import Iterator

import altair as alt
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app.reading import chart_data

BUILT: list[tuple[int, ...]] = []


@pytest.fixture(autouse=True)
def nothing_built() -> Iterator[None]:
    BUILT.clear()
    st.cache_data.clear()
    yield
    st.cache_data.clear()


def bars(numbers: tuple[int, ...]) -> alt.LayerChart:
    BUILT.append(numbers)
    base = alt.Chart(pd.DataFrame({"n": numbers})).encode(x="n:Q")
    return alt.layer(base.mark_bar(), base.mark_text())


def page() -> None:
    import streamlit as st

    from app.components.charts.drawing import draw_chart
    from tests.app.test_charts import bars

    draw_chart(bars, tuple(st.session_state["numbers"]), key="bars", alt="Bars")


def drawn(test: AppTest, numbers: tuple[int, ...]) -> list[int]:
    test.session_state["numbers"] = numbers
    test.run()
    assert not test.exception
    return list(chart_data(test)["n"])


def test_a_chart_is_built_once_for_its_content_and_shows_it_every_time() -> None:
    test = AppTest.from_function(page)
    assert drawn(test, (1, 2)) == [1, 2]
    assert drawn(test, (1, 2)) == [1, 2]
    assert BUILT == [(1, 2)]
    assert drawn(test, (1, 3)) == [1, 3]
    assert BUILT == [(1, 2), (1, 3)]


def test_a_chart_in_another_language_is_another_chart() -> None:
    test = AppTest.from_function(page)
    drawn(test, (1, 2))
    test.session_state["ui"] = "zh"
    drawn(test, (1, 2))
    assert BUILT == [(1, 2), (1, 2)]


def test_a_chart_says_what_it_shows_and_takes_its_size_from_the_page() -> None:
    test = AppTest.from_function(page)
    drawn(test, (1, 2))
    chart = test.get("vega_lite_chart")[0].proto
    assert chart.alt == "Bars"
    assert "continuousWidth" not in chart.spec
