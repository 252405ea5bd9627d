"""The page of people: what everybody sees of themselves, what admins change, what stays shut."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.components.navigation import PAGES
from app.views.page_access import OPENED_BY
from curation.claims.claiming import Claim, skip
from curation.labelling.planning import claim_label
from curation.people.competence import Description, describe
from db.engine import Engine, reading, writing
from db.queries.annotators import find_host
from db.queries.people import PersonRow, find_by_handle, get_person
from db.roles import Role
from db.slots import SkipReason
from tests.app.reading import table, words
from tests.checks.project_files import files
from tests.people.team import MOMENT, give, give_password, join, share

LOOKING = {"admin", "overview", "items", "judges", "agreement", "releases"}
ActingAs = Callable[[Engine, str | None], str]
Opened = Callable[..., AppTest]


def person(engine: Engine, handle: str) -> PersonRow:
    with reading(engine) as session:
        return get_person(session, find_by_handle(session, handle))


@pytest.fixture
def shared(starter_engine: Engine, acting_as: ActingAs) -> Engine:
    """A shared workspace whose admin acts, with Mei, who holds no role."""
    with writing(starter_engine) as session:
        local = share(session)
        join(session, "mei")
    give_password(starter_engine, local)
    acting_as(starter_engine, local)
    return starter_engine


def listed(page: AppTest) -> set[str]:
    """Give the addresses of the pages in the menu."""
    kept = page.session_state[PAGES]
    return {
        one.url_path
        for section in kept.sections.values()
        for one in section
        if one.visibility == "visible"
    }


def test_every_page_says_which_roles_open_it() -> None:
    pages = {
        path.stem
        for path in files(".py")
        if path.parts[:2] == ("app", "app_pages") and path.stem != "__init__"
    }
    assert pages <= set(OPENED_BY)


def test_one_person_sees_all_pages_and_how_to_share(opened: Opened, starter_engine: Engine) -> None:
    page = opened("admin")
    assert listed(page) >= {"overview", "author", "label", "admin", "releases"}
    assert "you may do everything" in words(page)
    assert page.button(key="admin_share").disabled
    assert "First give yourself a password" in words(page)
    assert "admin_add" not in [one.key for one in page.button]
    del starter_engine


def test_sharing_takes_a_way_to_sign_in_and_a_second_yes(
    opened: Opened, starter_engine: Engine, acting_as: ActingAs
) -> None:
    give_password(starter_engine, person(starter_engine, "local").id)
    page = opened("admin")
    assert page.button(key="admin_share").disabled
    page.checkbox(key="admin_share_sure").check().run()
    acting_as(starter_engine, person(starter_engine, "local").id)
    page.button(key="admin_share").click().run()
    assert "The workspace is shared" in page.success[0].value
    with reading(starter_engine) as session:
        host = find_host(session)
        assert host is not None
        assert not host.is_solo


def test_an_admin_adds_a_person_and_grants_roles(shared: Engine, opened: Opened) -> None:
    page = opened("admin")
    page.text_input(key="admin_handle_new0").set_value("ann")
    page.text_input(key="admin_background_new0").set_value("linguist")
    page.multiselect(key="admin_reads_new0").set_value(["zh"])
    page.button(key="admin_add").click().run()
    assert not page.exception
    ann = person(shared, "ann")
    assert (ann.background, ann.language_ids) == ("linguist", ("zh",))
    assert page.selectbox(key="person").value == ann.id
    # The form is empty again.
    assert page.text_input(key="admin_handle_new1").value == ""
    page.button_group(key=f"admin_roles_{ann.id}").set_value([Role.REVIEWER])
    page.multiselect(key=f"admin_types_{ann.id}").set_value(["question-correction"])
    page.button(key=f"admin_grant_{ann.id}").click().run()
    assert "ann holds 1 more role" in page.success[0].value
    (held,) = person(shared, "ann").held
    assert (held.role, held.type_id, held.language_id) == (
        Role.REVIEWER,
        "question-correction",
        None,
    )
    page.button(key=f"admin_revoke_{ann.id}").click().run()
    assert person(shared, "ann").held == ()
    told = [one.value for one in page.text]
    minus = "\N{MINUS SIGN}"
    assert told[:2] == [
        f"{minus} Reviewer (Question Correction)",
        "+ Reviewer (Question Correction)",
    ]
    assert "Background: none \N{RIGHTWARDS ARROW} linguist" in told


def test_a_refusal_is_told_and_changes_nothing(shared: Engine, opened: Opened) -> None:
    page = opened("admin", person=person(shared, "mei").id)
    page.text_input(key="admin_handle_new0").set_value("MEI")
    page.button(key="admin_add").click().run()
    assert "is taken" in page.error[0].value
    local = person(shared, "local").id
    page.selectbox(key="person").set_value(local).run()
    page.button_group(key=f"admin_roles_{local}").set_value([Role.ADMIN])
    page.button(key=f"admin_revoke_{local}").click().run()
    assert "last admin" in page.error[0].value


def test_a_person_is_described_and_let_go(shared: Engine, opened: Opened) -> None:
    mei = person(shared, "mei").id
    page = opened("admin", person=mei)
    page.text_input(key=f"admin_background_{mei}").set_value("beekeeper")
    page.button(key=f"admin_describe_{mei}").click().run()
    assert person(shared, "mei").background == "beekeeper"
    assert page.button(key=f"admin_leave_{mei}").disabled
    page.checkbox(key=f"admin_leave_sure_{mei}").check().run()
    page.button(key=f"admin_leave_{mei}").click().run()
    assert not page.exception
    with reading(shared) as session:
        left = get_person(session, mei)
    assert left.handle.startswith("person-")
    assert left.handle in page.success[0].value
    assert "beekeeper" not in words(page)
    # Who has left cannot be let go again.
    assert f"admin_leave_{mei}" not in [button.key for button in page.button]


def test_who_leaves_is_told_so_and_not_that_nothing_was_stored(
    shared: Engine, opened: Opened, acting_as: ActingAs
) -> None:
    """Fails without ``forget_person`` in admin_own.py:_leave."""
    # Who holds no role may leave as well.
    mei = person(shared, "mei").id
    acting_as(shared, mei)
    page = opened("admin")
    page.checkbox(key=f"admin_leave_sure_{mei}").check().run()
    page.button(key=f"admin_leave_{mei}").click().run()
    assert [one.value.partition(" for good")[0] for one in page.success] == [
        "You left this workspace"
    ]
    assert not page.error


def test_names_and_backgrounds_reach_no_line_of_markdown(shared: Engine, opened: Opened) -> None:
    mei = person(shared, "mei")
    hostile = "<img src=x onerror=alert(1)> ![b](http://evil.example/b.png) :red[x]"
    local = person(shared, "local").id
    wanted = Description(handle="mei", background=hostile)
    describe(shared, mei.id, wanted, actor_id=local, now=MOMENT)
    page = opened("admin", person=mei.id)
    assert hostile in [one.value.rpartition("\N{RIGHTWARDS ARROW} ")[2] for one in page.text]
    assert not [one for one in page.markdown if hostile in one.value]


@pytest.mark.parametrize(
    ("roles", "opens"),
    [
        ((), {"admin"}),
        ((Role.VIEWER,), {*LOOKING}),
        ((Role.LABELLER,), {*LOOKING, "label"}),
    ],
    ids=["nobody", "viewer", "labeller"],
)
def test_a_page_that_no_role_opens_is_neither_listed_nor_opened(
    starter_engine: Engine,
    acting_as: ActingAs,
    entry: AppTest,
    roles: tuple[Role, ...],
    opens: set[str],
) -> None:
    with writing(starter_engine) as session:
        share(session)
        mei = join(session, "mei", *roles)
    acting_as(starter_engine, mei)
    entry.run()
    assert listed(entry) == opens
    kept = entry.session_state[PAGES]
    addresses = {one.url_path for section in kept.sections.values() for one in section} - {""}
    assert addresses >= LOOKING
    for address in sorted(addresses):
        entry.switch_page(f"app_pages/{address}.py").run()
        assert not entry.exception, (address, entry.exception)
        shut = [one.value for one in entry.error if "does not open for mei" in one.value]
        assert bool(shut) is (address not in opens), address


def test_a_viewer_sees_no_gesture_of_an_admin(
    starter_engine: Engine, acting_as: ActingAs, opened: Opened
) -> None:
    with writing(starter_engine) as session:
        share(session)
        mei = join(session, "mei", Role.VIEWER)
    acting_as(starter_engine, mei)
    page = opened("admin", person=person(starter_engine, "local").id)
    assert "You are mei" in words(page)
    keys = {one.key for one in page.button}
    assert not {key for key in keys if key and key.startswith("admin_") and mei not in key}
    assert not page.selectbox
    assert "local" not in words(page)


def test_a_viewer_finds_no_gesture_of_authors_and_leads(
    starter_engine: Engine, acting_as: ActingAs, opened: Opened
) -> None:
    """Fails when app/app_pages/items.py or releases.py draws a gesture for everybody."""
    with writing(starter_engine) as session:
        share(session)
        mei = join(session, "mei", Role.VIEWER)
    acting_as(starter_engine, mei)
    page = opened("items")
    assert "transfer_what" not in [one.key for one in page.button_group]
    assert "transfer" not in {one.key for one in page.button}
    page = opened("releases")
    assert "Leads cut and publish" in words(page)
    assert not [one.key for one in page.button if one.key and "release" in one.key]


def test_an_admin_sees_who_passes_work_on_for_lack_of_knowledge_and_nobody_else_does(
    shared: Engine, opened: Opened, acting_as: ActingAs
) -> None:
    """Fails without ``draw_skips`` on the page, or without ``is_admin`` in views/admin.py."""
    assert "Work passed on" not in folded(opened("admin"))
    mei = person(shared, "mei").id
    with writing(shared) as session:
        give(session, mei, Role.LABELLER)
    for _ in range(2):
        held = claim_label(shared, annotator_id=mei, now=MOMENT)
        assert isinstance(held, Claim)
        skip(
            shared,
            held.slot_id,
            annotator_id=mei,
            fence=held.fence,
            reason=SkipReason.DOMAIN,
            now=MOMENT,
        )
    page = opened("admin")
    assert "Work passed on" in folded(page)
    assert table(page, "Times").to_numpy().tolist() == [["mei", "I do not know this domain", 2]]
    acting_as(shared, mei)
    assert "Work passed on" not in folded(opened("admin"))


def folded(page: AppTest) -> str:
    return " ".join(one.label for one in page.expander)
