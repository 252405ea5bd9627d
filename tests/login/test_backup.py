"""Backups hold what people sign in with, as hashes: they sign in again where one is restored."""

from pathlib import Path

from curation.sign_in.passwords import NotSignedIn, sign_in
from curation.sign_in.sessions import NewSession, SignedIn, SignedOut, hash_token, who
from db.backups import back_up, restore
from db.engine import Engine, open_engine, reading
from tests.login.people import NOW, OTHER, PASSWORD, person


def test_a_restored_workspace_lets_its_people_in_and_its_sessions_have_ended(
    engine: Engine, admin: str, tmp_path: Path
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    begun = sign_in(engine, "ada", PASSWORD, now=NOW)
    assert isinstance(begun, NewSession)

    backup = back_up(engine, tmp_path / "one.db")
    restored = open_engine(f"sqlite:///{tmp_path / 'restored.db'}")
    try:
        restore(backup.file, restored)
        with reading(restored) as session:
            acts = who(session, hash_token(begun.token), now=NOW)
        # It may have been ended after the backup was made: a cookie opens nothing here.
        assert isinstance(acts, SignedOut)
        again = sign_in(restored, "ada", PASSWORD, now=NOW)
        assert isinstance(again, NewSession)
        with reading(restored) as session:
            acts = who(session, hash_token(again.token), now=NOW)
        assert isinstance(acts, SignedIn)
        assert acts.annotator_id == ada
        assert sign_in(restored, "ada", OTHER, now=NOW) == NotSignedIn()
    finally:
        restored.dispose()
    with reading(engine) as session:
        assert isinstance(who(session, hash_token(begun.token), now=NOW), SignedIn)
    # The file says who may sign in, and neither a password nor a token.
    content = (tmp_path / "one.db").read_bytes()
    assert hash_token(begun.token).encode() in content
    for secret in (PASSWORD, begun.token):
        assert secret.encode() not in content
