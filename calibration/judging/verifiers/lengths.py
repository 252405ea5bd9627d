"""Owns the verifier of lengths: characters, words or sentences, by English and Chinese rules."""

from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.outcome import Outcome, counted, counted_between
from calibration.judging.verifiers.parameters import Kind, Parameter, Values, choice
from calibration.judging.verifiers.scripts import sign_starts
from calibration.judging.verifiers.sentences import doubtful_ends, sentences, words
from calibration.judging.verifiers.shared import LIMITS, WHERE_WHOLE, limits_of, refuse_limits
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording

_UNITS: Final = {"characters": "个字符", "words": "个词（汉字各计一个）", "sentences": "个句子"}
_DOUBT: Final = Wording(
    en="Where some sentences end, as behind U.S. or a quotation, cannot be told.",
    zh="有些句子在哪里结束无法判断，例如引语之后。",
)


def _verify(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    unit = values.text("unit")
    if unit == "characters":
        skips = values.text("blanks") == "skip"
        begin = len(passage.text) - len(passage.text.lstrip())
        starts = [
            begin + n
            for n in sign_starts(passage.text[begin:])
            if not (skips and passage.text[begin + n].isspace())
        ]
    else:
        pieces = words(passage.text) if unit == "words" else sentences(passage.text)
        starts = [piece.start for piece in pieces]
    least, most = limits_of(values)
    beyond = passage.places(starts[most : most + 1]) if most is not None else []
    doubtful = doubtful_ends(passage.text) if unit == "sentences" else 0
    return counted_between(
        len(starts) - doubtful,
        len(starts),
        least=least,
        most=most,
        doubt=_DOUBT,
        otherwise=counted(
            len(starts), least=least, most=most, en=unit, zh=_UNITS[unit], beyond=beyond
        ),
    )


LENGTH: Final = Verifier(
    name="length",
    version="2",
    about=Wording(
        en="how many characters, words or sentences there are; each Han character is one word",
        zh="字符数、词数或句数；按词计数时每个汉字计一个",
    ),
    example="length unit=words least=120 most=180",
    parameters=(
        Parameter(
            name="unit",
            kind=Kind.CHOICE,
            about=Wording(en="what to count", zh="计数单位"),
            is_required=True,
            legal=tuple(_UNITS),
        ),
        *LIMITS,
        choice(
            "blanks",
            Wording(
                en="whether blanks and line breaks count as characters",
                zh="空格和换行是否计为字符",
            ),
            "count",
            "skip",
        ),
        WHERE_WHOLE,
    ),
    verify=_verify,
    cases=approved_cases("length"),
    refuse=refuse_limits,
    depends=(PYTHON,),
)
