"""Bad input: good tables that make no study."""

from tests.cli.bad_file import GOLD, HEADER, VERDICTS, BadFile, lines, verdict

CASES: dict[str, tuple[BadFile, ...]] = {
    "what a study needs": (
        BadFile(
            "missing_columns",
            "v.csv",
            "no judge_id and no verdict",
            b"item_id,answer\na,1\n",
            (
                "The verdicts file 'v.csv' lacks the columns 'judge_id', 'verdict'; it has "
                "'item_id', 'answer': add or rename what is missing."
            ),
        ),
        BadFile(
            "no_label_column",
            "g.csv",
            "gold without label",
            b"item_id,gold\na,1\n",
            (
                "The gold file 'g.csv' lacks the column 'label'; it has 'item_id', 'gold': add "
                "or rename what is missing."
            ),
            gold=True,
        ),
        BadFile(
            "no_key_column",
            "g.csv",
            "gold without a key",
            b"id,label\na,1\n",
            (
                "The gold file 'g.csv' lacks the column 'item_id'; it has 'id', 'label': add or "
                "rename what is missing."
            ),
            gold=True,
        ),
        BadFile(
            "named_key_missing",
            "v.csv",
            "a key column that the file lacks",
            VERDICTS,
            (
                "The verdicts file 'v.csv' lacks the column 'sample'; it has 'item_id', "
                "'judge_id', 'verdict': add or rename what is missing."
            ),
            options=("--key", "sample"),
            other=b"sample,label\na,1\n",
        ),
        BadFile(
            "no_cluster_column",
            "g.csv",
            "no such cluster column",
            GOLD,
            (
                "The gold file 'g.csv' lacks the column 'family'; it has 'item_id', 'label': add "
                "or rename what is missing."
            ),
            gold=True,
            options=("--cluster", "family"),
        ),
        BadFile(
            "empty_label",
            "g.csv",
            "gold rows without a label",
            b"item_id,label\na,1\nb,\nc, \n",
            (
                "The gold file 'g.csv' is refused: an empty 'label' in rows 3 and 4; fill the "
                "cells or delete the rows."
            ),
            gold=True,
        ),
        BadFile(
            "empty_gold_key",
            "g.csv",
            "gold rows without a key",
            b"item_id,label\na,1\n,0\n",
            (
                "The gold file 'g.csv' is refused: an empty 'item_id' in row 3; fill the cells "
                "or delete the rows."
            ),
            gold=True,
        ),
        BadFile(
            "empty_cluster",
            "g.csv",
            "gold rows without a cluster",
            b"item_id,label,cluster_id\na,1,x\nb,0,\n",
            (
                "The gold file 'g.csv' is refused: an empty 'cluster_id' in row 3; fill the "
                "cells or delete the rows."
            ),
            gold=True,
        ),
        BadFile(
            "empty_judge",
            "v.csv",
            "verdicts without a judge",
            HEADER + b"a,j,1\nb,,1\n",
            (
                "The verdicts file 'v.csv' is refused: an empty 'judge_id' in row 3; fill the "
                "cells or delete the rows."
            ),
        ),
        BadFile(
            "list_as_verdict",
            "v.jsonl",
            "a list as a verdict",
            lines(verdict("a", [1])),
            (
                "The verdicts file 'v.jsonl' is refused: a list or an object as 'verdict' in "
                "line 1; give one value per cell."
            ),
        ),
        BadFile(
            "unknown_ids",
            "v.csv",
            "verdicts without gold",
            HEADER + b"a,j,1\nx,j,1\ny,j,0\n",
            (
                "The verdicts file 'v.csv' is refused: a verdict of 'j' without a gold label in "
                "rows 3 and 4; the key is 'item_id': mend the keys or hand in the matching gold "
                "file."
            ),
        ),
        BadFile(
            "unknown_ids_30",
            "v.csv",
            "30 verdicts without gold: 20 are named",
            HEADER + b"a,j,1\n" + b"".join(b"x%d,j,1\n" % n for n in range(30)),
            (
                "The verdicts file 'v.csv' is refused: a verdict of 'j' without a gold label in "
                "rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22 "
                "and 10 more; the key is 'item_id': mend the keys or hand in the matching gold "
                "file."
            ),
        ),
        BadFile(
            "verdict_outside_labels",
            "v.csv",
            "verdicts that are no gold label",
            HEADER + b"a,j,2\nb,j,pass\n",
            (
                "The verdicts file 'v.csv' is refused: the verdict '2' in row 2; the verdict "
                "'pass' in row 3; the gold labels are '0', '1': use these, or leave the cell "
                "empty for an unscored verdict."
            ),
        ),
        BadFile(
            "gold_key_twice",
            "g.csv",
            "a key twice in gold",
            b"item_id,label\na,1\nb,0\na,0\n",
            (
                "The gold file 'g.csv' is refused: a key twice among the gold labels in rows 2 "
                "and 4; no other column tells them apart: keep one row per key."
            ),
            gold=True,
        ),
        BadFile(
            "verdict_key_twice",
            "v.csv",
            "a key twice for a judge",
            HEADER + b"a,j,1\nb,j,0\na,j,1\n",
            (
                "The verdicts file 'v.csv' is refused: a key twice among the verdicts of 'j' in "
                "rows 2 and 4; no other column tells them apart: keep one row per key."
            ),
        ),
        BadFile(
            "verdict_key_twice_by_order",
            "v.csv",
            "two presentation orders and no filter",
            b"item_id,judge_id,order,verdict\na,j,original,1\na,j,swapped,0\nb,j,original,1\n",
            (
                "The verdicts file 'v.csv' is refused: a key twice among the verdicts of 'j' in "
                "rows 2 and 3; the rows differ in 'order' ('original', 'swapped'): add --where "
                "order=original."
            ),
        ),
        BadFile(
            "verdict_key_twice_by_order_and_repeat",
            "v.csv",
            "two orders, each asked twice",
            b"item_id,judge_id,order,repeat,verdict\n"
            + b"".join(
                b"%s,j,%s,%s,1\n" % (item, order, repeat)
                for item in (b"a", b"b")
                for order in (b"original", b"swapped")
                for repeat in (b"0", b"1")
            ),
            (
                "The verdicts file 'v.csv' is refused: a key twice among the verdicts of 'j' in "
                "rows 2, 3, 4, 5, 6, 7, 8 and 9; the rows differ in 'order' ('original', "
                "'swapped') and 'repeat' ('0', '1'): add --where order=original --where repeat=0."
            ),
        ),
        BadFile(
            "free_text_labels",
            "g.csv",
            "51 different labels",
            b"item_id,label\n" + b"".join(b"i%d,text %02d\n" % (n, n) for n in range(51)),
            (
                "The gold file 'g.csv' has 51 different values in 'label' ('text 00', 'text 01', "
                "'text 02' and 48 more) where 50 is the limit; put the judgement into 'label', "
                "such as 1 or 0, and free text into another column."
            ),
            gold=True,
        ),
        BadFile(
            "line_end_in_filter",
            "v.csv",
            "a filter with a line end in it",
            VERDICTS,
            (
                "--where $'label=A\\u000aB' matches no row; 'label' has '0', '1': choose one of "
                "them."
            ),
            options=("--where", "label=A\nB"),
        ),
        BadFile(
            "unknown_judge",
            "v.csv",
            "a judge that has no verdicts",
            HEADER + b"a,judge-7,1\n",
            "--judge 'j' is no judge_id of 'v.csv'; there are 'judge-7': choose one of them.",
        ),
        BadFile(
            "unknown_compare",
            "v.csv",
            "a second judge that has no verdicts",
            VERDICTS,
            "--compare 'k' is no judge_id of 'v.csv'; there are 'j': choose one of them.",
            options=("--compare", "k"),
        ),
        BadFile(
            "unknown_where_column",
            "v.csv",
            "a filter on no column",
            VERDICTS,
            (
                "--where names the column 'order', which neither file has; they have 'item_id', "
                "'label', 'judge_id', 'verdict': choose one of them."
            ),
            options=("--where", "order=original"),
        ),
        BadFile(
            "unknown_where_value",
            "v.csv",
            "a filter that no row matches",
            VERDICTS,
            "--where label=2 matches no row; 'label' has '0', '1': choose one of them.",
            options=("--where", "label=2"),
        ),
        BadFile(
            "unknown_by_column",
            "v.csv",
            "groups by no column",
            VERDICTS,
            (
                "--by names the column 'order', which neither file has; they have 'item_id', "
                "'label', 'judge_id', 'verdict': choose one of them."
            ),
            options=("--by", "order"),
        ),
        BadFile(
            "unknown_positive",
            "v.csv",
            "a positive label that is none",
            VERDICTS,
            "--positive 'yes' is no gold label; the labels are '0', '1': choose one of them.",
            options=("--positive", "yes"),
        ),
        BadFile(
            "report_folder_missing",
            "v.csv",
            "a report in no folder",
            VERDICTS,
            (
                "A report cannot be written to 'none/r.md': there is no folder 'none'; create it "
                "first."
            ),
            options=("--report", "none/r.md"),
        ),
        BadFile(
            "report_is_directory",
            "d.csv",
            "a report over a directory",
            lambda path: (path.write_bytes(VERDICTS), (path.parent / "r.md").mkdir()),
            "A report cannot be written to 'r.md': it is a directory; name a file inside it.",
            options=("--report", "r.md"),
        ),
        BadFile(
            "report_over_input",
            "v.csv",
            "a report over the gold file",
            VERDICTS,
            (
                "A report cannot be written to 'gold.csv': this file was handed in as input; "
                "name another."
            ),
            options=("--report", "gold.csv"),
        ),
    ),
}
