"""Putting the taxonomy into a workspace: whole, once, and without undoing a team's changes."""

from dataclasses import replace

from sqlalchemy import Engine
from sqlmodel import select

from db.engine import reading, writing
from db.history import events
from db.queries.taxonomy import list_domains, list_languages, list_types
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.taxonomy.tables import Guideline, Target
from tests.db.content import NOON


def test_the_shipped_taxonomy_is_installed_whole_and_only_once(engine: Engine) -> None:
    taxonomy = load_taxonomy()
    for _ in range(2):
        with writing(engine) as session:
            install_taxonomy(session, taxonomy, now=NOON)
    with reading(engine) as session:
        types, domains = list_types(session), list_domains(session)
        targets = session.exec(select(Target)).all()
        guidelines = session.exec(select(Guideline)).all()
        languages = [language.id for language in list_languages(session)]
    assert [kind.label for kind in types] == [kind.label for kind in taxonomy.types]
    assert [domain.label for domain in domains] == [domain.label for domain in taxonomy.domains]
    assert sorted(languages) == ["en", "zh"]
    # 8 types x 23 domains x 2 languages, 506 items per language; 8 types x 2 guidelines.
    assert len(targets) == 368
    assert sum(target.target for target in targets) == 1012
    assert len(guidelines) == 16
    assert all(set(kind.guidelines) == {"en", "zh"} for kind in types)


def test_a_changed_guideline_is_the_next_number_and_the_old_one_stays(engine: Engine) -> None:
    taxonomy = load_taxonomy()
    first = taxonomy.types[0]
    text = replace(first.texts["en"], guideline="Shorter.")
    changed = replace(first, texts={**first.texts, "en": text})
    with writing(engine) as session:
        install_taxonomy(session, taxonomy, now=NOON)
        install_taxonomy(session, replace(taxonomy, types=(changed, *taxonomy.types[1:])), now=NOON)
    with reading(engine) as session:
        guideline = list_types(session)[0].guidelines["en"]
        count = len(session.exec(select(Guideline)).all())
    assert (guideline.number, guideline.guideline) == (2, "Shorter.")
    assert count == 17


def test_a_guideline_that_comes_back_is_in_force_again(engine: Engine) -> None:
    taxonomy = load_taxonomy()
    first = taxonomy.types[0]
    text = replace(first.texts["en"], guideline="Shorter.")
    changed = replace(first, texts={**first.texts, "en": text})
    with writing(engine) as session:
        install_taxonomy(session, taxonomy, now=NOON)
        install_taxonomy(session, replace(taxonomy, types=(changed, *taxonomy.types[1:])), now=NOON)
        install_taxonomy(session, taxonomy, now=NOON)
    with reading(engine) as session:
        guideline = list_types(session)[0].guidelines["en"]
    assert (guideline.number, guideline.guideline) == (3, first.texts["en"].guideline)


def test_changed_targets_and_scopes_reach_the_workspace_and_the_history(engine: Engine) -> None:
    taxonomy = load_taxonomy()
    cell, domain = taxonomy.targets[0], taxonomy.domains[0]
    changed = replace(
        taxonomy,
        targets=(replace(cell, target=99), *taxonomy.targets[1:]),
        domains=(replace(domain, scope_en="Wider."), *taxonomy.domains[1:]),
    )
    with writing(engine) as session:
        install_taxonomy(session, taxonomy, now=NOON)
        install_taxonomy(session, changed, now=NOON)
        install_taxonomy(session, changed, now=NOON)
    with reading(engine) as session:
        key = (cell.type_id, cell.domain_id, cell.language_id)
        assert session.get_one(Target, key).target == 99
        assert list_domains(session)[0].scope_en == "Wider."
        told = [event.after for event in events(session) if event.action == "taxonomy.install"]
    # Newest first; the third run changed nothing and tells nothing.
    assert told == [
        {"domains": 1, "targets": 1},
        {"languages": 2, "domains": 23, "types": 8, "targets": 368, "guidelines": 16},
    ]
