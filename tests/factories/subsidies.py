"""Schemes, calls and applications in any state.

Plain functions: most rows need others that fit. They write as the system; tests on the real
database open `acting(SYSTEM)` around them.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from itertools import count
from typing import Any

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from programs.models import Firm
from subsidies import services, states
from subsidies.contents import rules_of
from subsidies.models import (
    Application,
    ApplicationDocument,
    Call,
    DocumentCheck,
    Grant,
    Scheme,
    SchemeVersion,
)
from subsidies.rules import expenses, quotes
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.definitions import scheme_definitions
from tests.factories.programs import SINCE, SUMIDA, FirmFactory, MembershipFactory, SiteFactory
from tests.support.people import make_person

SYSTEM = Actor.system("test")
_numbers = count(1)

TODAY = clock.today()
# 31 March, the last day a project may have, and 12 March, the day the projects of tests have.
YEAR_END = clock.fiscal_year_bounds(clock.fiscal_year(TODAY))[1]
ENDS_ON = max(YEAR_END.replace(day=12), TODAY)
ANSWERS = {
    "contact_name": "試験 花子",
    "contact_phone": "03-1234-5678",
    "title": "手書き日報の電子化",
    "problem": "日報を紙で書き、月末に1人が3日かけて集計している。",
    "solution": "入力を端末に変え、集計を自動にする。",
    "effect": "集計が月24時間から2時間になる。",
    "order_on": (TODAY + (ENDS_ON - TODAY) // 2).isoformat(),
    "finish_on": (TODAY + (ENDS_ON - TODAY) * 3 // 4).isoformat(),
}
ELIGIBILITY = {
    "manufacturer": "yes",
    "parent_single": "0",
    "parent_several": "no",
    "ordered": "no",
    "arrears": "no",
    "double": "no",
    "pledge": "yes",
}
LINES = [
    {
        "category": "software",
        "description": "日報システム",
        "vendor": "試験ソフト株式会社",
        "quantity": 1,
        "unit_price": 665_999,
        "tax_percent": 10,
    }
]
DOCUMENTS = ("quotes", "registry", "tax")


def rules_json(stage: str = "DX1", ward: int = 13101, **changes: Any) -> dict[str, Any]:
    """The JSON rules of a scheme as it is shipped, with changes."""
    found = scheme_definitions({ward: "試験区"})
    return {**next(item.rules for item in found if item.code == stage), **changes}


def make_call(
    *,
    ward: int = SUMIDA,
    stage: int = 1,
    opens_in: dt.timedelta = dt.timedelta(days=-30),
    closes_in: dt.timedelta = dt.timedelta(days=30),
    budget_yen: int = 5_000_000,
    rules: Mapping[str, Any] | None = None,
    mode: str = Call.Mode.FIRST_COME,
) -> Call:
    """A call that is open now, of a published scheme."""
    number = next(_numbers)
    scheme = Scheme.objects.create(
        ward_id=ward,
        code=f"T{number}",
        stage=stage,
        name=f"試験補助金{number}",
        summary="試験用",
        source="試験",
    )
    now = clock.database_now()
    version = SchemeVersion.objects.create(
        scheme=scheme, number=1, rules=rules or rules_json(f"DX{stage}"), published_at=now
    )
    return Call.objects.create(
        version=version,
        ward_id=ward,
        fiscal_year=clock.fiscal_year(clock.to_date(now)),
        mode=mode,
        opens_at=now + opens_in,
        closes_at=now + closes_in,
        project_ends_on=ENDS_ON,
        budget_yen=budget_yen,
        contact="産業振興課",
    )


def make_firm(*, ward: int = SUMIDA, **fields: Any) -> Firm:
    """A firm with a site in the ward, which the ward cannot see yet."""
    firm = FirmFactory(ward=0, **fields)
    SiteFactory(firm=firm, ward_id=ward, since=dt.date(2015, 4, 1))
    return firm


def firm_actor(firm: Firm, *, role: str = Role.FIRM_OWNER) -> Actor:
    """A new member of the firm, as the firm."""
    number = next(_numbers)
    user = make_person(f"member{number}@example.jp", name=f"社員{number}")
    if not firm.memberships.filter(role=Role.FIRM_OWNER).exists():
        MembershipFactory(firm=firm, user=make_person(f"owner{number}@example.jp"))
    MembershipFactory(firm=firm, user=user, role=role)
    return Actor(user.pk, user.name, Hat.FIRM, frozenset({role}), firm_id=firm.pk)


def official_actor(ward: int = SUMIDA, *roles: str) -> Actor:
    """A new official of the ward; a reviewer unless roles are given."""
    number = next(_numbers)
    user = make_person(f"official{number}@example.jp", name=f"職員{number}")
    held = roles or (Role.REVIEWER,)
    for role in held:
        Assignment.objects.create(user=user, role=role, ward_id=ward, valid_from=SINCE)
    return Actor(user.pk, user.name, Hat.WARD, frozenset(held), ward_id=ward)


def auditor_actor() -> Actor:
    """A new auditor."""
    user = make_person(f"auditor{next(_numbers)}@example.jp", name="監査 人")
    return Actor(user.pk, user.name, Hat.AUDITOR, frozenset({Role.AUDITOR}))


def make_file(*, firm_id: int | None, ward_id: int | None = None) -> StoredFile:
    """The row of a clean file, without bytes."""
    key = uuid.uuid4().hex
    with acting(SYSTEM):
        return StoredFile.objects.create(
            ward_id=ward_id,
            firm_id=firm_id,
            purpose="application",
            original_name="見積書.pdf",
            extension="pdf",
            content_type="application/pdf",
            size=1234,
            sha256=hashlib.sha256(key.encode()).hexdigest(),
            state=StoredFile.State.CLEAN,
            storage_key=f"clean/{key}",
        )


def quotes_of(
    rules: SchemeRules, lines: list[dict[str, Any]], document: int, *, today: dt.date | None = None
) -> dict[int, dict[str, Any]]:
    """Place → as many quotes as each readable line needs: the first is the lowest, and chosen."""
    assert rules.quotes is not None
    day = (today or clock.today()) - dt.timedelta(days=10)
    found: dict[int, dict[str, Any]] = {}
    for place, line in enumerate(lines):
        for item in expenses.read_lines(rules, [line]).items:
            vendor = item.vendor or "試験見積株式会社"
            count = quotes.need(rules.quotes, item).count
            found[place] = {
                "quotes": [
                    {
                        "vendor": f"{vendor}{'の競合' * number}",
                        "requested_on": (day - dt.timedelta(days=5)).isoformat(),
                        "quoted_on": (day + dt.timedelta(days=number)).isoformat(),
                        "amount": item.net_yen + number * 10_000,
                        "is_chosen": "" if number else "yes",
                        "document": document,
                    }
                    for number in range(count)
                ]
            }
    return found


def make_draft(
    actor: Actor,
    call: Call,
    *,
    answers: Mapping[str, Any] = ANSWERS,
    lines: list[dict[str, Any]] | None = None,
    documents: tuple[str, ...] = DOCUMENTS,
) -> Application:
    """A complete draft, made by the services, with documents attached and quotes for each line that
    has none of its own."""
    lines = LINES if lines is None else lines
    with acting(actor):
        draft = services.draft_start(actor=actor, call_id=call.pk)
        services.draft_save_eligibility(actor=actor, application_id=draft.pk, answers=ELIGIBILITY)
        services.draft_save_answers(actor=actor, application_id=draft.pk, answers=answers)
        services.draft_save_expenses(actor=actor, application_id=draft.pk, lines=lines)
        rows = {
            requirement: ApplicationDocument.objects.create(
                application_id=draft.pk,
                requirement=requirement,
                stored_file=make_file(firm_id=actor.firm_id),
            )
            for requirement in documents
        }
        rules = rules_of(call.version)
        if rules.quotes and rules.quotes.document in rows:
            paper = rows[rules.quotes.document].pk
            found = quotes_of(rules, lines, paper)
            for place, line in enumerate(lines):
                if "quotes" in line:
                    own = [{**quote, "document": paper} for quote in line["quotes"]]
                    found[place] = {**line, "quotes": own}
            services.draft_save_quotes(actor=actor, application_id=draft.pk, lines=found)
    return Application.objects.get(pk=draft.pk)


def quote_again(actor: Actor, application: Application) -> None:
    """Quotes that fit the lines as they are now, of the paper that is attached."""
    application.refresh_from_db()
    paper = application.documents.filter(requirement="quotes").latest("pk")
    lines = quotes_of(rules_of(application.version), application.expense_input, paper.pk)
    with acting(actor):
        services.draft_save_quotes(actor=actor, application_id=application.pk, lines=lines)


def submit(actor: Actor, application: Application, key: uuid.UUID | None = None) -> Any:
    """Submit as the firm."""
    with acting(actor):
        return services.application_submit(
            actor=actor,
            application_id=application.pk,
            idempotency_key=key or uuid.uuid4(),
            consent=True,
        )


def make_submitted(
    *, call: Call | None = None, firm: Firm | None = None, **draft: Any
) -> Application:
    """An application that has just arrived."""
    call = call or make_call()
    actor = firm_actor(firm or make_firm(ward=call.ward_id))
    application = make_draft(actor, call, **draft)
    submit(actor, application)
    return Application.objects.get(pk=application.pk)


def make_row(
    *,
    call: Call,
    firm: Firm,
    creator_id: int,
    status: str = states.SUBMITTED,
    **fields: Any,
) -> Application:
    """Just the row, in any state: for lists and for the table of transitions."""
    number = next(_numbers)
    submitted = status != states.DRAFT
    return Application.objects.create(
        ward_id=call.ward_id,
        firm=firm,
        call=call,
        version=call.version,
        created_by_id=creator_id,
        stage=call.version.scheme.stage,
        scheme_name=call.version.scheme.name,
        firm_name=fields.pop("firm_name", firm.name),
        status=status,
        receipt_no=f"R8-{call.ward_id}-T-{number:06d}" if submitted else None,
        submitted_at=clock.database_now() if submitted else None,
        due_on=fields.pop("due_on", dt.date(2026, 12, 1) if submitted else None),
        **fields,
    )


def check_all(actor: Actor, application: Application) -> None:
    """The whole check list in order, and the check finished, as the official.

    The ticks are rows alone: that one by one goes through its service is told in test_review.
    """
    from subsidies.contents import submitted_rules
    from subsidies.rules import checklist

    with acting(actor):
        application.refresh_from_db()
        if application.status == states.SUBMITTED:
            services.check_start(actor=actor, application_id=application.pk)
        DocumentCheck.objects.bulk_create(
            [
                DocumentCheck(
                    application=application,
                    item=item.code,
                    verdict="ok",
                    checked_by_id=actor.user_id,
                )
                for item in checklist.items(submitted_rules(application))
            ],
            update_conflicts=True,
            unique_fields=["application", "item"],
            update_fields=["verdict", "checked_at"],
        )
        services.check_finish(actor=actor, application_id=application.pk)


def make_proposed(
    *,
    reviewer: Actor | None = None,
    amount_yen: int | None = None,
    outcome: str = "grant",
    **submitted: Any,
) -> Application:
    """An application that waits for its 決裁."""
    application = make_submitted(**submitted)
    reviewer = reviewer or official_actor(application.ward_id)
    check_all(reviewer, application)
    with acting(reviewer):
        services.decision_propose(
            actor=reviewer,
            application_id=application.pk,
            outcome=outcome,
            amount_yen=amount_yen,
            reason="要件を満たし、計画が具体的である。",
        )
    return Application.objects.get(pk=application.pk)


def make_grant(*, approver: Actor | None = None, **proposed: Any) -> Grant:
    """A granted project, decided through the services."""
    application = make_proposed(**proposed)
    actor = approver or official_actor(application.ward_id, Role.APPROVER)
    with acting(actor):
        services.decision_approve(actor=actor, application_id=application.pk)
    return Grant.objects.select_related("application__version__scheme", "call").get(
        application=application
    )


def owner_of(grant: Grant) -> Actor:
    """A new owner of the grant's firm, to act after the decision."""
    return firm_actor(grant.firm)
