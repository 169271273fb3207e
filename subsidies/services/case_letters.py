"""Letters that no table of their own stands for: 補正依頼書, 採択・不採択通知書, 弁明の機会の通知 …

Each is known by its key (`correction:12`), made once, and found again by it.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.letters.selectors import letter_of
from portal.letters.services import Subject, letter_issue
from subsidies import letters
from subsidies.contents import rules_of
from subsidies.models import Application
from subsidies.services import numbers


@dataclass(frozen=True, slots=True)
class CaseLetter:
    """What a letter says. `kind` is one of papers.CASE_LETTERS, `subject_id` the id
    of what it tells of (a correction, a choice …).

    `issued_at` is the moment of the act, which is also the PDF's; `matter` the sentences before the
    table of `rows`; `appeals`: it carries the scheme's 教示文 where that is on.
    """

    kind: str
    subject_id: int
    issued_at: dt.datetime
    opening: str
    rows: letters.Rows
    matter: str = ""
    appeals: bool = False

    @property
    def key(self) -> str:
        return key_of(self.kind, self.subject_id)


def key_of(kind: str, subject_id: int) -> str:
    """The letter's key."""
    return f"{kind}:{subject_id}"


def case_letter_make(*, actor: Actor, application_id: int, letter: CaseLetter) -> StoredFile:
    """The letter as PDF with its 文書番号; the one that exists where there is one. As the system."""
    with transaction.atomic(), override("ja"):
        rows = Application.objects.select_for_update(of=("self",))
        application = rows.select_related("version__scheme", "call").get(pk=application_id)
        if made := letter_of(letter.key):
            return made.stored_file
        rules = rules_of(application.version)
        form = rules.form(letter.kind)
        day = clock.to_date(letter.issued_at)
        return letter_issue(
            actor=actor,
            subject=Subject(
                key=letter.key,
                kind=letter.kind,
                case_no=application.receipt_no or "",
                ward_id=application.ward_id,
                firm_id=application.firm_id,
            ),
            template="ruling",
            data=letters.case_letter(
                application,
                form=form,
                document_no=numbers.letter_number(application.ward_id, day)
                if form.numbered
                else "",
                day=day,
                opening=letter.opening,
                matter=letter.matter,
                rows=letter.rows,
                appeal=rules.appeal if letter.appeals else "",
            ),
            made_at=letter.issued_at,
            issued_on=day,
            file_name=f"{form.title}_{application.receipt_no}.pdf",
        )
