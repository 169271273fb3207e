"""受付番号: six digits that are typed at a door. Tries are counted there."""

import secrets
from collections.abc import Callable


def six_digits(is_taken: Callable[[str], bool]) -> str:
    """A number that is not taken, drawn so that nobody can foresee it."""
    while True:
        code = f"{secrets.randbelow(1_000_000):06}"
        if not is_taken(code):
            return code
