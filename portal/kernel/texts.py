"""Texts as they come in, and sentences with values in them.

A sentence is put together when it is shown, in the reader's language: a refusal is raised where
letters are written in Japanese, and a notice is written by a worker for people of several
languages; `gettext_lazy("…") % values` would settle on one language at once.
"""

import unicodedata
from typing import Any

from django.utils.functional import Promise, keep_lazy_text


def plain(text: str, most: int | None = None) -> str:
    """What somebody typed, as the database can keep it: no NUL byte, trimmed, `most` characters."""
    return text.replace("\x00", "").strip()[:most]


def digits(text: str) -> str:
    """The digits of what somebody typed, wide ones too: 「１２３ 456」 is 123456."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if sign.isascii() and sign.isdecimal())


@keep_lazy_text
def filled(text: str | Promise, **values: Any) -> str:
    """A translatable text with its named placeholders filled; lazy if any part of it is."""
    return str(text) % values
