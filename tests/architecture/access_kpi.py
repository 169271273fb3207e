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

RELEASES: dict[str, str | set[str]] = {
    "releases:list": FIGURES,
    "releases:make": {"policy"},
    "releases:detail": FIGURES,
    "releases:approve": {"policy"},
    "releases:end": {"policy"},
    "releases:changes": FIGURES,
    "releases:since": FIGURES,
    "releases:facts": FIGURES - {"policy"},
    "releases:targets_now": FIGURES,
    "releases:targets": FIGURES,
    "releases:target": FIGURES,
    "releases:baselines": FIGURES,
    "releases:public": EVERYBODY,
    "releases:definitions": EVERYBODY,
    "releases:definitions_csv": EVERYBODY,
    "releases:release": EVERYBODY,
    "releases:csv": EVERYBODY,
    "releases:json": EVERYBODY,
    "releases:canonical": EVERYBODY,
    "releases:verify": EVERYBODY,
}

EFFECT: dict[str, str | set[str]] = {}

KPI = DASHBOARDS | SERIES | SURVEYS | RELEASES | EFFECT
