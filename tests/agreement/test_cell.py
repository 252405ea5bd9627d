"""When two cells are the same value."""

import pytest

from calibration.agreement.cell import text_of
from db.intake import Value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (2.0, "2"),
        ("2.0", "2"),
        ("2.000", "2"),
        (" 2 ", "2"),
        ("\u30002\t", "2"),
        (-2.0, "-2"),
        ("-2.0", "-2"),
        (-0.0, "0"),
        ("-0.0", "0"),
        ("-0", "0"),
        (10**18, "1000000000000000000"),
        (1e16, "10000000000000000"),
        (True, "true"),
        ("True", "true"),
        ("TRUE", "true"),
        ("true", "true"),
        (False, "false"),
        ("False", "false"),
        (None, ""),
        ("", ""),
        ("   ", ""),
    ],
)
def test_equal_values_of_different_formats_are_one_text(value: Value, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("007", "7"),
        ("007.0", "7"),
        ("1.10", "1.1"),
        ("1e3", "1000"),
        ("A", "a"),
        ("true", "1"),
        (True, 1),
        (False, 0),
        ("+2", "2"),
        ("2.", "2"),
        (0.5, "0.50"),
        ("nan", ""),
    ],
)
def test_different_texts_stay_different(one: Value, other: Value) -> None:
    assert text_of(one) != text_of(other)
