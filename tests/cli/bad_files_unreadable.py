"""Bad input: files that cannot be opened or are not what they say."""

import gzip
import os
from pathlib import Path

from tests.cli.bad_file import (
    HEADER,
    PARQUET,
    VERDICTS,
    BadFile,
    lines,
    locked,
    nothing,
    sparse,
    to_nowhere,
    verdict,
    zipped,
)

CASES: dict[str, tuple[BadFile, ...]] = {
    "the file itself": (
        BadFile(
            "missing_file",
            "none.csv",
            "there is no such file",
            nothing,
            "The verdicts file 'none.csv' does not exist at 'none.csv'; check the path.",
        ),
        BadFile(
            "dangling_link",
            "link.csv",
            "a link to a file that is gone",
            to_nowhere,
            "The verdicts file 'link.csv' does not exist at 'link.csv'; check the path.",
        ),
        BadFile(
            "directory",
            "verdicts",
            "a directory",
            Path.mkdir,
            "The verdicts file 'verdicts' is a directory; name a file inside it.",
        ),
        BadFile(
            "pipe",
            "pipe.csv",
            "a named pipe",
            os.mkfifo,
            "The verdicts file 'pipe.csv' is a device or a pipe; hand in a regular file.",
        ),
        BadFile(
            "no_rights",
            "locked.csv",
            "a file without the right to read it",
            locked,
            "The verdicts file 'locked.csv' may not be read by this user; mend its rights.",
        ),
        BadFile(
            "sparse_2gb",
            "big.csv",
            "2 GB, refused from its size before it is read",
            sparse,
            (
                "The verdicts file 'big.csv' is too large: 2,048 MiB where 256 MiB is the limit; "
                "cut it into smaller files."
            ),
        ),
        BadFile(
            "empty",
            "empty.csv",
            "a file of no bytes",
            b"",
            "The verdicts file 'empty.csv' is empty; hand in a file with at least one row.",
        ),
        BadFile(
            "blank",
            "blank.csv",
            "nothing but blank lines",
            b" \n\n\t\n",
            "The verdicts file 'blank.csv' is empty; hand in a file with at least one row.",
        ),
        BadFile(
            "header_only",
            "header.csv",
            "a header and no rows",
            HEADER,
            "The verdicts file 'header.csv' has a header but no rows; add at least one row.",
        ),
        BadFile(
            "no_objects",
            "none.json",
            "an empty array",
            b"[]",
            "The verdicts file 'none.json' has no rows; add at least one object to the array.",
        ),
        BadFile(
            "unknown_ending",
            "verdicts.xlsx",
            "a format that is not read",
            b"PK",
            (
                "The verdicts file 'verdicts.xlsx' has a name of no known format; the name must "
                "end in .csv, .csv.gz, .json, .jsonl, .jsonl.gz or .parquet."
            ),
        ),
    ),
    "not what its name says": (
        BadFile(
            "parquet_called_csv",
            "v.csv",
            "a parquet file called csv",
            PARQUET,
            "The verdicts file 'v.csv' is a parquet file by its first bytes; name it .parquet.",
        ),
        BadFile(
            "zip_called_csv",
            "v.csv",
            "a zip archive called csv",
            zipped(),
            (
                "The verdicts file 'v.csv' is a zip archive or a spreadsheet workbook by its "
                "first bytes; save the sheet as CSV UTF-8."
            ),
        ),
        BadFile(
            "gzip_called_csv",
            "v.csv",
            "a gzip file called csv",
            gzip.compress(VERDICTS),
            (
                "The verdicts file 'v.csv' is gzip-compressed by its first bytes; name it "
                ".csv.gz or .jsonl.gz."
            ),
        ),
        BadFile(
            "csv_called_gz",
            "v.csv.gz",
            "a plain csv called gz",
            VERDICTS,
            "The verdicts file 'v.csv.gz' is not gzip-compressed as its name says; drop the .gz.",
        ),
        BadFile(
            "csv_called_parquet",
            "v.parquet",
            "a csv called parquet",
            VERDICTS,
            (
                "The verdicts file 'v.parquet' is not parquet by its first bytes; name it as "
                "what it is."
            ),
        ),
        BadFile(
            "json_called_csv",
            "v.csv",
            "JSON called csv",
            lines(verdict()),
            "The verdicts file 'v.csv' looks like JSON; name it .json or .jsonl.",
        ),
        BadFile(
            "array_called_jsonl",
            "v.jsonl",
            "an array called jsonl",
            b'[{"a": 1}]\n',
            "The verdicts file 'v.jsonl' is one JSON array; name it .json.",
        ),
        BadFile(
            "jsonl_called_json",
            "v.json",
            "lines called json",
            lines(verdict(), verdict("b")),
            (
                "The verdicts file 'v.json' is not JSON: extra data in line 2, column 1; name it "
                ".jsonl if each line is an object and hand it in again."
            ),
        ),
    ),
    "cut short, damaged, bombs": (
        BadFile(
            "truncated_gzip",
            "v.csv.gz",
            "half of a gzip file",
            gzip.compress(VERDICTS)[:-12],
            (
                "The verdicts file 'v.csv.gz' is cut short: its gzip stream has no end; copy it "
                "again."
            ),
        ),
        BadFile(
            "damaged_gzip",
            "v.csv.gz",
            "a gzip file with changed bytes",
            gzip.compress(VERDICTS)[:-6] + b"\0" * 6,
            (
                "The verdicts file 'v.csv.gz' is damaged: its gzip stream does not unpack; copy "
                "it again."
            ),
        ),
        BadFile(
            "truncated_parquet",
            "v.parquet",
            "half of a parquet file",
            PARQUET[:-40],
            (
                "The verdicts file 'v.parquet' is cut short: its parquet footer is missing; copy "
                "it again."
            ),
        ),
        BadFile(
            "damaged_parquet",
            "v.parquet",
            "a parquet file with changed bytes",
            PARQUET[:4] + b"\xff" * (len(PARQUET) - 8) + PARQUET[-4:],
            (
                "The verdicts file 'v.parquet' is damaged: it does not read as parquet; write it "
                "again."
            ),
        ),
        BadFile(
            "gzip_bomb",
            "bomb.csv.gz",
            "300 KB that unpack to 300 MB",
            lambda path: path.write_bytes(gzip.compress(b"a\n" + b"0" * 300_000_000, 9)),
            (
                "The verdicts file 'bomb.csv.gz' unpacks to more than 256 MiB, which is the "
                "limit; cut it into smaller files."
            ),
        ),
    ),
    "encodings": (
        BadFile(
            "latin_1",
            "v.csv",
            "Latin-1 text",
            HEADER + b"caf\xe9,j,1\na,j,1\nna\xefve,j,0\n",
            (
                "The verdicts file 'v.csv' is not UTF-8 text: other bytes in lines 2 and 4, the "
                "first 0xe9 at byte offset 28; save it as UTF-8 and hand it in again."
            ),
        ),
        BadFile(
            "gbk",
            "v.csv",
            "GBK text",
            HEADER + "甲,j,1\n".encode("gbk"),
            (
                "The verdicts file 'v.csv' is not UTF-8 text: other bytes in line 2, the first "
                "0xbc at byte offset 25; save it as UTF-8 and hand it in again."
            ),
        ),
        BadFile(
            "utf_16",
            "v.csv",
            "UTF-16 text",
            VERDICTS.decode().encode("utf-16"),
            "The verdicts file 'v.csv' is UTF-16 text; save it as UTF-8 and hand it in again.",
        ),
        BadFile(
            "utf_16_no_mark",
            "v.csv",
            "UTF-16 text without a byte-order mark",
            VERDICTS.decode().encode("utf-16-le"),
            "The verdicts file 'v.csv' is UTF-16 text; save it as UTF-8 and hand it in again.",
        ),
        BadFile(
            "utf_32",
            "v.csv",
            "UTF-32 text",
            VERDICTS.decode().encode("utf-32"),
            "The verdicts file 'v.csv' is UTF-32 text; save it as UTF-8 and hand it in again.",
        ),
        BadFile(
            "cr_only",
            "v.csv",
            "line ends of CR alone",
            VERDICTS.replace(b"\n", b"\r"),
            (
                "The verdicts file 'v.csv' ends its lines with CR alone, so that row 1 has no "
                "end; save it with LF or CRLF line ends and hand it in again."
            ),
        ),
        BadFile(
            "nul",
            "v.csv",
            "NUL characters",
            HEADER + b"a,j,1\nb\0,j,0\n",
            (
                "The verdicts file 'v.csv' is refused: a NUL character in row 3; mend these "
                "places and hand the file in again."
            ),
        ),
        BadFile(
            "nul_in_json",
            "v.jsonl",
            "NUL characters in JSON",
            lines(verdict("a\0")),
            (
                "The verdicts file 'v.jsonl' is refused: a NUL character in line 1; mend these "
                "places and hand the file in again."
            ),
        ),
        BadFile(
            "lone_surrogate",
            "v.jsonl",
            "half a character in JSON",
            lines(verdict(), verdict("\ud800")),
            (
                "The verdicts file 'v.jsonl' is refused: half a character (a lone surrogate) in "
                "line 2; mend these places and hand the file in again."
            ),
        ),
        BadFile(
            "surrogate_bytes",
            "v.csv",
            "half a character in csv",
            HEADER + b"a\xed\xa0\x80,j,1\n",
            (
                "The verdicts file 'v.csv' is not UTF-8 text: other bytes in line 2, the first "
                "0xed at byte offset 26; save it as UTF-8 and hand it in again."
            ),
        ),
    ),
}
