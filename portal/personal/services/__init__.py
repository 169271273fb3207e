"""Copies of personal data, requests for deletion, and the deletion itself."""

from portal.personal.services.copies import copies_expire, copies_make, copy_open, copy_order
from portal.personal.services.deciding import (
    Refused,
    deletion_ask,
    deletion_check,
    deletion_erase,
    deletion_refuse,
    deletion_withdraw,
)

__all__ = [
    "Refused",
    "copies_expire",
    "copies_make",
    "copy_open",
    "copy_order",
    "deletion_ask",
    "deletion_check",
    "deletion_erase",
    "deletion_refuse",
    "deletion_withdraw",
]
