"""Owns the verifiers of single characters: which may stand there, and how many marks there are."""

import re
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.emphasis import emphasis_marks
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.outcome import Outcome, counted, counted_between, failed, passed
from calibration.judging.verifiers.parameters import Kind, Parameter, Value, Values
from calibration.judging.verifiers.scripts import CLASSES, is_invisible, is_punctuation
from calibration.judging.verifiers.shared import LIMITS, WHERE_WHOLE, limits_of, refuse_limits
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording

# Unicode calls them punctuation; readers, and the Chinese standard of marks, do not all.
_DOUBTFUL: Final = frozenset("%‰@#&*\\_§¶†‡％＠＃＆＊＼＿")
_DOUBT: Final = Wording(
    en="There are signs that may or may not count as punctuation marks, such as % or **.",
    zh="有些符号不一定算作标点，例如 % 或 **。",
)
_NAMES: Final = ", ".join(CLASSES)


def _verify_characters(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    only = [CLASSES[name] for name in values.words("only")]
    forbidden = [CLASSES[name] for name in values.words("forbidden")]
    also = set(values.text("also"))
    bad = [
        offset
        for offset, character in enumerate(passage.text)
        if character not in also
        and not is_invisible(character)
        and (
            (only and not any(one(character) for one in only))
            or any(one(character) for one in forbidden)
        )
    ]
    if not bad:
        return passed(en="Every character may stand there.", zh="所有字符都在允许的范围内。")
    return failed(
        en=f"Characters that may not stand there: {len(bad):,}.",
        zh=f"有{len(bad)}个不允许出现的字符。",
        where=passage.places(bad),
    )


def _refuse_classes(value: Value) -> Wording | None:
    entries = value if isinstance(value, tuple) else ()
    unknown = [entry for entry in entries if entry not in CLASSES]
    if not unknown:
        return None
    return Wording(
        en=f"{unknown[0]!r} is no kind of characters; use some of: {_NAMES}",
        zh=f"{unknown[0]!r} 不是字符的种类，可用的值有：{_NAMES}",
    )


def _refuse_characters(values: Values) -> Wording | None:
    if bool(values.words("only")) != bool(values.words("forbidden")):
        return None
    return Wording(
        en="write either only or forbidden, with some of the kinds of characters",
        zh="请写 only 或 forbidden 中的一个，并列出字符的种类",
    )


def _verify_punctuation(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    marks, excepted = values.text("marks"), values.text("except_marks")
    text = passage.text
    seconds = _second_halves(text)
    found = [
        offset
        for offset, character in enumerate(text)
        if (character in marks if marks else is_punctuation(character))
        and character not in excepted
        and offset not in seconds
    ]
    hidden = emphasis_marks(text) if not marks else frozenset()
    sure = [n for n in found if marks or not (n in hidden or _is_doubtful(text, n))]
    least, most = limits_of(values)

    beyond = passage.places(found[most or 0 :])
    return counted_between(
        len(sure),
        len(found),
        least=least,
        most=most,
        doubt=_DOUBT,
        otherwise=counted(
            len(found),
            least=least,
            most=most,
            en="punctuation marks",
            zh="个标点符号",
            beyond=beyond,
        ),
    )


def _second_halves(text: str) -> set[int]:
    """List the signs that end a Chinese dash or ellipsis: two signs that are one mark."""
    runs = re.finditer("——|……", text)
    return {run.end() - 1 for run in runs}


def _is_doubtful(text: str, offset: int) -> bool:
    """Say whether a sign is a punctuation mark to some readers only."""
    if text[offset] in _DOUBTFUL:
        return True
    around = text[max(offset - 1, 0) : offset] + text[offset + 1 : offset + 2]
    return text[offset] in ".,:．，：" and len(around) == 2 and around.isdigit()


CHARACTERS: Final = Verifier(
    name="characters",
    version="2",
    about=Wording(
        en="only some kinds of characters stand there, or none of some kinds",
        zh="只出现指定种类的字符，或者不出现指定种类的字符",
    ),
    example="characters only=han",
    parameters=(
        Parameter(
            name="only",
            kind=Kind.LIST,
            about=Wording(en=f"kinds that may stand there: {_NAMES}", zh=f"允许的种类：{_NAMES}"),
            refuse=_refuse_classes,
        ),
        Parameter(
            name="forbidden",
            kind=Kind.LIST,
            about=Wording(en="kinds that may not stand there", zh="不允许的种类"),
            refuse=_refuse_classes,
        ),
        Parameter(
            name="also",
            kind=Kind.TEXT,
            about=Wording(en="single characters that may stand there too", zh="另外允许的单个字符"),
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_characters,
    cases=approved_cases("characters"),
    refuse=_refuse_characters,
    depends=(PYTHON,),
)
PUNCTUATION: Final = Verifier(
    name="punctuation",
    version="2",
    about=Wording(
        en="how many punctuation marks there are, of all kinds or of some",
        zh="标点符号的个数，不分种类或只计某几种",
    ),
    example='punctuation marks="!！" most=0',
    parameters=(
        Parameter(
            name="marks",
            kind=Kind.TEXT,
            about=Wording(en="the marks to count; all when left out", zh="计数的标点，不写则全部"),
        ),
        Parameter(
            name="except_marks",
            kind=Kind.TEXT,
            about=Wording(en="marks that do not count", zh="不计入的标点"),
        ),
        *LIMITS,
        WHERE_WHOLE,
    ),
    verify=_verify_punctuation,
    cases=approved_cases("punctuation"),
    refuse=refuse_limits,
    depends=(PYTHON,),
)
