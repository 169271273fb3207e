"""The demonstration's planted cases, one of each kind, handed in through the real services.

The same file in two wards, copied words, a vendor whom many name, two firms that order from each
other, a price far above its peers, one firm with the same expense in two wards, one bank account of two
firms, a figure confirmed and one that still waits, offers of one day, two vendors that always quote
together. What they have in common the worker finds.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from portal.accounts.demo import OTA, SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.demo import give_owners
from programs.models import Firm, FirmMembership
from subsidies import grant_states, services, states
from subsidies.contents import content_of, rules_of
from subsidies.demo import papers
from subsidies.demo.people import Applicant
from subsidies.demo.stories import BY_STAGE, Story
from subsidies.demo.walk import attach, draft, fill, quote_lines, submit
from subsidies.evaluation import demo as evaluation_demo
from subsidies.figures import unconfirmed
from subsidies.grants import money_demo
from subsidies.grants import services as money
from subsidies.grants.demo import Desk, toured
from subsidies.models import Application, Call, Grant
from subsidies.rules import form
from subsidies.services.errors import Refused
from subsidies.watch.models import LimitsVersion
from subsidies.watch.rules.limits import STANDARD
from subsidies.watch.services import limits_set
from subsidies.watch.services.tracing import traces_make

SEED = 20_261_129
_SYSTEM = Actor.system("watch.demo")
_ENDED = (states.WITHDRAWN, states.REFUSED)
CLUSTER_VENDOR = "株式会社まるごとDX支援"
COMPANION = "有限会社合見積サービス"
CLUSTER_FIRMS = 8
ACCOUNT = {
    "bank_code": "9999",
    "bank_name": "見本銀行",
    "branch_code": "002",
    "branch_name": "錦糸町支店",
    "kind": "1",
    "number": "7654321",
    "holder": "ミホン",
    "explanation": "経理を任せている会社の口座です。",
}
COPIED = {
    "problem": "受注の内容を電話とFAXで受け、台帳に書き写している。書き間違いによる作り直しが月に4件あり、"
    "材料費と残業で月に12万円の損失になっている。担当者が休むと納期の返事ができない。",
    "solution": "受注から出荷までを1つの画面で入力し、全員が同じ予定を見られるようにする。"
    "入力の手順を決め、3か月で紙の台帳をなくす。",
    "effect": "作り直しを月に1件以下にし、納期の返事を当日中に行う。事務の時間が月30時間減る。",
}


def load(today: dt.date) -> int:
    """Plant all; returns how many applications were handed in. Needs `acting(Actor.system(…))`."""
    _own_limits()
    planted = _Planter(today)
    planted.same_firm()
    planted.same_account()
    planted.same_file()
    planted.copied_words()
    planted.dear_price()
    planted.ring()
    planted.cluster()
    planted.same_day()
    planted.waiting_figure()
    # What was handed in before has keys as well; its comparison is the nightly sweep's.
    rows = Application.objects.exclude(status=states.DRAFT).select_related("call", "version")
    for application in rows.filter(traces=None).order_by("id"):
        traces_make(actor=_SYSTEM, application=application)
    return planted.submitted


def _own_limits() -> None:
    """墨田区 has set its own limit for prices; every other ward uses the standard."""
    admin = _official(SUMIDA, Role.WARD_ADMIN)
    if admin is not None and not LimitsVersion.objects.filter(ward_id=SUMIDA).exists():
        with acting(admin):
            limits_set(
                actor=admin,
                seen=STANDARD.number,
                values={**STANDARD.values(), "price_percent": 180},
                reason="仕様の違いで5割ほど高い見積りが多く、確認しても問題がなかったため。",
            )


class _Planter:
    """Firms without a running application, and the call of this year that each applies to."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.rng = random.Random(SEED)  # noqa: S311 (invented data)
        self.submitted = 0
        self.used: set[int] = set()

    def same_firm(self) -> None:
        """A firm with sites in two wards applies in both for the same things, the second time for
        twelve times the price: it has to confirm that figure."""
        rows = Firm.objects.filter(sites__closed_on=None).annotate(
            sites_in=Count("sites__ward", distinct=True)
        )
        standing = Application.objects.values("firm_id")
        for firm in rows.filter(sites_in__gte=2).exclude(pk__in=standing).order_by("id"):
            wards = sorted({site.ward_id for site in firm.sites.filter(closed_on=None)})
            calls = [call for call in (self._call(ward, 1) for ward in wards) if call]
            actor = _owner(firm.pk)
            if actor is None or len(calls) < 2:
                continue
            drafts = [
                self._filled(Applicant(firm, actor), call, BY_STAGE[1][2]) for call in calls[:2]
            ]
            if all(drafts):
                first, second = filter(None, drafts)
                self.hand_in(first)
                self.spend(second, _times(second, 12))
                self.confirm(second)
                self.hand_in(second)
                return

    def same_account(self) -> None:
        """Two grants claimed to one account, of 墨田区 where it has enough. 大田区 has to keep its
        budget nearly used up, and the firm of the tour its grant as it is."""
        rows = Grant.objects.filter(
            status=grant_states.IN_PROGRESS, project_ends_on__gt=self.today, filings=None
        ).exclude(Q(ward_id=OTA) | Q(firm__in=toured()))
        rows = rows.select_related("application__version", "call").order_by("decided_on", "id")
        told = 0
        for grant in sorted(rows, key=lambda row: row.ward_id != SUMIDA):
            firm = _owner(grant.firm_id)
            people = (
                _official(grant.ward_id, Role.REVIEWER),
                _official(grant.ward_id, Role.APPROVER),
            )
            if firm is None or None in people:
                continue
            try:
                with transaction.atomic():
                    _claim(Desk(grant, firm, *people, self.today))
            except Refused:
                # This one's plan cannot be bought as planned (a deadline, a prerequisite).
                continue
            told += 1
            if told == 2:
                return

    def same_file(self) -> None:
        """One quote, handed in by a firm of 墨田区 and one of 大田区."""
        for ward in (SUMIDA, OTA):
            application = self.begin(ward, 1, BY_STAGE[1][6])
            if application is not None:
                content = papers.sample("見積書（共通）")
                actor = self.actor(application)
                with acting(actor):
                    attach(actor, application, "quotes", "見積書.pdf", content)
                self.hand_in(application)

    def copied_words(self) -> None:
        """Two firms of 墨田区 whose plans read the same."""
        for _count in range(2):
            application = self.begin(SUMIDA, 1, BY_STAGE[1][7])
            if application is not None:
                self.answer(application, **COPIED)
                self.hand_in(application)

    def dear_price(self) -> None:
        """日報クラウド for three times of what others pay."""
        application = self.begin(SUMIDA, 1, BY_STAGE[1][0])
        if application is not None:
            lines = application.expense_input
            self.spend(application, [{**lines[0], "unit_price": 540_000}, *lines[1:]])
            self.hand_in(application)

    def ring(self) -> None:
        """Two firms of 墨田区, each the other's vendor."""
        pair = [self.begin(SUMIDA, 1, BY_STAGE[1][number]) for number in (4, 5)]
        for mine, other in zip(pair, reversed(pair), strict=True):
            if mine is not None and other is not None:
                lines = [{**line, "vendor": other.firm_name} for line in mine.expense_input]
                self.spend(mine, lines)
                self.hand_in(mine)

    def cluster(self) -> None:
        """Eight firms of 大田区 with the same vendor and the same second one beside it."""
        for number in range(CLUSTER_FIRMS):
            application = self.begin(OTA, 2, BY_STAGE[2][number % len(BY_STAGE[2])])
            if application is not None:
                first, *rest = application.expense_input
                lines = [
                    {**first, "vendor": CLUSTER_VENDOR},
                    *({**line, "vendor": COMPANION} for line in rest),
                ]
                # Its competitor's offer comes along, twice written on the same day.
                self.spend(application, lines, rivals=[COMPANION], one_day=number in {1, 2})
                self.hand_in(application)

    def same_day(self) -> None:
        """A firm of 墨田区 with two offers of one day."""
        application = self.begin(SUMIDA, 2, BY_STAGE[2][1])
        if application is not None:
            self.spend(application, application.expense_input, one_day=True)
            self.hand_in(application)

    def waiting_figure(self) -> None:
        """A draft of a firm that has asked for a twelfth before; nobody has confirmed it yet."""
        earlier = Application.objects.filter(firm_id__in=self.used, ward_id=SUMIDA, stage=1)
        application = earlier.exclude(status=states.DRAFT).order_by("-id").first()
        call = self._call(OTA, 1)
        if application is not None and call is not None:
            applicant = Applicant(application.firm, self.actor(application))
            begun = draft(applicant, call)
            begun = fill(self.rng, applicant, begun, BY_STAGE[1][1], today=self.today)
            self.spend(begun, _times(begun, 12))

    def confirm(self, application: Application) -> None:
        """The firm says that its figures are right."""
        actor = self.actor(application)
        with acting(actor):
            found = unconfirmed(application, rules_of(application.version))
            services.figures_confirm(
                actor=actor, application_id=application.pk, said={item.key for item in found}
            )

    def begin(self, ward: int, stage: int, story: Story) -> Application | None:
        """A filled draft of a firm that may apply, None where there is none left."""
        call = self._call(ward, stage)
        for applicant in self._free(call) if call else ():
            assert call is not None
            if application := self._filled(applicant, call, story):
                return application
        return None

    def _filled(self, applicant: Applicant, call: Call, story: Story) -> Application | None:
        """A complete draft; None, and no draft, where the firm may not apply (再受給など)."""
        self.used.add(applicant.firm.pk)
        application = fill(self.rng, applicant, draft(applicant, call), story, today=self.today)
        evaluation_demo.prepare(applicant, application)
        with acting(applicant.actor):
            content = content_of(application, today=self.today)
            problems = form.missing(rules_of(application.version), content)
            if all(problem.code == "unit" for problem in problems):
                return application
            services.draft_delete(actor=applicant.actor, application_id=application.pk)
        return None

    def _call(self, ward: int, stage: int) -> Call | None:
        """The call of the stage that is open now."""
        calls = Call.objects.filter(
            ward_id=ward,
            version__scheme__stage=stage,
            fiscal_year=clock.fiscal_year(self.today),
            opens_at__lte=clock.now(),
            closes_at__gt=clock.now(),
        )
        return calls.select_related("version__scheme").order_by("-round", "-id").first()

    def answer(self, application: Application, **answers: str) -> None:
        actor = self.actor(application)
        with acting(actor):
            services.draft_save_answers(actor=actor, application_id=application.pk, answers=answers)

    def spend(self, application: Application, lines: list[dict[str, Any]], **quoted: Any) -> None:
        """Other lines, with quotes that fit them."""
        actor = self.actor(application)
        with acting(actor):
            services.draft_save_expenses(actor=actor, application_id=application.pk, lines=lines)
            quote_lines(actor, application, day=self.today, **quoted)
        application.refresh_from_db(fields=["expense_input"])

    def hand_in(self, application: Application) -> None:
        applicant = Applicant(application.firm, self.actor(application))
        application.refresh_from_db(fields=["answers", "expense_input"])
        evaluation_demo.prepare(applicant, application)
        submit(self.rng, applicant, application)
        self.submitted += 1

    def actor(self, application: Application) -> Actor:
        owner = _owner(application.firm_id)
        assert owner is not None
        return owner

    def _free(self, call: Call) -> Iterator[Applicant]:
        """Firms of the ward with no application that stands, in the order of their ids.

        Where all that are on the portal have one, others join it.
        """
        rows = Firm.objects.filter(sites__ward_id=call.ward_id, sites__closed_on=None)
        rows = rows.exclude(pk__in=self.used).order_by("id").distinct()
        standing = Application.objects.exclude(status__in=_ENDED).values("firm_id")
        rows = rows.exclude(pk__in=standing)
        joined = FirmMembership.objects.filter(role=Role.FIRM_OWNER, valid_to=None).values("firm")
        for firm in [*rows.filter(pk__in=joined), *rows.exclude(pk__in=joined)]:
            if _owner(firm.pk) is None:
                give_owners([firm])
            if actor := _owner(firm.pk):
                yield Applicant(firm, actor)


def _claim(desk: Desk) -> None:
    """From the report to the claim, all in one day, to the account of both firms."""
    money_demo.finalised(desk)
    filing = desk.draft("claim", reference="S-0020")
    with acting(desk.firm):
        money.claim_account_save(actor=desk.firm, filing_id=filing.pk, **ACCOUNT)
        money.filing_submit(actor=desk.firm, filing_id=filing.pk)


def _official(ward: int, role: Role) -> Actor | None:
    held = Assignment.objects.filter(ward_id=ward, role=role, revoked_at=None)
    row = held.select_related("user").order_by("id").first()
    if row is None:
        return None
    return Actor(row.user_id, row.user.name, Hat.WARD, frozenset({role}), ward_id=ward)


def _owner(firm_id: int) -> Actor | None:
    rows = FirmMembership.objects.filter(firm_id=firm_id, role=Role.FIRM_OWNER, valid_to=None)
    row = rows.select_related("user").order_by("id").first()
    if row is None:
        return None
    roles = frozenset({Role.FIRM_OWNER})
    return Actor(row.user_id, row.user.name, Hat.FIRM, roles, firm_id=firm_id)


def _times(application: Application, factor: int) -> list[dict[str, Any]]:
    """The lines for so many times the price."""
    return [
        {**line, "unit_price": line["unit_price"] * factor} for line in application.expense_input
    ]
