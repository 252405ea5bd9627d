"""Owns reading what a page shows, for tests."""

import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest


def chart_data(page: AppTest, place: int = 0) -> pd.DataFrame:
    """Give the rows behind the page's chart at a place, counted from 0."""
    chart = page.get("vega_lite_chart")[place].proto
    return pa.ipc.open_stream(chart.datasets[0].data.data).read_all().to_pandas()


def words(page: AppTest) -> str:
    """Give all Markdown, captions and badges of a page as one text."""
    shown = [*page.markdown, *page.caption, *page.info, *page.error, *page.success, *page.text]
    return "\n".join(str(element.value) for element in shown)


def html(page: AppTest) -> str:
    """Give all raw HTML of a page."""
    return "\n".join(str(element.value) for element in page.html)


def table(page: AppTest, column: str) -> pd.DataFrame:
    """Give the one table of a page that has a column of that name."""
    (found,) = [one.value for one in page.dataframe if column in one.value.columns]
    return found
