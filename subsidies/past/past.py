"""Tells the past of the grants: first what happened, then, when the numbers are known, the rows."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from portal.accounts.demo import SUMIDA
from portal.accounts.models import User
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from programs.models import Ward
from subsidies import grant_states
from subsidies.contents import rules_for
from subsidies.demo.afterwards import Granted, Numbered
from subsidies.demo.people import Cast
from subsidies.grants import states
from subsidies.grants.kinds.completion import COMPLETION
from subsidies.grants.kinds.ending import CANCELLATION
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.kinds.reported import report_due_with
from subsidies.grants.models import (
    ClaimAccount,
    Filing,
    FilingDocument,
    FilingVersion,
    Inspection,
    Payment,
    Ruling,
)
from subsidies.grants.plan import CHANGE
from subsidies.models import Application, Grant
from subsidies.obligations.models import Asset, Obligation
from subsidies.past import courses, followup, money, reports
from subsidies.past.told import Maker, Told
from subsidies.rules.scheme.papers import PAYMENT
from subsidies.services.grants import grant_of

SEED = 8_1130


class Past:
    """`subsidies.demo.afterwards.Afterwards` for the two fiscal years before the running one."""

    def __init__(self) -> None:
        self.maker = Maker(random.Random(SEED), {})  # noqa: S311 (invented data)
        self.told: dict[int, Told] = {}

    def plan(self, granted: Sequence[Granted], cast: Cast, *, now: dt.datetime) -> list[Numbered]:
        """Make up what happened until `now`; returns the letters that it took."""
        self.now, self.maker.wards = now, Ward.objects.in_bulk()
        self.maker.users = User.objects.in_bulk(
            [row.user_id for office in cast.offices.values() for row in office.reviewers]
        )
        year = clock.fiscal_year(clock.to_date(now))
        for back in courses.SHARES:
            rows = [
                item
                for item in granted
                if item.case.call.fiscal_year == year - back and not item.case.reserved
            ]
            # Whoever looks at the ward of the tour finds something of everything.
            main = cast.main.firm.pk
            rows.sort(
                key=lambda item: (
                    item.case.call.ward_id != SUMIDA,
                    item.application.firm_id == main,
                )
            )
            ways = courses.ways(self.maker.rng, back, len(rows))
            for item, way in zip(rows, ways, strict=True):
                usual = item.application.firm_id == main
                self._begin(item, courses.USUAL if usual else way, cast)
        return [letter for told in self.told.values() for letter in told.letters.values()]

    def reached(self, application: Application) -> Mapping[str, Any]:
        """The columns of its grant as they are now."""
        told = self.told.get(application.pk)
        if told is None:
            return {}
        found: dict[str, Any] = {"status": told.status}
        if told.is_closed:
            found["status"] = grant_states.CLOSED
        if told.course.reported_at:
            found["completed_on"] = told.course.completed_on
        if told.final is not None:
            found["final_yen"] = told.final.final_yen
            found["paid_yen"] = told.final.final_yen if told.course.paid_at else 0
        return found

    def write(self, grants: Sequence[Grant], *, actor: Actor) -> None:
        """Write what happened, table by table."""
        for grant in grants:
            if told := self.told.get(grant.application_id):
                told.grant = grant
        told = list(self.told.values())
        self._write_endings([item for item in told if item.course.cancelled_at])
        self._write_changes([item for item in told if item.course.changed_at])
        self._write_reports([item for item in told if item.course.reported_at])
        self._write_rulings([item for item in told if item.course.ruled_at])
        self._write_claims([item for item in told if item.course.claimed_at])
        self._write_payments([item for item in told if item.course.paid_at])
        money.ledger(told)
        self._write_followup(told)
        for item in told:
            audit.record(actor=actor, action="subsidies.grant_history_loaded", obj=item.grant)

    def _begin(self, item: Granted, way: str, cast: Cast) -> None:
        """Tell one grant, unless it had too little time or still runs."""
        grant = grant_of(item.application, item.decision)
        answers = item.version.payload["answers"]
        rules = rules_for(item.version)
        course = courses.course(
            self.maker.rng,
            way,
            decided_on=grant.decided_on,
            planned=tuple(dt.date.fromisoformat(answers[name]) for name in courses.PLANNED),
            ends_on=grant.project_ends_on,
            due_on=lambda day: report_due_with(grant, rules, day),
            now=self.now,
        )
        if course is None:
            return
        told = Told(item, course, cast.offices[grant.ward_id], grant, rules)
        reports.spend(told, self.maker)
        told.is_closed = followup.is_closed(told, self.now)
        for what, at in ((CANCELLATION, course.cancelled_at), (FINAL_AMOUNT, course.ruled_at)):
            if at:
                told.letter(what, at)
        if course.paid_at and told.scheme_rules.form(PAYMENT).numbered:
            told.letter(PAYMENT, course.paid_at)
        self.told[item.application.pk] = told

    def _write_endings(self, told: Sequence[Told]) -> None:
        """廃止の申請 and its approval."""
        content = {
            "why": "主要な取引先からの受注がなくなり、導入する意味が失われたため。",
            "state": "発注前である。",
        }
        filings = [
            self.maker.filing(
                item,
                CANCELLATION,
                content,
                item.course.stopped_at,
                status=states.APPROVED,
                settled_at=item.course.cancelled_at,
            )
            for item in told
            if item.course.stopped_at
        ]
        versions = self._freeze(told, filings, [{} for _filing in filings])
        self._rule(
            [
                money.cancellation(item, self.maker, version)
                for item, version in zip(told, versions, strict=True)
            ]
        )

    def _write_changes(self, told: Sequence[Told]) -> None:
        """Small changes that the firms notified."""
        made = [reports.change_of(item) for item in told]
        filings = [
            self.maker.filing(
                item,
                CHANGE,
                content,
                item.course.changed_at,
                status=states.ACCEPTED,
                settled_at=item.course.changed_at + dt.timedelta(days=2),
            )
            for item, (content, _record) in zip(told, made, strict=True)
            if item.course.changed_at
        ]
        self._freeze(told, filings, [record for _content, record in made])

    def _write_reports(self, told: Sequence[Told]) -> None:
        """実績報告 with files."""
        papers = [reports.files(item, self.maker) for item in told]
        StoredFile.objects.bulk_create(file for pair in papers for file in pair)
        filings = [
            self.maker.filing(
                item,
                COMPLETION,
                item.content,
                item.course.reported_at,
                status=states.APPROVED if item.course.ruled_at else states.SUBMITTED,
                settled_at=item.course.ruled_at,
            )
            for item in told
            if item.course.reported_at
        ]
        Filing.objects.bulk_create(filings)
        documents = [
            list(reports.documents(item, filing, *pair))
            for item, filing, pair in zip(told, filings, papers, strict=True)
        ]
        FilingDocument.objects.bulk_create(row for rows in documents for row in rows)
        versions = [
            self.maker.version(item, filing, record=item.record, documents=rows)
            for item, filing, rows in zip(told, filings, documents, strict=True)
        ]
        for item, version in zip(told, FilingVersion.objects.bulk_create(versions), strict=True):
            item.report = version

    def _write_rulings(self, told: Sequence[Told]) -> None:
        """検査 and 額の確定."""
        for item in told:
            item.inspection = reports.inspection(item, self.maker)
        Inspection.objects.bulk_create(item.inspection for item in told if item.inspection)
        self._rule([money.final_ruling(item, self.maker) for item in told])

    def _write_claims(self, told: Sequence[Told]) -> None:
        """請求 to an account."""
        made = [money.claim_filing(item, self.maker) for item in told]
        records = [
            money.claim_record(item, account)
            for item, (_filing, account) in zip(told, made, strict=True)
        ]
        versions = self._freeze(told, [filing for filing, _account in made], records)
        ClaimAccount.objects.bulk_create(account for _filing, account in made)
        for item, version in zip(told, versions, strict=True):
            item.claim = version

    def _write_payments(self, told: Sequence[Told]) -> None:
        for item in told:
            item.payment = money.payment(item)
        Payment.objects.bulk_create(item.payment for item in told if item.payment)
        money.payment_letters(told, self.maker)

    def _write_followup(self, told: Sequence[Told]) -> None:
        """Reports that were handed in since, assets, and every obligation."""
        handed = [row for item in told for row in followup.reports(item, self.maker, self.now)]
        self._freeze(
            [row.told for row in handed],
            [row.filing for row in handed],
            [row.record for row in handed],
        )
        filings: dict[int, list[Filing]] = defaultdict(list)
        for row in handed:
            filings[row.told.grant.pk].append(row.filing)
        assets: dict[int, list[Asset]] = defaultdict(list)
        for asset in Asset.objects.bulk_create(
            row for item in told for row in followup.assets(item, self.maker)
        ):
            assets[asset.grant_id].append(asset)
        Obligation.objects.bulk_create(
            row
            for item in told
            for row in followup.obligations(
                item, filings[item.grant.pk], assets[item.grant.pk], self.now
            )
        )

    def _freeze(
        self,
        told: Sequence[Told],
        filings: Sequence[Filing],
        records: Sequence[Mapping[str, Any]],
    ) -> list[FilingVersion]:
        """Store filings without papers, and their versions."""
        Filing.objects.bulk_create(filings)
        return FilingVersion.objects.bulk_create(
            self.maker.version(item, filing, record=record)
            for item, filing, record in zip(told, filings, records, strict=True)
        )

    def _rule(self, rulings: Sequence[Ruling]) -> None:
        """Letters first: a ruling that was made takes its letter once."""
        money.ruling_letters(rulings, self.maker)
        Ruling.objects.bulk_create(rulings)
