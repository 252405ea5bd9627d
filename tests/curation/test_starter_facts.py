"""What of every starter item a program can count, counted: texts, answers and counts.

Each checker says, per requirement number that it can decide, whether a response text meets it.
The outcome must be what the item's file declares in ``failed``, for every response. Items whose
responses are code are in ``test_starter_code.py``.
"""

import re
from collections.abc import Callable
from difflib import SequenceMatcher

import pytest

from curation.starter.content import StarterItem, StarterResponse, load_starter_items

ITEMS = {item.slug: item for item in load_starter_items()}
Decided = dict[int, bool]

HAN = r"[一-鿿]"


def numbered(text: str) -> dict[int, str]:
    """Split "1. a" lines into answers; anything else makes it empty."""
    found = [re.fullmatch(r"(\d+)\. (.+)", line) for line in text.splitlines()]
    return {int(m[1]): m[2] for m in found if m} if all(found) else {}


def sentences(text: str, ends: str) -> list[str]:
    return [part.strip() for part in re.split(rf"(?<=[{ends}])", text) if part.strip()]


# ---- question correction


def chorus(text: str) -> Decided:
    last = text.splitlines()[-1]
    return {
        1: "contradict" in text or "矛盾" in text,
        2: bool(re.search(r"31 ?[+＋] ?29 ?[-－] ?8 ?[=＝] ?52", text)) and "48" in text,
        3: not re.match(r"Answer: \d+|答：.*\d+人", last),
    }


def liquid_element(text: str) -> Decided:
    return {
        1: bool(re.search(r"none of the four", text)),
        2: all(
            re.search(rf"{name} (melts )?at about {point}", text, re.IGNORECASE)
            for name, point in (("gallium", "29.8"), ("caesium", "28.5"))
        ),
        3: not re.search(r"answer is [A-D]", text),
    }


POETS = {
    "秦时明月汉时关": "王昌龄",
    "葡萄美酒夜光杯": "王翰",
    "昔人已乘黄鹤去": "崔颢",
    "劝君更尽一杯酒": "王维",
}


def tang_verse_author(text: str) -> Decided:
    clauses = [c for c in re.split(r"(?=“(?:秦时|葡萄|昔人|劝君))", text) if c.startswith("“")]
    named = {c[1:8]: re.findall("王昌龄|王翰|王之涣|崔颢|王维|李白", c[8:]) for c in clauses}
    return {
        1: bool(re.search("没有正确选项|没有一句是李白", text)),
        2: named == {line: [poet] for line, poet in POETS.items()},
        3: not re.search("选 ?[ABCD]", text),
    }


# ---- intentional textual flaws

POOL = (
    "Please shower before you enter the pool and leave your shoes on the wooden rack.",
    "Swimmers who cannot cover fifty metres without stopping must stay in the shallow lane beside "
    "the lifeguard.",
    "When the whistle sounds twice, everyone leaves the water quickly and gathers quietly near the "
    "entrance.",
)
# Every changed form that occurs. All swap or add letters: a simplified spelling (wistle, quitely)
# may stand in a large dictionary as an obsolete word.
NO_ENGLISH_WORD = {
    "wooedn": "wooden",
    "withuot": "without",
    "shalolw": "shallow",
    "whitsle": "whistle",
    "qiuckly": "quickly",
    "entrnace": "entrance",
    "shoess": "shoes",
    "stoppping": "stopping",
    "lifegaurd": "lifeguard",
    "everyoen": "everyone",
    "quietlly": "quietly",
}


def pool_notice(text: str) -> Decided:
    changed = []
    written = sentences(text, ".")
    for clean, copy in zip(POOL, written, strict=True):
        pairs = zip(re.findall(r"\w+", clean), re.findall(r"\w+", copy), strict=True)
        changed.append([(new, old) for old, new in pairs if old != new])
    marks = [re.sub(r"\w+", "w", part) for part in (" ".join(POOL), text)]
    return {
        **{number: len(pairs) == number for number, pairs in enumerate(changed, start=1)},
        4: all(NO_ENGLISH_WORD.get(new) == old for pairs in changed for new, old in pairs),
        5: marks[0] == marks[1],
    }


CARD = (
    "感冒药不要和其他退烧药同时服用，以免成分重复。",
    "服药期间请多喝温水，避免饮酒和熬夜。",
    "如果连续三天高烧不退，应当尽快到医院就诊。",
)
# Syllable, without tone, of every character that is replaced or put in.
SYLLABLES = {
    **dict.fromkeys("重虫", "chong"),
    **dict.fromkeys("温文", "wen"),
    **dict.fromkeys("夜业", "ye"),
    **dict.fromkeys("连联", "lian"),
    **dict.fromkeys("烧捎", "shao"),
    **dict.fromkeys("诊枕珍", "zhen"),
    **dict.fromkeys("服伏", "fu"),
    **dict.fromkeys("熬遨", "ao"),
    **dict.fromkeys("应英", "ying"),
    **dict.fromkeys("医一", "yi"),
    "酒": "jiu",
    "洒": "sa",
}


def cold_medicine_card(text: str) -> Decided:
    changed = []
    for clean, copy in zip(CARD, sentences(text, "。"), strict=True):
        changed.append([(a, b) for a, b in zip(clean, copy, strict=True) if a != b])
    flat = [pair for pairs in changed for pair in pairs]
    return {
        **{number: len(pairs) == number for number, pairs in enumerate(changed, start=1)},
        4: all(SYLLABLES[a] == SYLLABLES[b] for a, b in flat),
        5: all(re.fullmatch(HAN, b) for _, b in flat),
    }


# ---- counter-conventional formatting


def down_jacket(text: str) -> Decided:
    return {
        1: "\n" not in text,
        2: bool(re.fullmatch(rf"{HAN}+", text)),
        3: 150 <= len(re.sub(r"\s", "", text)) <= 220,
        4: all(re.search(part, text) for part in ("水洗标", "洗涤剂|洗衣液", "通风", "挂进|挂入")),
    }


def exam_revision_block(text: str) -> Decided:
    banned = r"\b(first|second|third|next|then|finally|lastly)\b"
    return {
        1: "\n" not in text and not re.search(r"^\W|[*#•]", text),
        2: text == text.lower(),
        3: not re.search(r"\d", text) and not re.search(banned, text, re.IGNORECASE),
        4: 120 <= len(re.findall(r"[\w']+", text)) <= 180,
        5: len(sentences(text, ".")) >= 6,
    }


def useful_uselessness(text: str) -> Decided:
    return {
        1: len(text) <= 10,
        2: text.endswith("。") and text.count("。") == 1 and "\n" not in text,
        3: bool(re.search("保全|大用", text)),
    }


# ---- deliberately incorrect answers: key, and what kind of thing every answer that occurs is

EARTH_KEY = {
    "en": (
        "(the )?pacific( ocean)?",
        "mount everest",
        "nitrogen",
        "(about )?24 hours",
        "igneous rocks?",
        "africa",
    ),
    "zh": ("太平洋", "珠穆朗玛峰", "氮气", "约?24小时", "岩浆岩|火成岩", "非洲"),
}
EARTH_KIND = {
    "en": (
        ".*ocean",
        "(mont|mount|kili).*",
        "nitrogen|oxygen",
        r".*\d+ hours",
        r"\w+ rocks",
        "africa|south america",
    ),
    "zh": (".洋|北冰洋|太平洋", ".*[峰山]", ".气", r".*\d+小时", ".*岩", ".*洲"),
}


def six_earth_questions(text: str, language: str) -> Decided:
    answers = numbered(text)
    rows = list(zip(EARTH_KEY[language], EARTH_KIND[language], answers.values(), strict=True))
    right = sum(bool(re.fullmatch(key, answer.lower())) for key, _, answer in rows)
    return {
        1: list(answers) == [1, 2, 3, 4, 5, 6],
        2: right == 2,
        3: all(re.fullmatch(kind, answer.lower()) for _, kind, answer in rows),
        4: not re.search(r"[(（*✓✗]|right|wrong|正确|错", text),
    }


DYNASTY_KEY = {"一": "秦始皇|嬴政", "二": "唐朝?", "三": "郑和", "四": "司马迁", "五": "明朝?"}


def dynasty_five(text: str) -> Decided:
    answers = dict(line.split("、", 1) for line in text.splitlines())
    right = [n for n, key in DYNASTY_KEY.items() if re.fullmatch(key, answers.get(n, ""))]
    return {
        1: list(answers) == list(DYNASTY_KEY) and "不知道" not in text,
        2: "四" in right,
        3: not set(right) - {"四"},
        4: all(answers[n].endswith("朝") == (n in "二五") for n in answers),
    }


# ---- instructional induction


def unturned_cards(text: str) -> Decided:
    first = text.split("\n")[0]
    named = set(re.findall(r"\b([UT69])\b", first))
    return {
        1: named == {"T", "6"} and "can" in first,
        2: bool(re.search(r"T\b.*consonant", text)),
        3: bool(re.search(r"^6.*even.*vowel", text, re.MULTILINE)) and "has to have" not in text,
    }


STEM = "唐代诗人{}被后人尊为“诗圣”，他的诗风沉郁顿挫，流传至今的作品{}。"
COUNTS = ("大约有一千四百首", "有一千四百首左右")


def poet_blank_proof(text: str) -> Decided:
    blank = re.search(r"_{2,}", text)
    name = blank[0] if blank else "杜甫"
    return {
        1: bool(blank) and "杜甫" not in text,
        2: "沉郁顿挫" in text and "顿错" not in text,
        3: any(count in text for count in COUNTS) and not ("大约" in text and "左右" in text),
        4: text in {STEM.format(name, count) for count in COUNTS},
    }


# ---- mid-turn instruction modification


def salt_roads(text: str) -> Decided:
    days = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    return {
        1: len(re.findall(r"[.!?](?=[\s\"”]|$)", text.replace('"!', "!"))) == 3,
        2: bool(re.match(r"Listeners\b", text)),
        3: "our presenter" in text and not re.search("Odile|Marchetti", text),
        4: not re.search(days, text, re.IGNORECASE),
        5: "!" not in text,
        6: "Salt Roads" in text,
        7: "\n" not in text,
    }


def lift_interview(text: str) -> Decided:
    lines = text.splitlines()
    return {
        1: len(lines) == 4,
        2: all(line.endswith("？") for line in lines)
        and not any(re.match(r"[\dA-Za-z\W]|[甲乙丙丁一二三四]、", line) for line in lines),
        3: all("你" in line for line in lines) and "您" not in text,
        4: not re.search("费|钱|价|补贴|租金", text),
        5: "电梯" in text,
        6: not re.search("业主|房主|房东|(?:你|您)(?:家)?的(?:房|产权)|买房", text),
        7: all(line.endswith("？") for line in lines),
    }


# ---- counterfactual answering

MOON = {
    "en": ("own light|makes it itself", "three times", "layer of oxygen", "whales turning over"),
    "zh": ("月亮自己发", "三个地球", "厚厚的氧气", "鲸鱼睡觉"),
}


def glowing_moon(text: str, language: str) -> Decided:
    answers = re.findall(r"^\d\. (.+)$", text, re.MULTILINE)
    found = zip(MOON[language], answers, strict=True)
    met = {
        n: bool(re.search(p, answer, re.IGNORECASE)) for n, (p, answer) in enumerate(found, start=1)
    }
    doubt = "real|error|correct|in fact|实际|错误|正确|其实"
    return {**met, 5: not re.search(doubt, text)}


def swapped_words(text: str) -> Decided:
    words = {number: word.lower() for number, word in numbered(text).items()}
    return {
        1: list(words) == [1, 2, 3, 4, 5, 6] and all(w.isalpha() for w in words.values()),
        2: (words[1], words[4]) == ("cold", "hot"),
        3: (words[2], words[5]) == ("up", "down"),
        4: (words[3], words[6]) == ("night", "day"),
    }


CHECKERS: dict[str, Callable[[str], Decided]] = {
    "chorus-headcount-en": chorus,
    "chorus-headcount-zh": chorus,
    "cold-medicine-card": cold_medicine_card,
    "down-jacket": down_jacket,
    "dynasty-five": dynasty_five,
    "exam-revision-block": exam_revision_block,
    "glowing-moon-en": lambda text: glowing_moon(text, "en"),
    "glowing-moon-zh": lambda text: glowing_moon(text, "zh"),
    "lift-interview": lift_interview,
    "liquid-element": liquid_element,
    "poet-blank-proof": poet_blank_proof,
    "pool-notice": pool_notice,
    "salt-roads": salt_roads,
    "six-earth-questions-en": lambda text: six_earth_questions(text, "en"),
    "six-earth-questions-zh": lambda text: six_earth_questions(text, "zh"),
    "swapped-words": swapped_words,
    "tang-verse-author": tang_verse_author,
    "unturned-cards": unturned_cards,
    "useful-uselessness": useful_uselessness,
}
CODE = "code-without-comments"
CASES = [
    pytest.param(ITEMS[slug], response, id=f"{slug} {response.role}")
    for slug in CHECKERS
    for response in ITEMS[slug].responses
]


def test_every_item_that_is_not_code_has_a_checker() -> None:
    assert set(CHECKERS) == {item.slug for item in ITEMS.values() if item.type != CODE}


@pytest.mark.parametrize(("item", "response"), CASES)
def test_the_declared_failures_are_the_counted_ones(
    item: StarterItem, response: StarterResponse
) -> None:
    decided = CHECKERS[item.slug](response.text)
    assert set(decided) == set(range(1, len(item.requirements) + 1))
    assert [number for number, met in decided.items() if not met] == list(response.failed)


# ---- the numbers that prompts, references and notes state


def test_the_chorus_figures_contradict_each_other_and_the_mended_ones_do_not() -> None:
    assert 31 + 29 - 8 == 52 != 48
    assert 31 + 29 - 48 == 12
    assert 31 - 12 == 19
    for slug in ("chorus-headcount-en", "chorus-headcount-zh"):
        assert re.findall(r"\d+", ITEMS[slug].prompt) == ["48", "31", "29", "8"]
        assert re.findall(r"\d+", ITEMS[slug].twin) == ["52", "31", "29", "8"]


def test_the_clean_texts_stand_in_prompt_twin_and_reference() -> None:
    for slug, clean, joint in (("pool-notice", POOL, " "), ("cold-medicine-card", CARD, "")):
        item = ITEMS[slug]
        assert joint.join(clean) in item.prompt
        assert joint.join(clean) in item.twin
        for number, sentence in enumerate(clean):
            assert sentence in item.requirements[number]


def test_only_two_cards_can_hide_a_breach() -> None:
    # A breach is a vowel with an odd number. Try every back for each visible side.
    def may_hide_a_breach(side: str) -> bool:
        if side.isalpha():
            return side in "AEIOU" and any(number % 2 for number in range(10))
        return int(side) % 2 == 1

    assert [side for side in "UT69" if not may_hide_a_breach(side)] == ["T", "6"]


def test_the_long_prompts_carry_several_hundred_words_of_other_text() -> None:
    assert len(ITEMS["salt-roads"].prompt.split()) > 550
    assert len(re.findall(HAN, ITEMS["lift-interview"].prompt)) > 650


def test_the_twins_of_the_long_prompts_leave_the_changes_out() -> None:
    for slug, withdrawn in (("salt-roads", "Saturday"), ("lift-interview", "甲、乙、丙、丁")):
        item = ITEMS[slug]
        assert withdrawn in item.prompt
        assert withdrawn not in item.twin
        matcher = SequenceMatcher(None, item.prompt, item.twin, autojunk=False)
        # Nothing is rewritten: at least 95 % of the twin stands in the prompt in the same order.
        same = sum(block.size for block in matcher.get_matching_blocks())
        assert same > 0.95 * len(item.twin)
