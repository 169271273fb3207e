"""Who may open what among the figures; part of access_matrix.py."""

EVERYBODY = "everybody"
# Whoever works with figures: officials of any ward, policy staff, auditors.
FIGURES = {"reviewer", "approver", "ward_admin", "reviewer_ota", "policy", "auditor"}

DASHBOARDS: dict[str, str | set[str]] = {
    "kpi:current": FIGURES,
    "kpi:overview": FIGURES,
    "kpi:ward": FIGURES,
    "kpi:records": FIGURES,
    "kpi:council": FIGURES,
    "kpi:picture": FIGURES,
    "kpi:notes": FIGURES,
    "kpi:definitions": EVERYBODY,
    "kpi:definition": EVERYBODY,
}

SERIES: dict[str, str | set[str]] = {}

SURVEYS: dict[str, str | set[str]] = {}

RELEASES: dict[str, str | set[str]] = {}

EFFECT: dict[str, str | set[str]] = {}

KPI = DASHBOARDS | SERIES | SURVEYS | RELEASES | EFFECT
