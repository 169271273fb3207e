"""What the help and the manuals say, held against the pages themselves.

tests/architecture/test_access.py opens every route as every person anyway; what it reads there is
held against the manuals' words by the functions below.
"""

import html
import re
from functools import lru_cache

from portal.manuals import reading

NO_PAGE = "no page: a file, a picture, a feed, or an address for POST"
# Routes without help of their own, and why.
WITHOUT = dict.fromkeys(
    (
        *("accounts:session", "adoption:wards_csv", "adoption:weeks_csv", "advisors:action_done"),
        *("advisors:photo_download", "advisors:photo_preview", "booking:ics", "booking:photo"),
        *("bulk:cancel", "bulk:file", "bulk:letter", "bulk:package", "bulk:payment_package"),
        *("bulk:ruling_package", "bulk:start", "cases:order_pdf", "claims:pdf"),
        *(
            "claims:report_pdf",
            "committee:autosave",
            "committee:document",
            "committee:own_workbook",
        ),
        *("committee:reopen", "consortium:collab_file", "consortium:document_file"),
        *("consortium:referral_file", "desk:audit_csv", "diagnosis:autosave", "diagnosis:pdf"),
        *(
            "duty:announcement_file",
            "duty:inbox_csv",
            "diagnosis:ticks",
            "dojo:certificate",
            "dojo:ics",
            "dojo:material",
            "effect:file",
        ),
        *("effect:picture", "evaluation:autosave", "events:ics", "events:material"),
        *("exports:cancel", "exports:download", "exports:file", "followup:evidence"),
        *(
            "grants:autosave",
            "grants:download",
            "grants:line_autosave",
            "grants:plan_autosave",
            "grants:preview",
            "healthz",
            "kpi:parts_picture",
        ),
        *("kpi:picture", "kpi:process_picture", "ledger:call_json", "ledger:calls_json"),
        *(
            "ledger:grants_csv",
            "notices:open",
            "notices:all_read",
            "notices:address_retry",
            "obligations:ics",
            "policy:file",
        ),
        *("policy:model_file", "policy:whatif_file", "programs:firm_import_cancel"),
        *("programs:firm_import_confirm", "programs:firm_import_template"),
        *(
            "programs:firm_invitation_revoke",
            "programs:firm_member_role",
            "programs:mended",
            "releases:canonical",
        ),
        *("releases:csv", "releases:definitions_csv", "releases:json", "releases:picture"),
        *("releases:xlsx", "series:intake_csv", "series:picture", "series:template", "site:feed"),
        *(
            "site:picture",
            "site:robots",
            "site:sitemap",
            "site:ward_feed",
            "subsidies:autosave",
            "subsidies:budget_autosave",
            "subsidies:quotes_autosave",
        ),
        *("subsidies:bulk", "subsidies:download", "subsidies:message", "subsidies:preview"),
        *("subsidies:staff_message", "subsidies:template", "surveys:file", "surveys:picture"),
        *("ui:set_language", "ui:set_shortcuts", "wagtaildocs_serve", "worksheets:autosave"),
        *("worksheets:discard", "worksheets:pdf"),
    ),
    NO_PAGE,
) | {
    "manuals:index": "the list of the manuals says itself what it is",
    "manuals:manual": "a manual",
    "manuals:help": "the help itself",
    "ui:accessibility": "a text to read",
    "ui:site_policy": "a text to read",
    "wagtail_serve": "the wards' own pages, written by their editors",
}


@lru_cache(maxsize=1)
def _named() -> dict[tuple[str, str], set[str]]:
    """The words that the manuals find on a screen, by the screen and who opens it."""
    found: dict[tuple[str, str], set[str]] = {}
    for book in reading.manuals().values():
        for step in book.steps():
            if step.on_screen:
                found.setdefault((step.screen, step.person), set()).update(step.on_screen)
    return found


def named_screens(person: str) -> set[str]:
    """The screens that the manuals let this person open."""
    return {screen for screen, who in _named() if who == person}


def missing_words(screen: str, person: str, page: str) -> list[str]:
    """What the manuals name of this person's screen and the page does not have."""
    wanted = _named().get((screen, person), set())
    if not wanted:
        return []
    shown = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
    return sorted(word for word in wanted if word not in shown)
