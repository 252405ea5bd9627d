"""Everything that somebody can set in motion, and what asks for no role, with the reason."""

import tempfile
from pathlib import Path
from typing import Any, cast

from curation.people import adding, competence, granting, sharing, withdrawing
from curation.people.competence import Description
from curation.people.granting import Wanted
from curation.sign_in import identities, passwords, sessions
from db.intake import read_upload
from db.roles import Role
from exports.cutting import cut_release
from exports.importing import import_items
from exports.publishing import publish_release
from exports.transfer import Kind, export_bytes
from exports.transfer.incoming import plan_transfer, transfer
from tests.people.scene import Gesture
from tests.people.work_gestures import AUTHORING, CLAIMS, LABELLING, REVIEW


def _table(what: str, text: str) -> Any:
    return read_upload(f"{what}.jsonl", text.encode(), what=what)


_SIX = (
    '{"instruction_types": "Deliberate", "domain": "math", "language": "english", "prompt": "p",'
    ' "response_reference": "r", "judge_prompt_template": "", "judge_system_prompt": ""}'
)
_RESPONSE = '{"item_id": "labelled", "response": "t", "source": "model", "source_name": "m"}'


def _folder() -> Path:
    return Path(tempfile.mkdtemp()) / "release"


EXPORTS = (
    Gesture(
        name="exports.importing.import_items",
        who="lee",
        call=lambda s, who: import_items(
            s.engine, _table("items", _SIX), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="exports.transfer.incoming.plan_transfer",
        who="lee",
        call=lambda s, who: plan_transfer(
            s.engine,
            _table("responses", _RESPONSE),
            kind=Kind.RESPONSES,
            actor_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="exports.transfer.incoming.transfer",
        who="lee",
        call=lambda s, who: transfer(
            s.engine,
            _table("responses", _RESPONSE),
            kind=Kind.RESPONSES,
            actor_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="exports.transfer.outgoing.export_bytes",
        who="lee",
        call=lambda s, who: export_bytes(
            s.engine, annotator_id=who, kind=Kind.LABELS, ending=".csv"
        ),
    ),
    Gesture(
        name="exports.cutting.cut_release",
        who="lee",
        may_meet="",
        call=lambda s, who: cut_release(s.engine, "0.1.0", _folder(), actor_id=who, now=s.desk.now),
    ),
    Gesture(
        name="exports.publishing.publish_release",
        who="lee",
        may_meet="was never cut",
        call=lambda s, who: publish_release(
            s.engine,
            cast("Any", None),
            "9.9.9",
            _folder(),
            repo="org/name",
            private=True,
            actor_id=who,
            now=s.desk.now,
        ),
    ),
)
ADMIN = (
    Gesture(
        name="curation.people.adding.add_person",
        who="local",
        call=lambda s, who: adding.add_person(
            s.engine, Description(handle="new"), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.people.competence.describe",
        who="local",
        call=lambda s, who: competence.describe(
            s.engine,
            s.roleless,
            Description(handle="nil", daily_cap=3),
            actor_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.people.granting.grant",
        who="local",
        call=lambda s, who: granting.grant(
            s.engine, s.roleless, Wanted(roles=(Role.LEAD,)), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.people.granting.revoke",
        who="local",
        call=lambda s, who: granting.revoke(
            s.engine, s.roleless, Wanted(roles=(Role.LEAD,)), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.people.sharing.share",
        who="local",
        call=lambda s, who: sharing.share(s.engine, actor_id=who, now=s.desk.now),
    ),
    Gesture(
        name="curation.people.withdrawing.withdraw",
        who="local",
        call=lambda s, who: withdrawing.withdraw(
            s.engine, s.people["vic"], actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.sign_in.identities.link_identity",
        who="local",
        call=lambda s, who: identities.link_identity(
            s.engine,
            s.people["ben"],
            issuer="https://id.example",
            email="ben@ben.example",
            admin_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.sign_in.identities.unlink_identity",
        who="local",
        may_meet="nothing",
        call=lambda s, who: identities.unlink_identity(
            s.engine, "nothing", admin_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.sign_in.passwords.hand_over_password",
        who="local",
        call=lambda s, who: passwords.hand_over_password(
            s.engine, s.people["ben"], admin_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.sign_in.passwords.set_password",
        who="local",
        call=lambda s, who: passwords.set_password(
            s.engine,
            s.people["ben"],
            "nine brown herons asleep",
            must_change=True,
            admin_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.sign_in.sessions.end_all_sessions",
        who="local",
        call=lambda s, who: sessions.end_all_sessions(
            s.engine, s.people["ben"], admin_id=who, now=s.desk.now
        ),
    ),
)
GESTURES = (*AUTHORING, *CLAIMS, *REVIEW, *LABELLING, *EXPORTS, *ADMIN)

_PART = "a part of functions that ask first, inside their transaction"
_OWN = "reads what is the person's own, by their id"
EXEMPT = {
    "curation.authoring.copies.list_copies": _OWN,
    "curation.authoring.texts.own_copy": _PART,
    "curation.claims.claiming.give_back": "gives up what the person holds, whatever they may do",
    "curation.comments.visibility.sight_of": _PART,
    "curation.labelling.sources.label_source": "says how blind a label would be; writes nothing",
    "curation.labelling.undoing.last_decisions": _OWN,
    "curation.people.competence.write_description": _PART,
    "curation.people.granting.record_grants": _PART,
    "curation.review.acting.act_in": _PART,
    "curation.review.blindness.find_hidden": "answers a question; writes and shows nothing",
    "curation.review.blindness.is_hidden": "answers a question; writes and shows nothing",
    "curation.review.acting.actor_of": _PART,
    "curation.review.adjudicating.check_neutral": _PART,
    "curation.review.confirming.awaiting": _OWN,
    "curation.review.rounds.open_round": _PART,
    "curation.review.rounds.record_act": _PART,
    "curation.review.said.returned_to": _OWN,
    "curation.review.seeing.may_see": "answers a question; writes and shows nothing",
    "curation.review.seeing.refuse_blind": _PART,
    "curation.review.standing.check_holder": _PART,
    "curation.review.standing.check_role": _PART,
    "curation.review.standing.fitness": _PART,
    "curation.review.texts.load_texts": _OWN,
    "curation.review.undoing.recent": _OWN,
    "curation.sign_in.identities.identities_of": "names whom it is about, not who acts",
    "curation.sign_in.passwords.choose_password": "asks for the person's own password",
    "curation.sign_in.sessions.begin_session": _PART,
    "curation.sign_in.sessions.open_sessions": "names whom it is about, not who acts",
    "exports.publishing_record.record_publication": "records what happened on the hub already",
    "exports.registration.register_release": "asked for again in its transaction by cut_release",
    "exports.transfer.pseudonyms.pseudonym": "computes a name",
}
