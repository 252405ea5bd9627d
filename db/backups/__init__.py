"""Owns backups of a workspace: one portable SQLite file, whatever database it came from."""

from db.backups.restoring import Restored, restore
from db.backups.taking import Backup, back_up, back_up_before_upgrade, under_free_name

__all__ = [
    "Backup",
    "Restored",
    "back_up",
    "back_up_before_upgrade",
    "restore",
    "under_free_name",
]
