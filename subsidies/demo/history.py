"""The past, written directly.

The services take every moment from the database's clock, so they cannot make last year's
applications. This module writes the rows they would have written: the application, its frozen
versions with canonical payload and digest, files, check lists, requests for correction, decisions,
ledger, and the counters of the numbers so that numbering goes on without a gap. What cannot be
written afterwards is left out: the audit trail says only that this history was loaded, and no
events are published (the letters are made here, the facts by `kpi.demo`).
tests/desk/test_load_demo.py checks the invariants.
"""

import datetime as dt
import random
import uuid
from collections import Counter

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from programs.models import Ward
from subsidies import letters, states
from subsidies.contents import content_of, rules_of
from subsidies.demo import forms, papers, stories
from subsidies.demo.afterwards import Afterwards
from subsidies.demo.deciding import Deciding, Entry
from subsidies.demo.filing import Filing, Paper
from subsidies.demo.people import Cast, Office
from subsidies.demo.planning import Case
from subsidies.demo.series import Series
from subsidies.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Call,
    Correction,
    Decision,
    DocumentCheck,
    ExpenseLine,
)
from subsidies.rules import amount, checklist, due, expenses, snapshot, tailor
from subsidies.rules.scheme import GENERAL, SchemeRules
from subsidies.services import papers as papers_of_services
from subsidies.services import versions
from subsidies.services.attachments import PURPOSE

_DAY = dt.timedelta(days=1)
_HOUR = dt.timedelta(hours=1)


class History:
    """Writes cases, once a load."""

    def __init__(
        self, rng: random.Random, cast: Cast, afterwards: Afterwards, *, now: dt.datetime
    ) -> None:
        self.rng, self.cast, self.now = rng, cast, now
        self.parsed: dict[int, SchemeRules] = {}
        self.wards = Ward.objects.in_bulk()
        self.series = Series(self.wards)
        self.deciding = Deciding(rng, cast, self.series, afterwards)
        self.committed: Counter[int] = Counter()

    def write(self, actor: Actor, cases: list[Case]) -> list[Application]:
        """Write the cases, which come in the order of their submission."""
        entries = [self._entry(case) for case in cases]
        Application.objects.bulk_create(entry.application for entry in entries)
        self._attach(entries)
        for entry in entries:
            self._freeze(entry)
        self.deciding.decide(entries, now=self.now)
        self._make_papers(entries)
        ApplicationVersion.objects.bulk_create(row for entry in entries for row in entry.versions)
        ExpenseLine.objects.bulk_create(row for entry in entries for row in _expense_lines(entry))
        Correction.objects.bulk_create(row for entry in entries for row in self._corrections(entry))
        DocumentCheck.objects.bulk_create(row for entry in entries for row in self._checks(entry))
        self.deciding.store(self.committed, actor=actor)
        self.series.leave()
        for ward, number in sorted(Counter(entry.application.ward_id for entry in entries).items()):
            audit.record(
                actor=actor,
                action="subsidies.history_loaded",
                ward_id=ward,
                detail={"applications": number},
            )
        return [entry.application for entry in entries]

    def _entry(self, case: Case) -> Entry:
        call, firm = case.call, case.applicant.firm
        rules = self._rules(call)
        day = clock.to_date(case.submitted_at)
        lines = forms.lines(self.rng, rules, case.story)
        answers = forms.answers(
            rules, case.story, call=call, person=case.applicant.actor.name,
            phone=firm.phone, day=day,
        )  # fmt: skip
        # With the rate that the answers give (江戸川区: 4/5 for SDGs firms).
        rated = tailor.tailored(
            rules,
            answers=answers,
            eligibility=forms.eligibility(rules),
            applicant_class=GENERAL,
        )
        ending = self._affordable(case, rated, lines)
        preparer = self.rng.choice(self._office(call).reviewers)
        worked_on = ending in (states.GRANTED, states.REFUSED, states.CORRECTION)
        scheme = call.version.scheme
        application = Application(
            public_id=self._uuid(),
            ward_id=call.ward_id,
            firm=firm,
            call=call,
            version=call.version,
            status=ending,
            eligibility=forms.eligibility(rules),
            answers=answers,
            expense_input=expenses.tidy(lines),
            revision=self.rng.randint(6, 14),
            created_by_id=case.applicant.actor.user_id,
            created_at=case.submitted_at - self.rng.randint(1, 9) * _DAY,
            updated_at=case.decided_at or case.submitted_at,
            firm_name=firm.name,
            scheme_name=scheme.name,
            stage=scheme.stage,
            title=case.story.title,
            receipt_no=self.series.receipt_no(call),
            submitted_at=case.submitted_at,
            requested_yen=_calculate(rated, lines).subsidy_yen,
            assignee_id=preparer.user_id if worked_on else None,
            assignee_name=preparer.name if worked_on else "",
            due_on=due.due_on(day, rules.review_days) if ending in states.OPEN else None,
        )  # fmt: skip
        if ending == states.CORRECTION:
            application.due_on = due.due_on(day + 3 * _DAY, rules.correction_days)
        return Entry(case, application, rules)

    def _affordable(self, case: Case, rules: SchemeRules, lines: list[dict]) -> str:
        """The case's ending; what the budget no longer bears was withdrawn before a decision.

        Of a call that still runs half is left for those who apply now.
        """
        if case.ending != states.GRANTED:
            return case.ending
        call, yen = case.call, _calculate(rules, lines).subsidy_yen
        limit = call.budget_yen // 2 if call.closes_at > self.now else call.budget_yen
        if self.committed[call.pk] + yen > limit:
            return states.WITHDRAWN
        self.committed[call.pk] += yen
        return states.GRANTED

    def _attach(self, entries: list[Entry]) -> None:
        """One file for each required document, some more, as clean files of the private storage."""
        files, documents = [], []
        for entry in entries:
            for document in entry.rules.documents:
                if not document.required and self.rng.random() > 0.3:
                    continue
                stored = self._file(entry, document.code, document.name)
                files.append(stored)
                documents.append(
                    ApplicationDocument(
                        application=entry.application,
                        requirement=document.code,
                        stored_file=stored,
                        created_at=stored.created_at,
                    )
                )
        StoredFile.objects.bulk_create(files)
        ApplicationDocument.objects.bulk_create(documents)
        self._quote(entries, documents)

    def _quote(self, entries: list[Entry], documents: list[ApplicationDocument]) -> None:
        """Each line with its quotes; what is being mended needs them in the draft as well."""
        papers = {row.application_id: row.pk for row in documents if row.requirement == "quotes"}
        for entry in entries:
            application, day = entry.application, clock.to_date(entry.case.submitted_at)
            if entry.rules.quotes is None or application.pk not in papers:
                continue
            lines = application.expense_input
            found = forms.quotes(entry.rules, lines, day=day, document=papers[application.pk])
            application.expense_input = expenses.tidy(
                {**line, **found.get(place, {})} for place, line in enumerate(lines)
            )
        mended = [
            entry.application for entry in entries if entry.application.status == states.CORRECTION
        ]
        Application.objects.bulk_update(mended, ["expense_input"])

    def _file(self, entry: Entry, code: str, name: str) -> StoredFile:
        picture = code == "catalog"
        content = papers.photograph() if picture else papers.sample(name.partition("（")[0])
        application = entry.application
        return papers.stored(
            content,
            key=self._uuid(),
            ward_id=application.ward_id,
            firm_id=application.firm_id,
            owner=application.created_by_id,
            purpose=PURPOSE,
            name=name.partition("（")[0],
            at=entry.case.submitted_at - _HOUR,
        )

    def _freeze(self, entry: Entry) -> None:
        """第1版, and where it was corrected the mended 第2版."""
        application, case = entry.application, entry.case
        day = clock.to_date(case.submitted_at)
        payload = versions.payload_of(application, content_of(application, today=day))
        if case.corrected:
            first = {**payload, "answers": {**payload["answers"], "effect": "作業が楽になる。"}}
            entry.versions.append(self._version(entry, 1, first, case.submitted_at))
        number = 2 if case.corrected else 1
        moment = _answered_at(case) if case.corrected else case.submitted_at
        entry.versions.append(self._version(entry, number, payload, moment))

    def _version(
        self, entry: Entry, number: int, payload: dict, moment: dt.datetime
    ) -> ApplicationVersion:
        due_on = _asked_due_on(entry)
        corrected_by = clock.midnight(due_on + _DAY)
        return ApplicationVersion(
            application=entry.application,
            number=number,
            payload=payload,
            sha256=snapshot.digest(payload),
            submitted_at=moment,
            deadline=entry.case.call.closes_at if number == 1 else corrected_by,
            submitted_by_id=entry.application.created_by_id,
            idempotency_key=self._uuid(),
        )

    def _corrections(self, entry: Entry) -> list[Correction]:
        open_now = entry.application.status == states.CORRECTION
        if not (open_now or entry.case.corrected):
            return []
        fields, message = ["answers.effect"], stories.CORRECTION_OF_EFFECT
        if open_now:
            fields = [*fields, "documents.quotes"]
            message = self.rng.choice(stories.CORRECTIONS)
        return [
            Correction(
                application=entry.application,
                fields=fields,
                notes={"answers.effect": "数で書いてください。"},
                message=message,
                due_on=entry.application.due_on if open_now else _asked_due_on(entry),
                requested_by_id=entry.application.assignee_id
                or self._office(entry.case.call).reviewers[0].user_id,
                requested_at=_asked_at(entry.case),
                answered_at=None if open_now else _answered_at(entry.case),
            )
        ]

    def _checks(self, entry: Entry) -> list[DocumentCheck]:
        """The whole check list of what was decided."""
        if entry.application.status not in states.DECIDED or entry.case.decided_at is None:
            return []
        return [
            DocumentCheck(
                application=entry.application,
                item=item.code,
                verdict=DocumentCheck.Verdict.OK,
                checked_by_id=entry.application.assignee_id,
                checked_at=entry.case.decided_at - 2 * _DAY,
            )
            for item in checklist.items(entry.rules)
        ]

    def _make_papers(self, entries: list[Entry]) -> None:
        """The letters of all decisions, and the running year's receipts."""
        filing = Filing(self._uuid)
        year = clock.fiscal_year(clock.to_date(self.now))
        for entry in entries:
            if entry.case.call.fiscal_year == year:
                filing.papers += [self._receipt(entry, version) for version in entry.versions]
            if entry.decision:
                filing.papers.append(self._letter(entry, entry.decision))
        filing.make()

    def _receipt(self, entry: Entry, version: ApplicationVersion) -> Paper:
        application = entry.application
        ward = self.wards[application.ward_id]
        return Paper(
            papers_of_services.subject_of(application, papers_of_services.RECEIPT, version.number),
            "receipt",
            f"申請受付証_{application.receipt_no}_第{version.number}版.pdf",
            letters.receipt(version, rules=entry.rules, ward=ward),
            version.submitted_at,
            lambda stored: setattr(version, "receipt", stored),
        )

    def _letter(self, entry: Entry, decision: Decision) -> Paper:
        application = entry.application
        ward, last = self.wards[application.ward_id], entry.versions[-1]
        assert decision.approved_at is not None
        return Paper(
            papers_of_services.subject_of(application, papers_of_services.LETTER),
            "decision",
            f"{decision.get_outcome_display()}決定通知書_{application.receipt_no}.pdf",
            letters.decision_letter(decision, last, rules=entry.rules, ward=ward),
            decision.approved_at,
            lambda stored: setattr(decision, "letter", stored),
        )

    def _rules(self, call: Call) -> SchemeRules:
        if call.version_id not in self.parsed:
            self.parsed[call.version_id] = rules_of(call.version)
        return self.parsed[call.version_id]

    def _office(self, call: Call) -> Office:
        return self.cast.offices[call.ward_id]

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)


def _calculate(rules: SchemeRules, lines: list[dict]) -> amount.Calculation:
    return amount.calculate(rules, expenses.read_lines(rules, lines).items)


def _expense_lines(entry: Entry) -> list[ExpenseLine]:
    return [
        ExpenseLine(application=entry.application, position=position, **line)
        for position, line in enumerate(entry.versions[-1].payload["expenses"])
    ]


def _asked_at(case: Case) -> dt.datetime:
    """When the ward asked for a correction: early in the time until the decision."""
    return case.submitted_at + 2 * _DAY


def _answered_at(case: Case) -> dt.datetime:
    return case.submitted_at + 5 * _DAY


def _asked_due_on(entry: Entry) -> dt.date:
    return due.due_on(clock.to_date(_asked_at(entry.case)), entry.rules.correction_days)
