"""Row policies of the room: the database itself keeps the embargo (docs/adr/0051-releases.md).

Visitors and firms read a release from its hour on, and of its figures only what is public. Nothing
that was made is ever changed: the figures are appended, a trigger refuses the rest.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, Protected, exists

_STAFF = ("app_official", "app_policy", "app_auditor", "app_system")
_OUTSIDE = ("app_public", "app_firm")
_PUBLIC = "status = 'approved' AND public_from <= statement_timestamp()"
# The release's own policy decides which rows the subquery finds.
_OF_RELEASE = exists("releases_release r", "r.id = releases_publicfigures.release_id")

TABLES = [
    Protected(
        "releases_release",
        rows=dict.fromkeys(_STAFF, ALL) | dict.fromkeys(_OUTSIDE, _PUBLIC),
        grants={"app_system": EDIT},
    ),
    Protected("releases_figures", rows=dict.fromkeys(_STAFF, ALL), grants={"app_system": APPEND}),
    Protected(
        "releases_publicfigures",
        rows=dict.fromkeys(_STAFF, ALL) | dict.fromkeys(_OUTSIDE, _OF_RELEASE),
        grants={"app_system": APPEND},
    ),
    Protected(
        "releases_targetversion", rows=dict.fromkeys(_STAFF, ALL), grants={"app_system": APPEND}
    ),
    # What an indicator starts from stands on the public page.
    Protected(
        "releases_baseline",
        rows=dict.fromkeys((*_STAFF, *_OUTSIDE), ALL),
        grants={"app_system": APPEND},
    ),
]
