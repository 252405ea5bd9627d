"""The taxonomy's files: what a team may change, and the sentence for each thing it may not."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from db.errors import Invalid
from db.taxonomy.content import Taxonomy, load_taxonomy

NAMES = ("types.toml", "domains.toml", "languages.toml", "targets.csv")


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files, to be spoilt."""
    copy = tmp_path / "taxonomy"
    copy.mkdir()
    for name in NAMES:
        shutil.copy(str(files("db.taxonomy").joinpath(name)), copy / name)
    return copy


def test_order_comes_from_the_positions_not_from_the_file(folder: Path, taxonomy: Taxonomy) -> None:
    for name in ("types.toml", "domains.toml", "languages.toml"):
        key = name.removesuffix(".toml")
        head, *tables = (folder / name).read_text(encoding="utf-8").split(f"[[{key}]]\n")
        assert head == ""
        (folder / name).write_text(
            "\n".join(f"[[{key}]]\n{table}" for table in reversed(tables)), encoding="utf-8"
        )
    first, *lines = (folder / "targets.csv").read_text(encoding="utf-8").splitlines()
    (folder / "targets.csv").write_text("\n".join([first, *reversed(lines)]) + "\n")
    assert load_taxonomy(folder) == taxonomy


def test_a_targets_file_saved_by_a_spreadsheet_is_read(folder: Path, taxonomy: Taxonomy) -> None:
    file = folder / "targets.csv"
    text = file.read_text(encoding="utf-8").replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_taxonomy(folder) == taxonomy


QC = "types.toml, types 1"
# id: file, text to find (its first occurrence), replacement, the sentence.
REFUSED = {
    "an empty label": (
        "types.toml",
        "label = 'Question Correction'",
        "label = ' '",
        f"{QC}: label is ' '; write a text that is not empty.",
    ),
    "a label that is a number": (
        "domains.toml",
        "label = 'Chemistry'",
        "label = 7",
        "domains.toml, domains 2: label is 7; write a text that is not empty.",
    ),
    "a key misspelt": (
        "types.toml",
        "abbreviation = 'QC'",
        "abbrev = 'QC'",
        f"{QC}: the key 'abbreviation' is missing; add it.",
    ),
    "a key too many": (
        "languages.toml",
        "script = 'han'",
        "script = 'han'\nfont = 'Noto'",
        "languages.toml, languages 1: the key 'font' is not known; the keys are id, label, "
        "position, name, english_name, script: rename or remove it.",
    ),
    "an id in capitals": (
        "domains.toml",
        "id = 'earth-science'",
        "id = 'Earth Science'",
        "domains.toml, domains 11: id is 'Earth Science'; use lower-case letters and digits "
        "joined by single hyphens, such as 'earth-science'.",
    ),
    "an id twice": (
        "languages.toml",
        "id = 'en'",
        "id = 'zh'",
        "languages.toml: the id 'zh' stands twice; give each entry its own.",
    ),
    "a label twice": (
        "domains.toml",
        "label = 'Math'",
        "label = 'Chemistry'",
        "domains.toml: the label 'Chemistry' stands twice; give each entry its own.",
    ),
    "an abbreviation twice": (
        "types.toml",
        "abbreviation = 'CCF'",
        "abbreviation = 'CC'",
        "types.toml: the abbreviation 'CC' stands twice; give each entry its own.",
    ),
    "a position twice": (
        "languages.toml",
        "position = 2",
        "position = 1",
        "languages.toml: the positions are [1, 1]; number the 2 entries from 1 to 2, each once.",
    ),
    "a position of zero": (
        "languages.toml",
        "position = 1",
        "position = 0",
        "languages.toml, languages 1: position is 0; write a whole number from 1.",
    ),
    "a position that is a truth value": (
        "languages.toml",
        "position = 1",
        "position = true",
        "languages.toml, languages 1: position is True; write a whole number from 1.",
    ),
    "a ruling of one's own": (
        "types.toml",
        "ruling = 'does_not_follow'",
        "ruling = 'incorrect'",
        f"{QC}, en, borderline 1: ruling is 'incorrect'; write follows, does_not_follow, "
        "cannot_tell, or 'belongs to' and the id of a type.",
    ),
    "rulings that differ between the languages": (
        "types.toml",
        "ruling = 'does_not_follow'",
        "ruling = 'follows'",
        f"{QC}: the borderline rulings are ['does_not_follow', 'follows', 'cannot_tell', "
        "'belongs to counterfactual-answering'] in zh and ['follows', 'follows', 'cannot_tell', "
        "'belongs to counterfactual-answering'] in en; give both languages the same rulings in "
        "the same order.",
    ),
    "a text left untranslated": (
        "types.toml",
        "name = '题目纠错'",
        "name = 'Question Correction'",
        f"{QC}: the name is the same text in zh and en, 'Question Correction'; write each "
        "language.",
    ),
    "a language without text": (
        "languages.toml",
        "id = 'en'",
        "id = 'fr'",
        f"{QC}: the key 'fr' is missing; add it.",
    ),
    "broken TOML": (
        "languages.toml",
        "id = 'zh'",
        "id = zh",
        "languages.toml is not TOML: Invalid value (at line 2, column 6); mend it there.",
    ),
    "another list in the file": (
        "domains.toml",
        "[[domains]]\nid = 'interdisciplinary'",
        "[[fields]]\nid = 'interdisciplinary'",
        "domains.toml: the key 'fields' is not known; the keys are domains: rename or remove it.",
    ),
    "other columns": (
        "targets.csv",
        "type_id,domain_id,language_id,target",
        "type,domain,language,target",
        "targets.csv: make the first line 'type_id,domain_id,language_id,target'.",
    ),
    "a line too short": (
        "targets.csv",
        "question-correction,interdisciplinary,zh,2",
        "question-correction,interdisciplinary,2",
        "targets.csv, line 2: 3 cells; write 4: type_id, domain_id, language_id, target.",
    ),
    "an unknown language": (
        "targets.csv",
        "question-correction,interdisciplinary,zh,2",
        "question-correction,interdisciplinary,fr,2",
        "targets.csv, line 2: language_id 'fr' is not known; the ids are zh, en.",
    ),
    "a cell twice": (
        "targets.csv",
        "question-correction,interdisciplinary,en,2",
        "question-correction,interdisciplinary,zh,2",
        "targets.csv, line 3: the cell 'question-correction / interdisciplinary / zh' stands "
        "twice; keep one line.",
    ),
    "a cell missing": (
        "targets.csv",
        "question-correction,interdisciplinary,en,2\n",
        "",
        "targets.csv: 1 of 368 cells are missing, the first is 'question-correction / "
        "interdisciplinary / en'; add a line for each, with 0 where none is wanted.",
    ),
    "a negative target": (
        "targets.csv",
        "interdisciplinary,zh,2",
        "interdisciplinary,zh,-2",
        "targets.csv, line 2: target is '-2'; write a whole number from 0 to 999999.",
    ),
    "a fraction as target": (
        "targets.csv",
        "interdisciplinary,zh,2",
        "interdisciplinary,zh,2.0",
        "targets.csv, line 2: target is '2.0'; write a whole number from 0 to 999999.",
    ),
    "a target in full-width digits": (
        "targets.csv",
        "interdisciplinary,zh,2",
        "interdisciplinary,zh,２",
        "targets.csv, line 2: target is '２'; write a whole number from 0 to 999999.",
    ),
    "an open quotation mark": (
        "targets.csv",
        "question-correction,interdisciplinary,zh,2",
        '"question-correction"x,interdisciplinary,zh,2',
        "targets.csv, line 2: ',' expected after '\"'; mend it there.",
    ),
}


@pytest.mark.parametrize(
    ("name", "find", "replacement", "sentence"), REFUSED.values(), ids=REFUSED.keys()
)
def test_a_spoilt_file_is_refused_with_a_sentence(
    folder: Path, name: str, find: str, replacement: str, sentence: str
) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert find in text
    file.write_text(text.replace(find, replacement, 1), encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("target", ["question-correction", "question-answering"])
def test_a_case_cannot_be_sent_to_its_own_or_an_unknown_type(folder: Path, target: str) -> None:
    file = folder / "types.toml"
    text = file.read_text(encoding="utf-8")
    # The first two are the English and the Chinese case of Question Correction.
    file.write_text(
        text.replace("belongs to counterfactual-answering", f"belongs to {target}", 2),
        encoding="utf-8",
    )
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value).startswith(
        f"types.toml: a borderline case of 'question-correction' belongs to '{target}'; "
        "name another type: intentional-textual-flaws, "
    )


def test_a_type_with_one_borderline_case_is_refused(folder: Path) -> None:
    file = folder / "types.toml"
    parts = file.read_text(encoding="utf-8").split("[[types.en.borderline]]")
    # Part 0 ends at the first English case; drop cases 2 to 4 of the first type.
    rest = parts[4][parts[4].index("[types.zh]") :]
    kept = parts[0] + "[[types.en.borderline]]" + parts[1] + rest
    file.write_text("[[types.en.borderline]]".join([kept, *parts[5:]]), encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value) == f"{QC}, en: 1 borderline case(s); write at least 2."


def test_a_text_that_is_no_table_is_refused(folder: Path) -> None:
    (folder / "types.toml").write_text(
        "[[types]]\nid = 'silence'\nlabel = 'Silence'\nabbreviation = 'S'\nposition = 1\n"
        "zh = 'later'\nen = 'later'\n",
        encoding="utf-8",
    )
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value) == f"{QC}: zh is 'later'; make it a table."


def test_a_file_without_entries_is_refused(folder: Path) -> None:
    (folder / "domains.toml").write_text("domains = []\n", encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value) == (
        "domains.toml has no domains; write at least one [[domains]] table."
    )


def test_a_list_that_holds_no_tables_is_refused(folder: Path) -> None:
    (folder / "domains.toml").write_text("domains = ['Math']\n", encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value) == (
        "domains.toml: domains is not a list of tables; write [[domains]] tables."
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    assert str(refusal.value) == f"{name} cannot be read from {folder}; put the file there."


@pytest.mark.parametrize("name", NAMES)
def test_a_file_in_another_encoding_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).write_bytes("编码".encode("gb18030"))
    with pytest.raises(Invalid) as refusal:
        load_taxonomy(folder)
    # The GB 18030 bytes of these two characters start with 0xb1, which opens no UTF-8 character.
    assert str(refusal.value) == f"{name} is not UTF-8 at byte 0; save the file as UTF-8."


def test_a_ninth_type_is_welcome_when_its_targets_are_there(
    folder: Path, taxonomy: Taxonomy
) -> None:
    types, targets = folder / "types.toml", folder / "targets.csv"
    last = types.read_text(encoding="utf-8").split("[[types]]\n")[-1]
    ninth = (
        last.replace("id = 'counterfactual-answering'", "id = 'silence'")
        .replace("label = 'Counterfactual Answering'", "label = 'Silence'")
        .replace("abbreviation = 'CA'", "abbreviation = 'SIL'")
        .replace("position = 8", "position = 9")
    )
    with types.open("a", encoding="utf-8") as file:
        file.write(f"\n[[types]]\n{ninth}")
    with targets.open("a", encoding="utf-8") as file:
        for domain in taxonomy.domains:
            file.write(f"silence,{domain.id},zh,0\nsilence,{domain.id},en,1\n")
    loaded = load_taxonomy(folder)
    assert [t.id for t in loaded.types][-1] == "silence"
    assert sum(t.target for t in loaded.targets) == 1012 + 23
