"""Sentences with values in them, put together when they are shown: in the reader's language.

A refusal is raised where letters are written in Japanese, and a notice is written by a worker for
people of several languages; `gettext_lazy("…") % values` would settle on one language at once.
"""

from typing import Any

from django.utils.functional import Promise, keep_lazy_text


@keep_lazy_text
def filled(text: str | Promise, **values: Any) -> str:
    """A translatable text with its named placeholders filled; lazy if any part of it is."""
    return str(text) % values
