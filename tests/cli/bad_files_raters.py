"""Bad input: files of several raters that make no study."""

from tests.cli.bad_file import BadFile

HEAD = b"item_id,rater,label\n"
FEW = HEAD + b"a,x,1\na,y,0\n"


def _case(
    name: str, what: str, data: bytes, sentence: str, *options: str, file: str = "labels.csv"
) -> BadFile:
    return BadFile(name, file, what, data, sentence, options=options, raters=True)


CASES: dict[str, tuple[BadFile, ...]] = {
    "several raters (`--labels`)": (
        _case(
            "raters_wide",
            "one column per rater instead of one row per rating",
            b"item_id,ana,ben\na,1,0\nb,1,1\n",
            (
                "The labels file 'labels.csv' has no column 'rater'; it has 'item_id', 'ana', "
                "'ben': write one row per rating (unit, rater, label), or name the column of "
                "raters with --rater."
            ),
        ),
        _case(
            "raters_no_key",
            "no column that says what was rated",
            b"task,rater,label\na,x,1\n",
            (
                "The labels file 'labels.csv' lacks the column 'item_id'; it has 'task', 'rater', "
                "'label': add or rename what is missing."
            ),
        ),
        _case(
            "raters_no_label",
            "no label column",
            b"item_id,rater,score\na,x,1\n",
            (
                "The labels file 'labels.csv' lacks the column 'label'; it has 'item_id', "
                "'rater', 'score': add or rename what is missing."
            ),
        ),
        _case(
            "raters_nobody",
            "a row without a rater",
            HEAD + b"a,x,1\na,,0\n",
            (
                "The labels file 'labels.csv' is refused: an empty 'rater' in row 3; fill the "
                "cells or delete the rows."
            ),
        ),
        _case(
            "raters_twice",
            "one rater, one unit, two rows",
            HEAD + b"a,x,1\na,x,0\na,y,1\n",
            (
                "The labels file 'labels.csv' is refused: a unit rated twice by one rater in rows "
                "2 and 3; no other column tells them apart: keep one row per key."
            ),
        ),
        _case(
            "raters_rounds",
            "the same units rated in two rounds",
            b"item_id,rater,round,label\na,x,1,1\na,x,2,0\na,y,1,1\nb,x,1,0\nb,x,2,0\n",
            (
                "The labels file 'labels.csv' is refused: a unit rated twice by one rater in rows "
                "2, 3, 5 and 6; the rows differ in 'round' ('1', '2'): add --where round=1."
            ),
        ),
        _case(
            "raters_two_clusters",
            "a unit in two clusters",
            b"item_id,cluster_id,rater,label\na,f,x,1\na,g,y,1\n",
            (
                "The labels file 'labels.csv' is refused: another 'cluster_id' for a unit seen "
                "before in row 3; give every row of a unit the same cluster."
            ),
        ),
        _case(
            "raters_undecided",
            "nobody decided anything",
            HEAD + b"a,x,cannot_tell\na,y,\n",
            (
                "The labels file 'labels.csv' holds no decision: every 'label' is empty or "
                "'cannot_tell' (n = 0); hand in labels such as 1 and 0."
            ),
        ),
        _case(
            "raters_no_numbers",
            "an order of labels that are no numbers",
            HEAD + b"a,x,good\na,y,fair\nb,x,bad\n",
            (
                "The level 'ordinal' needs labels that are numbers, got 'bad'; write them as "
                "numbers, or take the level 'nominal'."
            ),
            "--level",
            "ordinal",
        ),
        _case(
            "raters_one_number_twice",
            "one number in two spellings",
            HEAD + b"a,x,1.1\na,y,1.10\nb,x,2\n",
            "The labels '1.1' and '1.10' are the same number; write it one way.",
            "--level",
            "interval",
        ),
        _case(
            "raters_filter_on_no_column",
            "a filter on no column",
            FEW,
            (
                "--where names the column 'round', which the file lacks; it has 'item_id', "
                "'rater', 'label': choose one of them."
            ),
            "--where",
            "round=1",
        ),
        _case(
            "raters_filter_on_no_value",
            "a filter that nothing matches",
            FEW,
            "--where rater=z matches no row; 'rater' has 'x', 'y': choose one of them.",
            "--where",
            "rater=z",
        ),
        _case(
            "raters_no_such_rater_column",
            "a column of raters that is not there",
            FEW,
            (
                "The labels file 'labels.csv' lacks the column 'person'; it has 'item_id', "
                "'rater', 'label': add or rename what is missing."
            ),
            "--rater",
            "person",
        ),
        _case(
            "raters_too_many",
            "a column of raters that is none",
            b"item_id,rater,label\n" + b"".join(b"a,p%d,1\n" % n for n in range(51)),
            (
                "The labels file 'labels.csv' has 51 raters in 'rater' ('p0', 'p1', 'p10' and 48 "
                "more) where 50 is the limit; keep some of them with --where rater=NAME, or name "
                "another column with --rater."
            ),
        ),
        _case(
            "raters_too_many_pairs",
            "too many pairs of raters over all groups",
            b"item_id,rater,label\n"
            + b"".join(b"i%d,p%d,1\n" % (n, m) for n in range(5) for m in range(50)),
            (
                "50 raters in 5 groups make 7,350 pairs where 5,000 is the limit; keep fewer "
                "raters with --where, or make fewer groups."
            ),
            "--by",
            "item_id",
        ),
        _case(
            "raters_free_text",
            "free text as label",
            b"item_id,rater,label\n" + b"".join(b"i%d,x,word %d\n" % (n, n) for n in range(51)),
            (
                "The labels file 'labels.csv' has 51 different values in 'label' ('word 0', 'word "
                "1', 'word 10' and 48 more) where 50 is the limit; put the judgement into "
                "'label', such as 1 or 0, and free text into another column."
            ),
        ),
        _case(
            "raters_report_over_itself",
            "a report over the file that was handed in",
            FEW,
            (
                "A report cannot be written to 'labels.csv': this file was handed in as input; "
                "name another."
            ),
            "--report",
            "labels.csv",
        ),
    ),
}
