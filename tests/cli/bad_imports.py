"""Bad input: files of responses, labels and verdicts, and what `gainsay import` answers.

Each case is tried on a workspace with one item, `river`, and one response to it, `answer-1`, on
which the judge `j` decided 1.
"""

import json
from dataclasses import dataclass
from typing import Any

ITEMS = [
    {
        "id": "river",
        "instruction_types": "Question Correction",
        "prompt": "Which of these stones is a river?",
        "response_reference": "1. It says that none is.\n2. It says why.",
        "language": "english",
    }
]
RESPONSES = [
    {"response_id": "answer-1", "item_id": "river", "response": "None is.", "model": "model-a"}
]
VERDICTS = [{"response_id": "answer-1", "judge": "j", "verdict": 1}]


@dataclass(frozen=True, slots=True)
class BadImport:
    """One case.

    Attributes:
        name: The case's id.
        what: What is wrong, for the reader of the table.
        file: Name of the file; the verb is what stands before its first full stop.
        data: Its bytes.
        sentence: Everything on standard error.
    """

    name: str
    what: str
    file: str
    data: bytes
    sentence: str

    @property
    def verb(self) -> str:
        """What is imported."""
        return self.file.partition(".")[0]


def rows(*found: dict[str, Any]) -> bytes:
    """Make a jsonl file."""
    return "".join(json.dumps(row) + "\n" for row in found).encode()


def response(**changes: object) -> dict[str, object]:
    """Make one response of a model."""
    return {"item_id": "river", "response": "Two are.", "model": "model-b", **changes}


def refused(file: str, words: str) -> str:
    """Write the sentence about a file whose rows are bad."""
    kind = file.partition(".")[0]
    return (
        f"The {kind} file {file!r} is refused: {words}; mend these places and hand the file in "
        "again."
    )


SECTIONS: dict[str, tuple[BadImport, ...]] = {
    "importing responses": (
        BadImport(
            "response_column_missing",
            "no column with the response",
            "responses.csv",
            b"item_id,model\nriver,model-b\n",
            "The responses file 'responses.csv' lacks the column 'response'; it has 'item_id', "
            "'model': add or rename what is missing.",
        ),
        BadImport(
            "response_column_unknown",
            "a misspelt column",
            "responses.csv",
            b"item_id,response,modle\nriver,Two are.,model-b\n",
            "The responses file 'responses.csv' has columns that our own form does not know "
            "('modle'); its columns are response_id, item_id, revision_id, revision_hash, "
            "response, source, source_name, role, is_simulated, created_at: rename or drop the "
            "others.",
        ),
        BadImport(
            "response_column_twice",
            "one column under two names",
            "responses.csv",
            b"item_id,response,model,source_name\nriver,Two are.,model-b,model-b\n",
            "The responses file 'responses.csv' has both 'model' and 'source_name', which mean the "
            "same; keep one of them.",
        ),
        BadImport(
            "response_item_unknown",
            "an item that is not here",
            "responses.jsonl",
            rows(response(), response(item_id="sea")),
            refused(
                "responses.jsonl", "an item_id that is not here in line 2; import the items first"
            ),
        ),
        BadImport(
            "response_source_missing",
            "neither a source nor a model",
            "responses.jsonl",
            rows(response(model="")),
            refused(
                "responses.jsonl",
                "no source in line 1; name a source (model, human or construction) or the model",
            ),
        ),
        BadImport(
            "response_role_missing",
            "a response by construction that does not say what it was written to be",
            "responses.jsonl",
            rows(response(model="", source="construction")),
            refused(
                "responses.jsonl",
                "a source and a role that do not fit each other in line 1; a response of "
                "construction has a role (follows, conventional, near_miss), no other has one",
            ),
        ),
        BadImport(
            "response_other_text",
            "an id that stands for another text here",
            "responses.jsonl",
            rows(response(response_id="answer-1")),
            refused("responses.jsonl", "a response_id that another response has here in line 1"),
        ),
        BadImport(
            "response_bad_id",
            "ids with capitals and spaces",
            "responses.jsonl",
            rows(response(response_id="Answer 1")),
            refused(
                "responses.jsonl",
                "the response_id 'Answer 1' in line 1; ids have at most 100 characters a-z, 0-9, "
                "single -, _ and full stops, a letter first",
            ),
        ),
        BadImport(
            "response_escape",
            "a text that steers a terminal",
            "responses.jsonl",
            rows(response(response="\x1b[31mred")),
            refused("responses.jsonl", "a control character in response in line 1"),
        ),
    ),
    "importing labels": (
        BadImport(
            "label_response_unknown",
            "a response that is not here",
            "labels.csv",
            b"response_id,label\nanswer-1,1\nanswer-2,0\n",
            refused(
                "labels.csv", "a response_id that is not here in row 3; import the responses first"
            ),
        ),
        BadImport(
            "label_unknown",
            "decisions by other words",
            "labels.csv",
            b"response_id,label,rater\nanswer-1,pass,ann\nanswer-1,2,bob\nanswer-1,pass,cy\n",
            refused(
                "labels.csv",
                "the label 'pass' in rows 2 and 4; the label '2' in row 3; a label is one of "
                "'follows', 'does_not_follow', 'cannot_tell', '1', '0', or empty",
            ),
        ),
        BadImport(
            "label_twice",
            "two labels of one rater on one response",
            "labels.csv",
            b"response_id,label,rater\nanswer-1,1,ann\nanswer-1,1,bob\nanswer-1,0,ann\n",
            refused("labels.csv", "a response that its rater labelled in an earlier row in row 4"),
        ),
        BadImport(
            "label_requirement",
            "a requirement that the item does not have",
            "labels.csv",
            b'response_id,label,failed\nanswer-1,0,"[2, 3]"\n',
            refused("labels.csv", "a requirement number that its revision does not have in row 2"),
        ),
        BadImport(
            "label_failed",
            "failed requirements that are no numbers",
            "labels.csv",
            b"response_id,label,failed\nanswer-1,0,all\n",
            refused(
                "labels.csv",
                "failed that is no list of different requirement numbers in row 2; failed is "
                "written like [1, 3]",
            ),
        ),
        BadImport(
            "label_supersedes",
            "a correction of a label that is not here",
            "labels.jsonl",
            rows({"response_id": "answer-1", "label": 1, "supersedes": "label-1"}),
            refused("labels.jsonl", "a label that supersedes one that is not here in line 1"),
        ),
        BadImport(
            "label_moment",
            "a moment without a time zone",
            "labels.csv",
            b"response_id,label,created_at\nanswer-1,1,2026-03-01 12:00\n",
            refused(
                "labels.csv",
                "the created_at '2026-03-01 12:00' in row 2; a moment has date, time and zone, "
                "such as '2026-03-01T12:00:00+00:00'",
            ),
        ),
    ),
    "importing verdicts": (
        BadImport(
            "verdict_unknown",
            "verdicts by other words",
            "verdicts.csv",
            b"response_id,judge,verdict\nanswer-1,k,PASS\nanswer-1,l,100\n",
            refused(
                "verdicts.csv",
                "the verdict 'PASS' in row 2; the verdict '100' in row 3; a verdict is one of "
                "'1', '0', or empty",
            ),
        ),
        BadImport(
            "verdict_other",
            "another verdict than the judge has here",
            "verdicts.csv",
            b"response_id,judge,verdict\nanswer-1,j,0\n",
            refused(
                "verdicts.csv",
                "another verdict than the judge's here in row 2; a verdict is never overwritten: "
                "give a new one another repeat or judge",
            ),
        ),
        BadImport(
            "verdict_twice",
            "one repeat twice",
            "verdicts.csv",
            b"response_id,judge,verdict,repeat\nanswer-1,k,1,0\nanswer-1,k,0,\n",
            refused(
                "verdicts.csv",
                "a response, judge and repeat that an earlier row has already in row 3",
            ),
        ),
        BadImport(
            "verdict_reason",
            "a reason beside a verdict",
            "verdicts.csv",
            b"response_id,judge,verdict,reason\nanswer-1,k,1,Well done.\n",
            refused(
                "verdicts.csv",
                "a reason beside a verdict in row 2; a reason says why a verdict is missing: "
                "empty it where there is one",
            ),
        ),
        BadImport(
            "verdict_judge_missing",
            "no judge",
            "verdicts.csv",
            b"response_id,judge,verdict\nanswer-1,,1\n",
            refused("verdicts.csv", "no judge in row 2"),
        ),
        BadImport(
            "verdict_kind",
            "a judge of two kinds",
            "verdicts.jsonl",
            rows(
                {"response_id": "answer-1", "judge": "k", "verdict": 1, "kind": "llm"},
                {
                    "response_id": "answer-1",
                    "judge": "k",
                    "verdict": 1,
                    "kind": "rule",
                    "repeat": 1,
                },
            ),
            refused("verdicts.jsonl", "another kind than an earlier row gives its judge in line 2"),
        ),
    ),
}
BAD_IMPORTS = tuple(case for cases in SECTIONS.values() for case in cases)
