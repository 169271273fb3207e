"""Results name no firm: whoever works with figures reads them all. What they rest on is the system's alone."""

from portal.kernel.rls import ALL, APPEND, EDIT, Protected

_STAFF = ("app_official", "app_policy", "app_auditor", "app_system")

TABLES = [
    Protected(
        "effect_evaluation",
        rows=dict.fromkeys(_STAFF, ALL),
        grants={"app_system": EDIT},
    ),
    Protected("effect_material", rows={"app_system": ALL}, grants={"app_system": APPEND}),
    Protected(
        "effect_bundle",
        rows=dict.fromkeys(("app_policy", "app_auditor", "app_system"), ALL),
        grants={"app_system": APPEND},
    ),
]
