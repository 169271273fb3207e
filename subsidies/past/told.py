"""One grant with what happened to it, and how its filings and their versions are made."""

import datetime as dt
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal.accounts.models import User
from portal.kernel import clock
from programs.models import Ward
from subsidies import grant_states
from subsidies.contents import rules_of
from subsidies.demo.afterwards import Granted, Numbered
from subsidies.demo.people import Office
from subsidies.grants import states
from subsidies.grants.models import (
    Filing,
    FilingDocument,
    FilingVersion,
    Inspection,
    Payment,
    Ruling,
)
from subsidies.grants.rules.final_amount import FinalAmount
from subsidies.grants.services.filings import payload_with
from subsidies.grants.services.rulings import frame_with, paper_of
from subsidies.models import Decision, Grant
from subsidies.past.courses import Course
from subsidies.rules import snapshot
from subsidies.rules.scheme import SchemeRules
from subsidies.selectors.wards import seal_of

_DAY = dt.timedelta(days=1)


@dataclass
class Told:
    """A grant of the past. `grant` is as it began until the stored one takes its place; `rules` as
    they apply to what was submitted; `letters` are those that are numbered, by what they tell of.
    """

    granted: Granted
    course: Course
    office: Office
    grant: Grant
    rules: SchemeRules
    content: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    cuts: dict[str, dict[str, Any]] = field(default_factory=dict)
    final: FinalAmount | None = None
    is_closed: bool = False
    letters: dict[str, Numbered] = field(default_factory=dict)
    # The rows that other rows point to.
    report: FilingVersion | None = None
    claim: FilingVersion | None = None
    inspection: Inspection | None = None
    payment: Payment | None = None

    @cached_property
    def scheme_rules(self) -> SchemeRules:
        """Those of the scheme's version, for letters and days."""
        return rules_of(self.granted.application.version)

    @property
    def firm_user(self) -> int:
        user = self.granted.case.applicant.actor.user_id
        assert user is not None
        return user

    @property
    def status(self) -> str:
        """The state that the grant has reached."""
        course = self.course
        if course.cancelled_at:
            return grant_states.CANCELLED
        reached = (
            (course.paid_at, grant_states.PAID),
            (course.claimed_at, grant_states.CLAIMED),
            (course.ruled_at, grant_states.FINALISED),
            (course.reported_at, grant_states.REPORTED),
        )
        return next((state for at, state in reached if at), grant_states.IN_PROGRESS)

    def letter(self, what: str, at: dt.datetime) -> None:
        """Ask for a 文書番号."""
        self.letters[what] = Numbered(self.grant.ward_id, at)


@dataclass
class Maker:
    """Makes rows; what it needs of the database is read once."""

    rng: random.Random
    wards: dict[int, Ward]
    users: dict[int, User] = field(default_factory=dict)
    seals: dict[int, dict[str, str]] = field(default_factory=dict)

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def filing(
        self,
        told: Told,
        kind: str,
        content: Mapping[str, Any],
        at: dt.datetime,
        *,
        status: str,
        settled_at: dt.datetime | None = None,
        number: int = 1,
    ) -> Filing:
        """A filing that was submitted at that moment, begun some days before."""
        return Filing(
            public_id=self.new_id(),
            grant=told.grant,
            ward_id=told.grant.ward_id,
            firm_id=told.grant.firm_id,
            kind=kind,
            number=number,
            status=status,
            content=dict(content),
            revision=self.rng.randint(3, 9),
            created_by_id=told.firm_user,
            created_at=at - self.rng.randint(1, 5) * _DAY,
            submitted_at=at,
            settled_at=settled_at,
        )

    def version(
        self,
        told: Told,
        filing: Filing,
        *,
        record: Mapping[str, Any],
        documents: Sequence[FilingDocument] = (),
    ) -> FilingVersion:
        """第1版 of a filing, frozen at its submission."""
        assert filing.submitted_at is not None
        payload = payload_with(filing, filing.submitted_at, record=record, documents=documents)
        return FilingVersion(
            filing=filing,
            number=1,
            payload=payload,
            sha256=snapshot.digest(payload),
            submitted_at=filing.submitted_at,
            submitted_by_id=told.firm_user,
        )

    def ruling(
        self,
        told: Told,
        filing: Filing,
        kind: str,
        terms: Mapping[str, Any],
        *,
        prepared_at: dt.datetime,
        reason: str,
    ) -> Ruling:
        """An approved ruling, with the number and the moment of its letter."""
        number = told.letters[kind]
        frame = self.frame(told)
        return Ruling(
            grant=told.grant,
            ward_id=told.grant.ward_id,
            firm_id=told.grant.firm_id,
            filing=filing,
            kind=kind,
            status=states.RULED,
            outcome=Ruling.Outcome.APPROVE,
            amount_yen=terms.get("amount_yen"),
            reason=reason,
            terms={
                **terms,
                "letter": {
                    **paper_of(told.scheme_rules, kind, Ruling.Outcome.APPROVE),
                    **frame,
                },
            },
            prepared_by_id=told.granted.application.assignee_id,
            prepared_at=prepared_at,
            approved_by_id=told.office.approver.user_id,
            approved_at=number.at,
            ruled_on=clock.to_date(number.at),
            document_no=number.document_no,
        )

    def frame(self, told: Told) -> dict[str, Any]:
        """Who writes to whom about what."""
        ward = told.grant.ward_id
        if ward not in self.seals:
            self.seals[ward] = seal_of(ward)
        decision: Decision = told.granted.decision
        return frame_with(
            told.grant,
            decision_no=decision.document_no,
            firm=told.granted.version.payload["firm"],
            ward=self.wards[ward],
            seal=self.seals[ward],
        )
