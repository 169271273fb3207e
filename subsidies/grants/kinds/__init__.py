"""The kinds of filings: the registry, and one module per subject that fills it."""

from subsidies.grants.kinds.registry import Kind, fileable, get, names, register

__all__ = ["Kind", "fileable", "get", "names", "register"]
