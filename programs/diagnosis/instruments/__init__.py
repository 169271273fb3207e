"""The questionnaires that the portal brings along: one TOML file each, version 1 of its instrument.

Our own wording after the founding documents; instruments of others are linked.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

PHASE, SINS, ADOPTION, SECURITY = "phase", "sins", "adoption", "security"
HEARING, BUSINESS, PRODUCTIVITY = "hearing", "business", "productivity"
# In the order in which they are offered.
ORDER = (PHASE, HEARING, SINS, BUSINESS, SECURITY, ADOPTION, PRODUCTIVITY)


@cache
def brought(code: str) -> dict[str, Any]:
    """The data of an instrument's file."""
    return tomllib.loads((Path(__file__).parent / f"{code}.toml").read_text("utf-8"))
