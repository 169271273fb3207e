"""The kinds of filings and rulings: the registries, and one module per subject that fills them."""

from subsidies.grants.kinds.registry import (
    Kind,
    doubts_of,
    fileable,
    form_name_of,
    form_of,
    get,
    names,
    register,
    ruling_of,
)

__all__ = [
    "Kind",
    "doubts_of",
    "fileable",
    "form_name_of",
    "form_of",
    "get",
    "names",
    "register",
    "ruling_of",
]
