from dataclasses import replace
from typing import Any

import pytest

from calibration.llm.addresses import is_loopback
from calibration.llm.prices import actual, has_price, worst_case
from calibration.llm.providers import Provider, checked_base_url
from calibration.llm.replies import Usage
from calibration.llm.requests import Message, Sampling
from db.errors import Invalid
from tests.llm.asking import CANARY, PROVIDER, SPEC, question

ADDRESSES = [
    ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
    (" http://localhost:8000/v1 ", "http://localhost:8000/v1"),
    ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
    ("https://models.例子.cn/v1", "https://models.例子.cn/v1"),
]


@pytest.mark.parametrize(("given", "kept"), ADDRESSES)
def test_an_address_is_kept_without_the_slash_at_its_end(given: str, kept: str) -> None:
    assert Provider(id="p", name="P", base_url=given).base_url == kept


BAD_ADDRESSES = {
    "file": ("file:///etc/passwd", "no http or https"),
    "ftp": ("ftp://host/v1", "no http or https"),
    "javascript": ("javascript:alert(1)", "no http or https"),
    "no-scheme": ("api.openai.com/v1", "no http or https"),
    "no-host": ("http://", "no http or https"),
    "empty": ("", "no http or https"),
    "port": ("http://host:port/v1", "cannot be read"),
    "bracket": ("http://[::1", "cannot be read"),
    "blank": ("http://ho st/v1", "a blank"),
    "line-end": ("http://host/v1\r\nX-Header: 1", "a blank"),
    "nul": ("http://host/\x00", "a blank"),
    "metadata": ("http://169.254.169.254/latest", "link-local"),
    "metadata-v6": ("http://[fe80::1]/v1", "link-local"),
    "metadata-mapped": ("http://[::ffff:169.254.169.254]/v1", "link-local"),
    # 169 * 2**24 + 254 * 2**16 + 169 * 2**8 + 254, and its first part in base 16.
    "metadata-number": ("http://2852039166/", "link-local"),
    "metadata-hex": ("http://0xa9.254.43518/", "link-local"),
    "user": (f"https://{CANARY}@host/v1", "a user name or a password"),
    "password": (f"https://me:{CANARY}@host/v1", "a user name or a password"),
    "query": (f"https://host/v1?key={CANARY}", "after '\\?' or '#'"),
    "fragment": (f"https://host/v1#{CANARY}", "after '\\?' or '#'"),
}


@pytest.mark.parametrize(("url", "words"), BAD_ADDRESSES.values(), ids=BAD_ADDRESSES.keys())
def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_the_secret(
    url: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        checked_base_url(url)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.1/v1", True),
        ("http://2130706433/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost/v1", True),
        ("http://models.localhost/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://10.0.0.1/v1", False),
        ("http://999.1.1.1/v1", False),
        ("http://cafe/v1", False),
    ],
)
def test_this_machine_is_known_however_it_is_written(url: str, is_here: bool) -> None:
    assert is_loopback(url) == is_here


BAD_FIELDS: dict[str, tuple[Any, str]] = {
    "slug": (lambda: replace(PROVIDER, id="Open AI"), "'Open AI' is no slug"),
    "slug-path": (lambda: replace(PROVIDER, id="../x"), "no slug"),
    "timeout": (lambda: replace(PROVIDER, timeout_seconds=0), "timeout is 0"),
    "timeout-nan": (lambda: replace(PROVIDER, timeout_seconds=float("nan")), "timeout is nan"),
    "name": (lambda: replace(SPEC, name=" "), "has no name"),
    "currency": (lambda: replace(SPEC, currency="CNY"), "'CNY'"),
    "price": (lambda: replace(SPEC, input_price="cheap"), "input_price is 'cheap'"),
    "price-negative": (lambda: replace(SPEC, output_price="-1"), "output_price is '-1'"),
    "price-nan": (lambda: replace(SPEC, output_price="NaN"), "output_price is 'NaN'"),
    "price-huge": (lambda: replace(SPEC, output_price="1e9"), "output_price is '1e9'"),
    "context": (lambda: replace(SPEC, context_tokens=0), "context_tokens is 0"),
    "rate": (lambda: replace(SPEC, requests_per_minute=-3), "requests_per_minute is -3"),
}


@pytest.mark.parametrize(("make", "words"), BAD_FIELDS.values(), ids=BAD_FIELDS.keys())
def test_a_field_that_cannot_be_is_refused(make: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        make()


def test_a_key_pasted_where_its_name_belongs_is_refused_and_not_repeated() -> None:
    with pytest.raises(Invalid, match=r"no name: .* secrets\.toml") as caught:
        replace(PROVIDER, key_name=CANARY)
    assert CANARY not in str(caught.value)


URL = "http://127.0.0.1:1/v1"


def test_the_worst_case_is_every_byte_a_token_and_the_whole_limit_written() -> None:
    # 90 tokens at most (see test_answers) at 2 dollars, 50 at 8, per million: 180 + 400 millionths.
    assert worst_case(SPEC, question(URL)) == 580


def test_prices_below_a_micro_dollar_are_rounded_up_once() -> None:
    spec = replace(SPEC, input_price="0.001", output_price="0.0001")
    # 90 * 0.001 + 50 * 0.0001 = 0.095 millionths.
    assert worst_case(spec, question(URL)) == 1
    assert actual(spec, Usage(input_tokens=0, output_tokens=0)) == 0
    # 1000 * 0.001 + 10000 * 0.0001 = 2 exactly: nothing is lost to binary fractions.
    assert actual(spec, Usage(input_tokens=1000, output_tokens=10_000)) == 2


def test_what_was_used_is_priced_whole_without_a_discount_for_what_was_cached() -> None:
    usage = Usage(input_tokens=11, output_tokens=7, cached_tokens=11)
    assert actual(SPEC, usage) == 11 * 2 + 7 * 8


def test_an_unknown_price_is_an_error_and_nought_is_a_price() -> None:
    for name, word in (("input_price", "input"), ("output_price", "output")):
        spec = replace(SPEC, **{name: None})
        assert not has_price(spec)
        with pytest.raises(Invalid, match=f"The {word} price of 'model-a' of 'local' is unknown"):
            worst_case(spec, question(URL))
        with pytest.raises(Invalid, match="is unknown"):
            actual(spec, Usage(input_tokens=1, output_tokens=1))
    free = replace(SPEC, input_price="0", output_price="0")
    assert has_price(free)
    assert worst_case(free, question(URL)) == 0


def test_a_count_that_is_missing_makes_the_price_unknown() -> None:
    assert actual(SPEC, Usage(input_tokens=None, output_tokens=7)) is None
    assert actual(SPEC, Usage(input_tokens=7, output_tokens=None)) is None


def test_the_worst_case_grows_with_every_byte_and_every_token_allowed() -> None:
    longer = question(URL, messages=(Message(role="user", content="Say ready.é"),))
    assert worst_case(SPEC, longer) == 580 + 2 * 2
    more = question(URL, sampling=Sampling(max_tokens=51, temperature=0.5))
    assert worst_case(SPEC, more) == 580 + 8
