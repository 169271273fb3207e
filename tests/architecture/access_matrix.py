"""Who may open what: every route by its name. A route without a line here fails the run.

A value names the people for whom the page exists; everybody else who is signed in gets 404, a
visitor is sent to the sign-in page. EVERYBODY and SIGNED_IN need no list. Whether a page answers
GET or POST does not matter here: 405 tells that the door is open.
"""

EVERYBODY = "everybody"
SIGNED_IN = "signed in"

FIRMS = {"owner", "rival"}
WARD_STAFF = {"reviewer", "approver", "ward_admin", "reviewer_ota"}
OWN_WARD = {"reviewer", "approver", "ward_admin"}
FIGURES = WARD_STAFF | {"policy", "auditor"}
IMPORTERS = {"reviewer", "ward_admin"}
PEOPLE_ADMINS = {"ward_admin", "sysadmin"}

MATRIX = {
    "healthz": EVERYBODY,
    "desk:home": EVERYBODY,
    "desk:my": FIRMS | {"nobody"},
    "desk:audit": {"auditor"},
    "desk:audit_csv": {"auditor"},
    "ui:accessibility": EVERYBODY,
    "ui:site_policy": EVERYBODY,
    "ui:set_language": EVERYBODY,
    "ui:set_shortcuts": EVERYBODY,
    "accounts:landing": SIGNED_IN,
    "accounts:hats": SIGNED_IN,
    "accounts:settings": SIGNED_IN,
    "accounts:session": SIGNED_IN,
    "accounts:second_factor": SIGNED_IN,
    "accounts:prove_again": SIGNED_IN,
    "people:list": PEOPLE_ADMINS,
    "people:invite": PEOPLE_ADMINS,
    "people:confirm": PEOPLE_ADMINS,
    "people:revoke": PEOPLE_ADMINS,
    "people:withdraw": PEOPLE_ADMINS,
    "notices:list": SIGNED_IN,
    "notices:open": {"owner"},
    # Firms
    "programs:firm_home": FIRMS,
    "programs:firm_register": FIRMS | {"nobody"},
    "programs:firm_edit": FIRMS,
    "programs:site_add": FIRMS,
    "programs:site_close": {"owner"},
    "programs:firm_invite": FIRMS,
    "programs:firm_invitation_revoke": FIRMS,
    "programs:firm_member_role": {"owner"},
    "programs:firm_member_remove": {"owner"},
    "programs:firm_list": WARD_STAFF | {"auditor"},
    "programs:firm_import": IMPORTERS | {"reviewer_ota"},
    "programs:firm_import_template": IMPORTERS | {"reviewer_ota"},
    "programs:firm_import_job": IMPORTERS,
    "programs:firm_import_confirm": IMPORTERS,
    "programs:firm_import_cancel": IMPORTERS,
    "programs:firm_card": OWN_WARD | {"auditor"},
    "programs:firm_first_owner": OWN_WARD,
    # Subsidies: public, firm, ward
    "subsidies:call_list": EVERYBODY,
    "subsidies:call_detail": EVERYBODY,
    "subsidies:start": FIRMS,
    "subsidies:task_list": {"owner"},
    "subsidies:check_result": {"owner"},
    "subsidies:check": {"owner"},
    "subsidies:task": {"owner"},
    "subsidies:autosave": {"owner"},
    "subsidies:budget": {"owner"},
    "subsidies:files": {"owner"},
    "subsidies:check_answers": {"owner"},
    "subsidies:done": {"owner"},
    "subsidies:status": {"owner"},
    "subsidies:correction": {"owner"},
    "subsidies:message": {"owner"},
    "subsidies:withdraw": {"owner"},
    "subsidies:delete": {"owner"},
    "subsidies:queue": WARD_STAFF,
    "subsidies:bulk": WARD_STAFF,
    "subsidies:application": OWN_WARD | {"auditor"},
    "subsidies:checks": OWN_WARD,
    "subsidies:correction_request": OWN_WARD,
    "subsidies:propose": OWN_WARD,
    "subsidies:approve": OWN_WARD,
    "subsidies:staff_message": OWN_WARD,
    "subsidies:download": {"owner", "auditor"} | OWN_WARD,
    "subsidies:version": {"owner", "auditor"} | OWN_WARD,
    # Figures
    "kpi:current": FIGURES,
    "kpi:overview": FIGURES,
    "kpi:ward": FIGURES,
    "kpi:csv": FIGURES,
    "kpi:definitions": FIGURES,
}

# Pages of the sign-in library and of Wagtail's editor: held to their own rules, see the test.
SIGN_IN_PREFIXES = (
    "account_",
    "mfa_",
    "socialaccount_",
    "usersessions_",
    "gbizid_",
    "accounts:invitation",
    "accounts:demo",
)

# Doors that open by what hangs behind them: the row (404 for a foreign one), not the role alone.
# The firm here has an owner already, so that nobody may invite its first one.
ROW_DECIDES = {
    "people:revoke",
    "people:withdraw",
    "programs:firm_first_owner",
    "programs:firm_invitation_revoke",
    "programs:firm_member_role",
}
