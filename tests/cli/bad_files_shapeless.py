"""Bad input: tables whose cells or objects are malformed."""

from tests.cli.bad_file import HEADER, VERDICTS, BadFile, columns, lines, verdict

CASES: dict[str, tuple[BadFile, ...]] = {
    "the shape of a csv": (
        BadFile(
            "twice_a_column",
            "v.csv",
            "a column name twice",
            b"item_id,judge_id,verdict,verdict\n",
            (
                "The verdicts file 'v.csv' has more than one column called 'verdict'; rename or "
                "delete one."
            ),
        ),
        BadFile(
            "nameless_column",
            "v.csv",
            "a column without a name",
            b"item_id,,verdict\na,,1\n",
            "The verdicts file 'v.csv' has no name over column 2; name or delete it.",
        ),
        BadFile(
            "ragged",
            "v.csv",
            "rows of another length",
            HEADER + b"a,j,1,extra\nb,j\nc,j,1\n",
            (
                "The verdicts file 'v.csv' is refused: another number of cells than the header's "
                "3 in rows 2 and 3; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "ragged_25",
            "v.csv",
            "25 rows of another length: 20 are named",
            HEADER + b"a,j\n" * 25,
            (
                "The verdicts file 'v.csv' is refused: another number of cells than the header's "
                "3 in rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, "
                "21 and 5 more; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "open_quote",
            "v.csv",
            "a quote that never closes",
            HEADER + b'a,j,1\nb,"j,1\n',
            (
                "The verdicts file 'v.csv' is refused: a quote that is never closed in row 3; "
                "double every quote inside a quoted cell and close each cell."
            ),
        ),
        BadFile(
            "stray_quote",
            "v.csv",
            "text after a closed quote",
            HEADER + b'"a"x,j,1\n',
            (
                "The verdicts file 'v.csv' is refused: a stray quote in row 2; double every "
                "quote inside a quoted cell and close each cell."
            ),
        ),
        BadFile(
            "semicolons",
            "v.csv",
            "semicolons",
            VERDICTS.replace(b",", b";"),
            (
                "The verdicts file 'v.csv' separates its cells with semicolons; save it with "
                "commas between cells."
            ),
        ),
        BadFile(
            "tabs",
            "v.csv",
            "tabs",
            VERDICTS.replace(b",", b"\t"),
            (
                "The verdicts file 'v.csv' separates its cells with tabs; save it with commas "
                "between cells."
            ),
        ),
        BadFile(
            "long_field",
            "v.csv",
            "a cell of 30 MB",
            HEADER + b"a,j,1\n" + b"x" * 30_000_000 + b",j,1\n",
            (
                "The verdicts file 'v.csv' is refused: a cell of more than 1,000,000 characters "
                "in row 3; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "field_of_100_mb",
            "v.csv",
            "a cell of 100 MB",
            lambda path: path.write_bytes(HEADER + b"x" * 100_000_000 + b",j,1\n"),
            (
                "The verdicts file 'v.csv' is refused: a cell of more than 1,000,000 characters "
                "in row 2; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "cells",
            "v.csv",
            "20 MB of nothing but commas",
            lambda path: path.write_bytes(HEADER + b"," * 20_000_000),
            (
                "The verdicts file 'v.csv' has more than 10,000,000 cells, which is the limit; "
                "cut it into smaller files."
            ),
        ),
        BadFile(
            "million_columns",
            "v.csv",
            "a million columns",
            lambda path: path.write_text(",".join(map(str, range(1_000_000))) + "\n"),
            (
                "The verdicts file 'v.csv' has 1,000,000 columns where 1,000 is the limit; keep "
                "only those that are needed."
            ),
        ),
    ),
    "the shape of JSON": (
        BadFile(
            "broken_json",
            "v.json",
            "an array cut short",
            b'[{"item_id": "a",\n',
            (
                "The verdicts file 'v.json' is not JSON: expecting property name enclosed in "
                "double quotes in line 2, column 1; mend it there and hand it in again."
            ),
        ),
        BadFile(
            "broken_lines",
            "v.jsonl",
            "lines that are no JSON",
            lines("{", verdict(), "nope"),
            (
                "The verdicts file 'v.jsonl' is refused: no valid JSON in lines 1 and 3; mend "
                "these places and hand the file in again."
            ),
        ),
        BadFile(
            "one_object",
            "v.json",
            "an object, no array",
            b'{"item_id": "a"}',
            "The verdicts file 'v.json' is not an array of objects; put [ ] around its rows.",
        ),
        BadFile(
            "no_object",
            "v.jsonl",
            "lines that are no objects",
            lines("1", verdict(), '"a"'),
            (
                "The verdicts file 'v.jsonl' is refused: no object in lines 1 and 3; mend these "
                "places and hand the file in again."
            ),
        ),
        BadFile(
            "key_twice",
            "v.jsonl",
            "a key twice in one object",
            lines('{"item_id": "a", "verdict": 1, "verdict": 0}'),
            (
                "The verdicts file 'v.jsonl' is refused: the same key twice in one object in "
                "line 1; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "nan",
            "v.jsonl",
            "NaN in JSON",
            lines(verdict(), verdict("b", float("nan"))),
            (
                "The verdicts file 'v.jsonl' is refused: NaN, which is no JSON number in line 2; "
                "mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "infinity",
            "v.json",
            "Infinity in JSON",
            b'[{"verdict": -Infinity}]',
            (
                "The verdicts file 'v.json' is refused: -Infinity, which is no JSON number in "
                "element 1; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "float_overflow",
            "v.jsonl",
            "1e999 in JSON",
            lines('{"verdict": 1e999}'),
            (
                "The verdicts file 'v.jsonl' is refused: a number too large to store in line 1; "
                "mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "huge_integer",
            "v.jsonl",
            "a number of 5,000 digits",
            lines("9" * 5_000),
            (
                "The verdicts file 'v.jsonl' is refused: a whole number beyond 64 bits in line "
                "1; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "huge_integer_in_row",
            "v.jsonl",
            "a whole number beyond 64 bits",
            lines(verdict(2**63)),
            (
                "The verdicts file 'v.jsonl' is refused: a whole number beyond 64 bits in line "
                "1; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "no_keys",
            "v.jsonl",
            "objects without keys",
            b"{}\n{}\n",
            ("The verdicts file 'v.jsonl' has no columns; name at least one and hand it in again."),
        ),
        BadFile(
            "cells_of_parquet",
            "v.parquet",
            "180 KB of parquet that stand for 15,000,000 empty cells",
            lambda path: path.write_bytes(
                columns({f"c{at}": [None] * 15_000 for at in range(1_000)})
            ),
            (
                "The verdicts file 'v.parquet' has more than 10,000,000 cells, which is the limit; "
                "cut it into smaller files."
            ),
        ),
        BadFile(
            "depth_10k",
            "v.json",
            "10,000 lists inside one another",
            b'[{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}]",
            "The verdicts file 'v.json' nests lists and objects more than 32 deep; flatten it.",
        ),
        BadFile(
            "depth_10k_lines",
            "v.jsonl",
            "10,000 lists inside one another, in a line",
            lines(verdict(), '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}"),
            (
                "The verdicts file 'v.jsonl' is refused: lists and objects nested more than 32 "
                "deep in line 2; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "depth_40",
            "v.jsonl",
            "40 lists inside one another",
            lines('{"a": ' + "[" * 40 + "]" * 40 + "}"),
            (
                "The verdicts file 'v.jsonl' is refused: lists and objects nested more than 32 "
                "deep in line 1; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "nan_in_a_list_in_parquet",
            "v.parquet",
            "NaN inside a list in parquet (a cell that is NaN is empty)",
            columns({"item_id": ["a", "b"], "scores": [[0.5], [float("nan")]]}),
            (
                "The verdicts file 'v.parquet' is refused: NaN inside a list or an object in row "
                "2; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "infinity_in_parquet",
            "v.parquet",
            "an infinity in parquet",
            columns({"item_id": ["a", "b"], "verdict": [1.0, float("inf")]}),
            (
                "The verdicts file 'v.parquet' is refused: an infinity in row 2; mend these "
                "places and hand the file in again."
            ),
        ),
        BadFile(
            "bytes_in_parquet",
            "v.parquet",
            "bytes in parquet",
            columns({"item_id": [b"a"]}),
            (
                "The verdicts file 'v.parquet' has bytes in column 'item_id'; store text or "
                "numbers there, or drop it."
            ),
        ),
    ),
}
