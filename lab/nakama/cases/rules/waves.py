"""How many to ask at once, and until when (kpi_matching.md 2d).

With the response rate p, n = ⌈ln 0.1 / ln(1 − p)⌉ firms leave a chance of 10 % that nobody answers:
p 0.3 → 7, p 0.5 → 4.
"""

import datetime as dt
import math

MISS = 0.1
SHORTEST_HOURS, LONGEST_HOURS = 24, 48
# A firm that nobody knows yet; and the bounds that keep a wave between 2 and 22 firms.
USUAL_PERMILLE = 300
LOWEST_PERMILLE, HIGHEST_PERMILLE = 100, 750
# Open requests that a firm has at most within a week.
MOST_OPEN = 5
WEEK = dt.timedelta(days=7)
# Inexactness of logarithms must not add a firm: ln 0.1 / ln 0.1 is 1, not 2.
_EPSILON = 1e-9


def response_permille(answered: int, asked: int) -> int:
    """The response rate in thousandths, drawn towards the usual one while few were asked."""
    known = 10
    rate = (1000 * answered + USUAL_PERMILLE * known) // (asked + known)
    return min(max(rate, LOWEST_PERMILLE), HIGHEST_PERMILLE)


def wave_size(permille: int) -> int:
    """Firms to ask at once. Raises ValueError outside 0 < p < 1."""
    if not 0 < permille < 1000:
        raise ValueError(permille)
    return math.ceil(math.log(MISS) / math.log(1 - permille / 1000) - _EPSILON)


def closes_at(opened_at: dt.datetime, hours: int) -> dt.datetime:
    """When the wave ends; hours outside 24–48 are brought within."""
    return opened_at + dt.timedelta(hours=min(max(hours, SHORTEST_HOURS), LONGEST_HOURS))
