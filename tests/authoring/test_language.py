import json
import time

import pytest

from calibration.agreement.llmbar import llmbar_paths
from curation.authoring.language import check_language, script_shares
from curation.starter.content import StarterItem, load_starter_items
from db.errors import Invalid

OTHER = {"zh": "en", "en": "zh"}
# Their answers are one block of code each: no letters that count.
ONLY_CODE = {"gc-windows", "income-tax-lines", "run-length"}


@pytest.mark.parametrize("item", load_starter_items(), ids=lambda item: item.slug)
def test_every_text_of_a_starter_item_fits_its_language_and_not_the_other(
    item: StarterItem,
) -> None:
    texts = [item.prompt, item.reference, item.twin, item.notes]
    answers = [response.text for response in item.responses]

    assert [check_language(item.language, text) for text in texts + answers] == [None] * 7
    assert all(check_language(OTHER[item.language], text) for text in texts)
    for answer in answers:
        if item.slug in ONLY_CODE:
            assert script_shares(answer).letters == 0
        else:
            assert check_language(OTHER[item.language], answer) is not None


def test_every_real_english_text_with_letters_fits_english_and_not_chinese() -> None:
    with llmbar_paths().pairs.open(encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    texts = [pair[part] for pair in pairs for part in ("input", "output_1", "output_2")]
    judged = [text for text in texts if script_shares(text).letters]

    # 419 x 3; 23 answers hold nothing but digits or code.
    assert (len(texts), len(judged)) == (1257, 1234)
    assert [text for text in judged if check_language("en", text)] == []
    assert [text for text in judged if not check_language("zh", text)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Translate this verse into English word for word: 床前明月光，疑是地上霜。"),
        ("zh", "把下面这句话译成中文，不要意译：The quick brown fox jumps over the lazy dog."),
        ("zh", "请解释助词「の」的三种用法，各举一例。"),
        ("zh", "用 Python 写一个函数 moving_average(values, size)，只给代码。"),
        ("zh", "请修复：\n```python\ndef mean(values):\n    return sum(values) / len(values)\n```"),
        ("en", "Explain:\n~~~\n# 计算所有数值的平均数并且四舍五入到整数\n~~~\nin one line."),
        ("zh", "总结 https://example.org/a/very/long/address/of/a/page/in/english 的内容"),
        ("zh", r"化简 $\frac{\alpha}{\beta}\cdot\sqrt{\gamma}$，只写结果。"),
    ],
    ids=[
        "english quotes chinese", "chinese quotes english", "chinese quotes kana",
        "chinese names code", "fenced code", "fenced chinese comment", "address", "tex",
    ],
)  # fmt: skip
def test_a_text_may_quote_and_hold_code(language: str, text: str) -> None:
    assert check_language(language, text) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "Write a poem about the moon."),
        ("en", "写一首关于月亮的诗。"),
        ("zh", "月についての詩を書いてください。季節の言葉を入れてはいけません。"),
        ("zh", "東京都の人口は現在約千四百万人である。"),
        ("zh", "달에 관한 시를 써 주세요."),
        ("en", "달에 관한 시를 써 주세요."),
        ("en", "Напишите стихотворение о луне."),
    ],
    ids=["english", "chinese", "japanese", "japanese with much kanji", "korean", "korean for en",
         "russian"],
)  # fmt: skip
def test_a_text_in_another_language_is_found(language: str, text: str) -> None:
    finding = check_language(language, text)

    assert finding is not None
    assert finding.language_id == language
    assert finding.shares == script_shares(text)


@pytest.mark.parametrize(
    "text", ["", "  \n", "42", "3.14, 2.71!", "```\nprint(1)\n```", "🌕🌖", "！？"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_without_letters_is_not_judged(language: str, text: str) -> None:
    assert script_shares(text).letters == 0
    assert check_language(language, text) is None


def test_shares_are_of_the_letters_that_count() -> None:
    # Six Han characters, three Latin letters, two kana and one Hangul syllable: twelve.
    shares = script_shares("一二三四五〇, abc 123 かな 한 `code` https://example.org/x。")

    assert shares.letters == 12
    assert (shares.han, shares.latin, shares.other) == (6 / 12, 3 / 12, 3 / 12)
    assert shares.kana == 2 / 12


def test_full_width_letters_are_latin_and_an_address_ends_where_chinese_goes_on() -> None:
    assert script_shares("ＡＢＣ").latin == 1
    assert script_shares("见https://example.org/a?b=c。然后回答").han == 1


def test_a_quarter_of_the_weight_is_enough_and_less_is_not() -> None:
    # One Han character weighs three letters: nine letters beside it leave it exactly 3 / 12.
    assert check_language("zh", "月 abcdefghi") is None
    assert check_language("zh", "月 abcdefghij") is not None
    # One Latin letter beside one Han character is 1 / 4.
    assert check_language("en", "a 月") is None
    assert check_language("en", "a 月光") is not None


def test_an_unknown_language_is_refused_naming_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"'xx'.*zh, en"):
        check_language("xx", "text")


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "`" * 200_001, "a@" * 100_000, "```\n" * 50_001, "\\" * 200_000, "\ud800" * 9],
    ids=["one word", "ticks", "addresses", "fences", "backslashes", "surrogates"],
)
def test_hostile_text_is_answered_soon(text: str) -> None:
    started = time.process_time()
    check_language("zh", text)

    assert time.process_time() - started < 2
