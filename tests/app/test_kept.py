"""Names and guidelines are kept between reruns, and never longer than the taxonomy stays."""

from dataclasses import replace

from app.views.author_guideline import load_guideline
from app.views.naming import load_taxonomy_names
from db.engine import Engine, reading, writing
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from tests.db.content import NOON


def test_a_changed_taxonomy_is_shown_at_once(engine: Engine) -> None:
    taxonomy = load_taxonomy()
    first = taxonomy.types[0]
    text = replace(first.texts["en"], convention="Shorter.")
    changed = replace(first, label="Renamed", texts={**first.texts, "en": text})
    for types, label, convention in (
        (taxonomy.types, first.label, first.texts["en"].convention.strip()),
        ((changed, *taxonomy.types[1:]), "Renamed", "Shorter."),
    ):
        with writing(engine) as session:
            install_taxonomy(session, replace(taxonomy, types=types), now=NOON)
        with reading(engine) as session:
            names, again = load_taxonomy_names(session), load_taxonomy_names(session)
            guideline = load_guideline(session, first.id, "en")
        assert names is again
        assert names.types[0].label == label
        assert guideline is not None
        assert guideline.convention == convention
