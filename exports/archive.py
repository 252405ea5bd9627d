"""Owns packing a release folder for download: the same files give the same bytes."""

import io
import zipfile
from pathlib import Path
from typing import Final

from exports.folder import read_folder

# The first moment that the format can hold; the files' own times would change the bytes.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16
_UNIX: Final = 3


def zip_bytes(folder: Path) -> bytes:
    """Pack every file of a release folder, in the order of names.

    Raises:
        NotFound: There is no such folder.
        Invalid: The folder holds a link or something else that is no file.
        External: A file cannot be read.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in sorted(read_folder(folder).items()):
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", date_time=_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            archive.writestr(entry, data)
    return packed.getvalue()
