"""A questionnaire as text again, for whoever edits it; reading it gives the same data."""

import json
from collections.abc import Mapping
from typing import Any

# Lists that are short tables, one to a line.
_IN_LINE = frozenset({"options"})


def written(data: Mapping[str, Any]) -> str:
    """TOML of nested tables, lists of tables, texts, whole numbers and truth values."""
    return "\n".join(_table(data, "")) + "\n"


def _table(data: Mapping[str, Any], prefix: str) -> list[str]:
    lines, later = [], []
    for key, value in data.items():
        name = f"{prefix}{key}"
        if _is_tables(value) and key not in _IN_LINE and not prefix.startswith("scales."):
            for one in value:
                later += ["", f"[[{name}]]", *_table(one, f"{name}.")]
        elif isinstance(value, Mapping) and key == "scales":
            later += ["", f"[{name}]", *_table(value, f"{name}.")]
        elif _is_tables(value):
            lines += [f"{key} = [", *(f"  {_value(one)}," for one in value), "]"]
        else:
            lines.append(f"{key} = {_value(value)}")
    return lines + later


def _is_tables(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    # A JSON string is a TOML string, but for what TOML calls control characters.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
