"""Owns responses, labels and verdicts on their way in and out, in forms of our own.

What was exported can be imported: the same facts come back, and nothing of an import ever counts
as human evidence.
"""

from exports.transfer.forms import Kind, TransferReport
from exports.transfer.incoming import plan_transfer, transfer
from exports.transfer.outgoing import Exported, export_bytes, export_file

__all__ = [
    "Exported",
    "Kind",
    "TransferReport",
    "export_bytes",
    "export_file",
    "plan_transfer",
    "transfer",
]
