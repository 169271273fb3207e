"""Who may open what among the figures; part of access_matrix.py."""

EVERYBODY = "everybody"
# Whoever works with figures: officials of any ward, policy staff, auditors.
FIGURES = {"reviewer", "approver", "ward_admin", "reviewer_ota", "policy", "auditor"}

DASHBOARDS: dict[str, str | set[str]] = {
    "kpi:current": FIGURES,
    "kpi:overview": FIGURES,
    "kpi:ward": FIGURES,
    "kpi:csv": FIGURES,
    "kpi:outcome_csv": FIGURES,
    "kpi:definitions": FIGURES,
}

SERIES: dict[str, str | set[str]] = {}

SURVEYS: dict[str, str | set[str]] = {}

RELEASES: dict[str, str | set[str]] = {}

EFFECT: dict[str, str | set[str]] = {
    "effect:current": FIGURES,
    "effect:evaluation": FIGURES,
    "effect:csv": FIGURES,
    "effect:start": {"policy"},
    "effect:cancel": {"policy"},
    "effect:bundle": {"policy"},
}

KPI = DASHBOARDS | SERIES | SURVEYS | RELEASES | EFFECT
