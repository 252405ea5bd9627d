"""Owns the verifier of responses that must be one code block and nothing else."""

from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import fenced_blocks
from calibration.judging.verifiers.lexing import language_name, refuse_language
from calibration.judging.verifiers.outcome import Outcome, failed, passed
from calibration.judging.verifiers.parameters import Kind, Parameter, Value, Values
from calibration.judging.verifiers.passage import Passage
from calibration.judging.verifiers.scripts import is_seen
from calibration.judging.verifiers.verifier import Verifier
from calibration.judging.verifiers.wording import Wording


def _refuse(value: Value) -> Wording | None:
    return refuse_language(value) if value else None


def _verify(text: str, values: Values) -> Outcome:
    blocks = fenced_blocks(text)
    whole = Passage(text=text)
    if len(blocks) != 1:
        return failed(
            en=f"Code blocks: {len(blocks)}, exactly 1 asked for.",
            zh=f"回答中有{len(blocks)}个代码块，应恰好有1个。",
            where=whole.places(block.start for block in blocks[1:]),
        )
    block = blocks[0]
    if not block.is_closed:
        return failed(
            en="The code block is not closed.",
            zh="代码块没有结束标记。",
            where=whole.places([block.start]),
        )
    if not any(map(is_seen, block.passage.text)):
        return failed(
            en="The code block is empty.",
            zh="代码块为空。",
            where=whole.places([block.start]),
        )
    outside = [
        start + len(part) - len(part.lstrip())
        for start, part in ((0, text[: block.start]), (block.end, text[block.end :]))
        if any(is_seen(character) for character in part)
    ]
    if outside:
        return failed(
            en="There is text outside of the code block.",
            zh="代码块之外还有文字。",
            where=whole.places(outside),
        )
    wanted = values.text("language")
    named = block.language
    if wanted and named and language_name(named) != language_name(wanted):
        return failed(
            en=f"The code block is marked {named!r}, not {wanted!r}.",
            zh=f"代码块标注的语言是 {named!r}，而不是 {wanted!r}。",
            where=whole.places([block.start]),
        )
    return passed(en="The response is one code block.", zh="整个回答是一个代码块。")


CODE_BLOCK: Final = Verifier(
    name="code_block",
    version="2",
    about=Wording(
        en="the response is one fenced code block with no text before or after it",
        zh="整个回答是一个围栏代码块，前后没有其他文字",
    ),
    example="code_block language=python",
    parameters=(
        Parameter(
            name="language",
            kind=Kind.TEXT,
            about=Wording(
                en="the language that the fence may name; any when left out",
                zh="围栏可以标注的语言，不写则不限",
            ),
            refuse=_refuse,
        ),
    ),
    verify=_verify,
    cases=approved_cases("code_block"),
    depends=("pygments",),
)
