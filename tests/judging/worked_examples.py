"""Finds the parts of a default system prompt: its sections, its counts, its worked examples."""

import re
from dataclasses import dataclass

COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "两": 2, "三": 3, "四": 4, "五": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedExample:
    """One example: its whole text, its five fields by name, its score."""

    text: str
    fields: dict[str, str]
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: its title, the count that the title announces (None: none), its body."""

    title: str
    announced: int | None
    body: str


def sections(system_prompt: str) -> list[Section]:
    found = []
    for part in re.split(r"(?m)^# ", system_prompt)[1:]:
        title, _, body = part.partition("\n")
        count = re.search(r"[(（]([a-z]+|[一二两三四五])", title)
        announced = COUNTS[count[1]] if count else None
        found.append(Section(title=title, announced=announced, body=body.strip()))
    return found


def worked_examples(system_prompt: str) -> list[WorkedExample]:
    [body] = [s.body for s in sections(system_prompt) if re.match("Worked examples|示例", s.title)]
    found = []
    for text in re.split(r"\n\n(?=Example|示例)", body):
        names = r"(?m)^(Question|Reference|Response|Basis|题目|评分标准|回答|依据)[:：] ?"
        pieces = re.split(names, text)
        fields = dict(zip(pieces[1::2], pieces[2::2], strict=True))
        score = re.search(r"(?m)^answer_score = ([01])\Z", text)
        assert score, text
        found.append(WorkedExample(text=text, fields=fields, score=int(score[1])))
    return found
