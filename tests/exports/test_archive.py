import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from db.errors import Invalid, NotFound
from db.intake import Table
from exports.archive import zip_bytes
from exports.cutting import cut_release
from tests.exports.conftest import NOW, Place
from tests.exports.rows import six
from tests.exports.test_cutting import bytes_of


def cut(place: Place, folder: Path) -> Path:
    cut_release(place.engine, "1.0.0", folder, actor_id=place.actor_id, now=NOW)
    return folder


def test_an_archive_holds_the_files_below_the_folders_name(
    place: Place, table_of: Callable[..., Table], tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    folder = cut(place, tmp_path / "set-1.0.0")
    with zipfile.ZipFile(io.BytesIO(zip_bytes(folder))) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {f"set-1.0.0/{name}": data for name, data in bytes_of(folder).items()}


def test_the_same_release_gives_the_same_archive_at_any_time(
    place: Place, table_of: Callable[..., Table], tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    one = cut(place, tmp_path / "one" / "set")
    two = cut(place, tmp_path / "two" / "set")
    old = time.time() - 10_000_000
    for path in two.rglob("*"):
        os.utime(path, (old, old))
    assert zip_bytes(one) == zip_bytes(two)


def test_a_link_in_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(Invalid, match="holds 'link', which is no file"):
        zip_bytes(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no folder"):
        zip_bytes(tmp_path / "nothing")
