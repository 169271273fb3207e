"""Who may open what in the lab; part of access_matrix.py."""

BOOKING: dict[str, str | set[str]] = {}

EVENTS: dict[str, str | set[str]] = {}

NAKAMA: dict[str, str | set[str]] = {}

CASES: dict[str, str | set[str]] = {}

EXCHANGE: dict[str, str | set[str]] = {}

CONSORTIUM: dict[str, str | set[str]] = {}

LAB = {**BOOKING, **EVENTS, **NAKAMA, **CASES, **EXCHANGE, **CONSORTIUM}
