"""The questionnaire of the ward survey: version 1 is brought along, later ones are saved by policy staff."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

CODE = "ward_survey"


@cache
def brought() -> dict[str, Any]:
    """The data of the file."""
    return tomllib.loads((Path(__file__).parent / f"{CODE}.toml").read_text("utf-8"))
