"""Who may open what among the figures; part of access_matrix.py."""

EVERYBODY = "everybody"
# Whoever works with figures: officials of any ward, policy staff, auditors.
FIGURES = {"reviewer", "approver", "ward_admin", "reviewer_ota", "policy", "auditor"}

DASHBOARDS: dict[str, str | set[str]] = {
    "kpi:current": FIGURES,
    "kpi:overview": FIGURES,
    "kpi:ward": FIGURES,
    "kpi:records": FIGURES,
    "kpi:parts": FIGURES,
    "kpi:council": FIGURES,
    "kpi:picture": FIGURES,
    "kpi:parts_picture": FIGURES,
    "kpi:process_picture": FIGURES,
    "kpi:notes": FIGURES,
    "kpi:process": FIGURES,
    "kpi:definitions": EVERYBODY,
    "kpi:definition": EVERYBODY,
}

FIRM_PEOPLE = {"owner", "rival"}
# Officials see the accounts of the firms of their own ward; policy staff see no firm's.
ACCOUNT_READERS = {"reviewer", "approver", "ward_admin", "reviewer_ota", "auditor"}

SERIES: dict[str, str | set[str]] = {
    "series:home": FIGURES,
    "series:statistics": FIGURES,
    "series:productivity": FIGURES,
    "series:picture": FIGURES,
    "series:firms": ACCOUNT_READERS,
    "series:firm": {"reviewer", "approver", "ward_admin", "auditor"},
    "series:intake_start": {"reviewer", "ward_admin", "reviewer_ota", "policy"},
    "series:template": {"reviewer", "ward_admin", "reviewer_ota"},
    "series:intake": {"reviewer", "approver", "ward_admin", "auditor"},
    "series:intake_csv": {"reviewer", "approver", "ward_admin", "auditor"},
    "series:hold": {"reviewer", "ward_admin"},
    "series:confirm": {"reviewer", "ward_admin"},
    "series:cancel": {"reviewer", "ward_admin"},
    "series:mine": FIRM_PEOPLE,
    "series:record": FIRM_PEOPLE,
    "series:correct": {"owner"},
    "series:consent": FIRM_PEOPLE,
}

_OFFICE = {"reviewer", "approver", "ward_admin"}

SURVEYS: dict[str, str | set[str]] = {
    "surveys:list": FIGURES,
    "surveys:plan": FIGURES - {"auditor"},
    # A wave of 墨田区 alone: other wards do not see it.
    "surveys:wave": FIGURES - {"reviewer_ota"},
    "surveys:act": FIGURES - {"reviewer_ota", "auditor"},
    "surveys:cancel": FIGURES - {"reviewer_ota", "auditor"},
    "surveys:extend": FIGURES - {"reviewer_ota", "auditor"},
    "surveys:paper": FIGURES - {"reviewer_ota"},
    "surveys:results": FIGURES - {"reviewer_ota"},
    "surveys:file": FIGURES - {"reviewer_ota"},
    "surveys:picture": FIGURES - {"reviewer_ota"},
    # Pages that name firms
    "surveys:firms": _OFFICE | {"auditor"},
    "surveys:firm": _OFFICE | {"auditor"},
    "surveys:enter": _OFFICE,
    "surveys:outside": _OFFICE,
    "surveys:mine": {"owner", "rival"},
    "surveys:answer": {"owner"},
    # Whoever holds the mail
    "surveys:link": EVERYBODY,
    "surveys:page": EVERYBODY,
    "surveys:send": EVERYBODY,
    "surveys:thanks": EVERYBODY,
    "surveys:stop": EVERYBODY,
}

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
    "releases:xlsx": EVERYBODY,
    "releases:picture": EVERYBODY,
    "releases:json": EVERYBODY,
    "releases:canonical": EVERYBODY,
    "releases:verify": EVERYBODY,
}

EFFECT: dict[str, str | set[str]] = {
    "effect:current": FIGURES,
    "effect:evaluation": FIGURES,
    "effect:file": FIGURES,
    "effect:picture": FIGURES,
    "effect:start": {"policy"},
    "effect:cancel": {"policy"},
    "effect:bundle": {"policy"},
}

_OWN_WARD = {"reviewer", "approver", "ward_admin"}

POLICY: dict[str, str | set[str]] = {
    "policy:model": FIGURES,
    "policy:model_file": FIGURES,
    "policy:whatif": FIGURES,
    "policy:whatif_file": FIGURES,
    "policy:sheets": FIGURES,
    "policy:start": _OWN_WARD | {"reviewer_ota"},
    # A sheet of 墨田区: other wards' officials do not see it.
    "policy:sheet": FIGURES - {"reviewer_ota"},
    "policy:file": FIGURES - {"reviewer_ota"},
    "policy:edit": _OWN_WARD,
    "policy:act": _OWN_WARD,
    "policy:return": _OWN_WARD - {"reviewer"},
}

KPI = DASHBOARDS | SERIES | SURVEYS | RELEASES | EFFECT | POLICY
