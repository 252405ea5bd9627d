"""Owns the verifier of short answers against a key: how many are right, and which.

A key has one line per question: a number or sign, a colon, and every right form, split by ``|``.
An answer is right when it is one of the forms; one that merely holds a form may be right or not,
and leaves the outcome open unless the others decide it. So does one that may be the same number in
another writing, or the same word but for blanks, marks and accents.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.numbering import han_number
from calibration.judging.verifiers.outcome import Outcome, failed, passed, undecidable
from calibration.judging.verifiers.parameters import Kind, Parameter, Value, Values, quoted
from calibration.judging.verifiers.passage import Passage, line_starts
from calibration.judging.verifiers.scripts import folded, is_word_character
from calibration.judging.verifiers.shared import WHERE_WHOLE
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording

_KEY_LINE: Final = re.compile(r"[ \t]*([^\W_]{1,6})[ \t]*[:：](.*)", re.DOTALL)
_ANSWER: Final = re.compile(
    r"[ \t　]*(?:[-*+>#]{1,4}[ \t]+)?[*_]{0,3}[(（【\[]?"
    r"(?:(?:questions?|answers?|[qa]|第|问题|问|题目?|答案?)[ \t]*(?=[0-9一二三四五六七八九十]))?"
    r"(?:([①-⑳])|([^\W_]{1,6}?)题?[)）】\]]?[*_]{0,3}(?:[.．、:：)）】\]]|(?<=[)）】\]])))"
    r"[.．、:：)）]?[*_]{0,3}[ \t　]*(.*)",
    re.DOTALL | re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"(?:(?:the )?(?:correct )?answer(?: is)?|ans|a|正确答案|答案|答|回答)[:：] *"
)
_QUESTION: Final = re.compile(r"[?？][ \t　*_)）\"”]*")
_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_WORDS_ONLY: Final = re.compile(r"[\W_]+")
# Words that can be a number written out; what they amount to is not worked out.
_NUMBER_WORD: Final = re.compile(
    r"(?:约|大约|about )?(?:(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|half|dozen"
    r"|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million"
    r"|billion)\b|[〇零一二两三四五六七八九十百千万亿半])"
)
_HAN_NUMBERS: Final = {han_number(number): str(number) for number in range(1, 100)}
_ARTICLE: Final = re.compile(r"(?:the|an?) ")
_EDGES: Final = " \t　.。!！;；,，*_`\"'“”"
_MOST_QUESTIONS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """An answer as it was given.

    Attributes:
        is_right: None when it holds a right form and says more.
    """

    label: str
    offset: int
    is_right: bool | None


def read_key(text: str) -> Mapping[str, tuple[str, ...]] | Wording:
    """Read a key: the right forms by the number or sign of their question."""
    key: dict[str, tuple[str, ...]] = {}
    for line in text.split("\n"):
        if not line.strip():
            continue
        match = _KEY_LINE.fullmatch(line)
        forms = tuple(plain_answer(form) for form in match[2].split("|")) if match else ()
        if match is None or not all(forms):
            return Wording(
                en=f"{quoted(line)} is no line of a key; write a number, a colon and the right "
                "answers between | signs",
                zh=f"{quoted(line)} 不是答案表的一行，请写题号、冒号和正确答案，多种写法用 | 分隔",
            )
        if match[1] in key:
            return Wording(
                en=f"the key has question {quoted(match[1])} twice; keep one of the lines",
                zh=f"答案表中题号 {quoted(match[1])} 出现了两次，请保留一行",
            )
        key[match[1]] = forms
    if not 1 <= len(key) <= _MOST_QUESTIONS:
        return Wording(
            en=f"the key has {len(key)} questions; write 1 to {_MOST_QUESTIONS}, one per line",
            zh=f"答案表有{len(key)}题，请写1到{_MOST_QUESTIONS}题，每行一题",
        )
    return key


def plain_answer(text: str) -> str:
    """Write an answer so that equal ones are the same: width, case, article, marks around it."""
    straight = unicodedata.normalize("NFKC", folded(text, ignore_case=False))
    said = " ".join(straight.casefold().split()).strip(_EDGES)
    said = _SAID.sub("", said, count=1).strip(_EDGES) if _SAID.match(said) else said
    return _ARTICLE.sub("", said, count=1) if _ARTICLE.match(said) else said


def _verify(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    key = read_key(values.text("key"))
    if isinstance(key, Wording):
        return undecidable(en=key.en, zh=key.zh)
    answers = _answers(passage, key)
    if isinstance(answers, Outcome):
        return answers
    wanted = [
        *((label, True) for label in values.words("right_at")),
        *((label, False) for label in values.words("wrong_at")),
    ]
    outcome = _each(passage, answers, wanted) if wanted else None
    return outcome or _number(passage, answers, key, values)


def _answers(passage: Passage, key: Mapping[str, Sequence[str]]) -> dict[str, _Answer] | Outcome:
    found: dict[str, _Answer] = {}
    lines = list(zip(line_starts(passage.text), passage.lines, strict=False))
    for number, (start, line) in enumerate(lines):
        match = _ANSWER.fullmatch(line)
        label = _label(match, key) if match else ""
        if match is None or not label:
            continue
        if label in found:
            return undecidable(
                en=f"Question {label} is answered more than once.", zh=f"第{label}题答了不止一次。"
            )
        following = next((one for _, one in lines[number + 1 :] if one.strip()), "")
        is_free = not _label(_ANSWER.fullmatch(following), key)
        said = _said(match[3], following if is_free else "")
        found[label] = _Answer(
            label=label,
            offset=start + match.start(3),
            is_right=None if said is None else _is_right(said, key[label]),
        )
    if not found:
        return undecidable(
            en="No line begins with the number of a question.", zh="没有以题号开头的行。"
        )
    return found


def _label(match: re.Match[str] | None, key: Mapping[str, Sequence[str]]) -> str:
    """Give the label of the key that a line begins with; empty for none."""
    if match is None:
        return ""
    written = unicodedata.normalize("NFKC", match[1] or match[2])
    for label in (written, _HAN_NUMBERS.get(written, ""), written.lstrip("0")):
        if label in key:
            return label
    return ""


def _said(text: str, following: str) -> str | None:
    """Give the answer in a line: behind the question if that is repeated, or in the next line.

    Returns:
        The answer; None when a question is repeated and no answer follows it.
    """
    *_, last = _QUESTION.split(text)
    if last.strip(_EDGES):
        return last
    if _QUESTION.search(text) or not text.strip(_EDGES):
        return following if following.strip() else None
    return text


def _is_right(answer: str, forms: Sequence[str]) -> bool | None:
    """Compare an answer with the right forms; None when it cannot be told."""
    said = plain_answer(answer)
    if said in forms:
        return True
    number = _number_of(said)
    numbers = [_number_of(form) for form in forms]
    if number is not None and number in numbers:
        return True
    if number is not None and None not in numbers:
        return False
    if any(_may_be(said, form) for form in forms):
        return None
    # Seven may be what the key calls 7, and 7 what it calls seven, when it has no other form.
    in_digits = any(_NUMBER.search(form) for form in forms)
    words_only = not in_digits and any(map(_is_written_out, forms))
    return None if words_only and _NUMBER.match(said) else False


def _may_be(said: str, form: str) -> bool:
    """Say whether an answer that is no right form may mean one all the same."""
    wanted = _number_of(form)
    if wanted is not None:
        if any(_number_of(match[0]) == wanted for match in _NUMBER.finditer(said)):
            return True
        return _is_written_out(said)
    return _holds(said, form) or _bare(said) == _bare(form)


def _is_written_out(text: str) -> bool:
    """Say whether a text without digits begins with a number in words."""
    return not any(map(str.isdigit, text)) and _NUMBER_WORD.match(text) is not None


def _number_of(text: str) -> Decimal | None:
    """Read a text that is nothing but a number in digits."""
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def _bare(text: str) -> str:
    """Leave out blanks, marks and accents."""
    parts = unicodedata.normalize("NFKD", text)
    return _WORDS_ONLY.sub("", "".join(one for one in parts if not unicodedata.combining(one)))


def _holds(said: str, form: str) -> bool:
    place = said.find(form)
    while place >= 0:
        before, behind = said[place - 1 : place], said[place + len(form) : place + len(form) + 1]
        joined = (before and is_word_character(before) and is_word_character(form[0])) or (
            behind and is_word_character(behind) and is_word_character(form[-1])
        )
        if not joined:
            return True
        place = said.find(form, place + 1)
    return False


def _each(
    passage: Passage, answers: Mapping[str, _Answer], wanted: Sequence[tuple[str, bool]]
) -> Outcome | None:
    """Compare single answers; None when every one is as wanted."""
    bad, unclear = [], []
    for label, is_right in wanted:
        answer = answers.get(label)
        if answer is None:
            return failed(en=f"Question {label} is not answered.", zh=f"第{label}题没有作答。")
        if answer.is_right is None:
            unclear.append(label)
        elif answer.is_right is not is_right:
            bad.append(answer)
    if bad:
        labels = ", ".join(answer.label for answer in bad)
        return failed(
            en=f"Answers that should be the other way, right or wrong: {labels}.",
            zh=f"对错与要求相反的题：{labels}。",
            where=passage.places(answer.offset for answer in bad),
        )
    return _unclear(unclear) if unclear else None


def _number(
    passage: Passage,
    answers: Mapping[str, _Answer],
    key: Mapping[str, Sequence[str]],
    values: Values,
) -> Outcome:
    right = [answer for answer in answers.values() if answer.is_right]
    wrong = [answer for answer in answers.values() if answer.is_right is False]
    open_ = [answer.label for answer in answers.values() if answer.is_right is None]
    for wanted, found, en, zh in (
        (values.number("right"), right, "right", "正确"),
        (values.number("wrong"), wrong, "wrong", "错误"),
    ):
        if wanted is None:
            continue
        if not len(found) <= wanted <= len(found) + len(open_):
            return failed(
                en=f"{len(found)} of {len(key)} answers are {en}, exactly {wanted} asked for.",
                zh=f"{len(key)}题中{zh}的有{len(found)}题，应恰好{wanted}题。",
                where=passage.places(answer.offset for answer in found),
            )
        if open_:
            return _unclear(open_)
    return passed(en="Right and wrong answers are as asked for.", zh="答对和答错的题都符合要求。")


def _unclear(labels: Sequence[str]) -> Outcome:
    joined = ", ".join(labels)
    return undecidable(
        en=f"Whether these answers are right is not clear: {joined}.",
        zh=f"无法判断这些题的答案是否正确：{joined}。",
    )


def _refuse_key(value: Value) -> Wording | None:
    key = read_key(value if isinstance(value, str) else "")
    return key if isinstance(key, Wording) else None


def _refuse(values: Values) -> Wording | None:
    key = read_key(values.text("key"))
    labels = {} if isinstance(key, Wording) else key
    right, wrong = set(values.words("right_at")), set(values.words("wrong_at"))
    unknown = sorted((right | wrong) - set(labels)) or sorted(right & wrong)
    if unknown:
        listed = ", ".join(labels)
        return Wording(
            en=f"question {quoted(unknown[0])} is not in the key, or is asked to be right and "
            f"wrong; use each of these once: {listed}",
            zh=f"题号 {quoted(unknown[0])} 不在答案表中，或者既要求答对又要求答错；"
            f"可用的题号有：{listed}",
        )
    numbers = [number for number in map(values.number, ("right", "wrong")) if number is not None]
    if not numbers and not right and not wrong:
        return Wording(
            en="nothing is asked of the answers; write right, wrong, right_at or wrong_at",
            zh="没有写明对答案的要求，请写 right、wrong、right_at 或 wrong_at",
        )
    if sum(numbers) > len(labels):
        return Wording(
            en=f"{sum(numbers)} answers are asked for and the key has {len(labels)} questions; "
            "write smaller numbers",
            zh=f"要求的题数共{sum(numbers)}，而答案表只有{len(labels)}题，请写小一些的数",
        )
    return None


ANSWERS: Final = Verifier(
    name="answers",
    version="2",
    about=Wording(
        en="how many numbered answers are right or wrong by a key, and which ones",
        zh="按答案表，带题号的答案中对、错的题数，以及是哪些题",
    ),
    example="answers key=@key right=2 wrong=4",
    parameters=(
        Parameter(
            name="key",
            kind=Kind.TEXT,
            about=Wording(
                en="a block with one line per question, such as 1: Africa | the African continent",
                zh="答案表，多行，每题一行，例如 1: 非洲 | 非洲大陆",
            ),
            is_required=True,
            refuse=_refuse_key,
        ),
        Parameter(
            name="right",
            kind=Kind.NUMBER,
            about=Wording(en="exactly so many are right", zh="恰好答对的题数"),
        ),
        Parameter(
            name="wrong",
            kind=Kind.NUMBER,
            about=Wording(en="exactly so many are wrong", zh="恰好答错的题数"),
        ),
        Parameter(
            name="right_at",
            kind=Kind.LIST,
            about=Wording(en="questions that must be right", zh="必须答对的题"),
        ),
        Parameter(
            name="wrong_at",
            kind=Kind.LIST,
            about=Wording(en="questions that must be wrong", zh="必须答错的题"),
        ),
        WHERE_WHOLE,
    ),
    verify=_verify,
    cases=approved_cases("answers"),
    refuse=_refuse,
    depends=(PYTHON,),
)
