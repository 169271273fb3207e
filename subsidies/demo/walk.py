"""One application on its way through the real services, each step by the person who may take it."""

import datetime as dt
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from subsidies import gate, services, states
from subsidies.contents import rules_of, submitted_rules
from subsidies.demo import forms, papers, stories
from subsidies.demo.people import Applicant, Office
from subsidies.demo.stories import Story, Talk
from subsidies.figures import unconfirmed
from subsidies.models import Application, ApplicationDocument, Call, DocumentCheck
from subsidies.rules import checklist
from subsidies.services.attachments import PURPOSE


@dataclass
class Walk:
    """The application and the people around it. Steps are methods, named in plans."""

    rng: random.Random
    today: dt.date
    office: Office
    applicant: Applicant
    application: Application
    reviewer: Actor
    talk: Talk | None = None

    @property
    def pk(self) -> int:
        return self.application.pk

    def go(self, steps: Iterable[str]) -> "Walk":
        """Take the steps in order."""
        for step in steps:
            getattr(self, step)()
        return self

    # What officials do.

    def assign(self) -> None:
        with acting(self.reviewer):
            services.assign(
                actor=self.reviewer, application_ids=[self.pk], assignee_id=self.reviewer.user_id
            )

    def start(self) -> None:
        with acting(self.reviewer):
            services.check_start(actor=self.reviewer, application_id=self.pk)

    def check_some(self) -> None:
        """Half the list, one item with a defect."""
        items = checklist.items(submitted_rules(self.application))
        self._check(items[: len(items) // 2], defect=True)

    def finish(self) -> None:
        """The whole list, then 書類確認の完了."""
        self._check(checklist.items(submitted_rules(self.application)))
        with acting(self.reviewer):
            services.check_finish(actor=self.reviewer, application_id=self.pk)

    def correct(self) -> None:
        rules = rules_of(self.application.version)
        with acting(self.reviewer):
            services.correction_request(
                actor=self.reviewer,
                application_id=self.pk,
                fields=["answers.effect", "documents.quotes"],
                notes={"answers.effect": "いまの時間数と、入れた後の時間数を書いてください。"},
                message=self.rng.choice(stories.CORRECTIONS),
                due_on=self.today + dt.timedelta(days=rules.correction_days),
            )

    def propose(self) -> None:
        """起案. In a scored call the committee comes first: the case stays in review."""
        if gate.standing(self.application).closed:
            return
        self._propose(self.reviewer, "grant", self.rng.choice(stories.GRANT_REASONS))

    def propose_less(self) -> None:
        """減額: nine tenths of what was asked for, in whole thousands."""
        if gate.standing(self.application).closed:
            return
        yen = (self.application.requested_yen or 0) * 9 // 10 // 1000 * 1000
        self._propose(self.reviewer, "grant", stories.LESS, yen)

    def propose_refusal(self) -> None:
        self._propose(self.reviewer, "refuse", self.rng.choice(stories.REFUSALS))

    def approver_proposes(self) -> None:
        """起案 by somebody who could decide as well, but not this one."""
        if gate.standing(self.application).closed:
            return
        self._propose(self.office.both or self.reviewer, "grant", stories.GRANT_REASONS[0])

    def give_back(self) -> None:
        approver = self.office.approver
        if not self._is_proposed():
            return
        with acting(approver):
            services.proposal_return(
                actor=approver,
                application_id=self.pk,
                reason=stories.GIVEN_BACK,
            )

    def approve(self) -> None:
        """決裁. What the budget does not bear stays waiting, as it would."""
        approver = self.office.approver
        if not self._is_proposed():
            return
        with acting(approver):
            try:
                services.decision_approve(actor=approver, application_id=self.pk)
            except services.BudgetExceeded:
                return

    def answer_message(self) -> None:
        """The reply to what the firm has asked."""
        assert self.talk is not None, "answer_message comes after ask"
        self._say(self.reviewer, self.talk.reply)

    # What the firm does.

    def ask(self) -> None:
        """A question that fits where the application stands."""
        actor = self.applicant.actor
        with acting(actor):
            self.application.refresh_from_db(fields=["status"])
        mending = self.application.status == states.CORRECTION
        talks = stories.TALKS_WHILE_MENDED if mending else stories.TALKS_WHILE_CHECKED
        self.talk = self.rng.choice(talks)
        self._say(actor, self.talk.question)

    def mend(self) -> None:
        """The correction's answer: the field rewritten, a better quotation, handed in."""
        actor = self.applicant.actor
        effect = f"{self.application.answers['effect']}測定は3か月の平均による。"
        with acting(actor):
            services.draft_save_answers(
                actor=actor, application_id=self.pk, answers={"effect": effect}
            )
            attach(actor, self.application, "quotes", "見積書（訂正）.pdf", self._quotation())
            services.correction_answer(
                actor=actor, application_id=self.pk, idempotency_key=key(self.rng)
            )

    def withdraw(self) -> None:
        actor = self.applicant.actor
        with acting(actor):
            services.application_withdraw(
                actor=actor, application_id=self.pk, reason=self.rng.choice(stories.WITHDRAWALS)
            )

    def _check(self, items: Iterable[checklist.CheckItem], *, defect: bool = False) -> None:
        with acting(self.reviewer):
            for number, item in enumerate(items):
                bad = defect and number == 0
                services.check_item_set(
                    actor=self.reviewer,
                    application_id=self.pk,
                    item=item.code,
                    verdict=DocumentCheck.Verdict.NOT_OK if bad else DocumentCheck.Verdict.OK,
                    note="担当者の電話番号が名刺と違います。" if bad else "",
                )

    def _propose(self, actor: Actor, outcome: str, reason: str, yen: int | None = None) -> None:
        with acting(actor):
            services.decision_propose(
                actor=actor,
                application_id=self.pk,
                outcome=outcome,
                amount_yen=yen,
                reason=reason,
            )

    def _is_proposed(self) -> bool:
        with acting(self.reviewer):
            self.application.refresh_from_db(fields=["status"])
        return self.application.status == states.AWAITING_APPROVAL

    def _say(self, actor: Actor, body: str) -> None:
        with acting(actor):
            services.message_post(actor=actor, application_id=self.pk, body=body)

    def _quotation(self) -> bytes:
        lines = self.application.expense_input
        return papers.quotation(
            firm=self.application.firm_name, lines=lines, vendor=lines[0].get("vendor", "")
        )


def draft(applicant: Applicant, call: Call) -> Application:
    """A firm's draft with what the portal prefills, and nothing else."""
    with acting(applicant.actor):
        return services.draft_start(actor=applicant.actor, call_id=call.pk)


def fill(
    rng: random.Random,
    applicant: Applicant,
    application: Application,
    story: Story,
    *,
    today: dt.date,
    upload: bool = False,
    more_quotes: int = 0,
) -> Application:
    """The whole form: eligibility, answers, budget, and a file for each required document.

    `upload` sends the files through the inspection of uploads; otherwise they are filed as made by
    the portal itself, which they are, because each inspection takes a quarter of a second.
    """
    actor, rules = applicant.actor, rules_of(application.version)
    told = forms.answers(
        rules, story, call=application.call, person=actor.name,
        phone=applicant.firm.phone, day=today,
    )  # fmt: skip
    lines = forms.lines(rng, rules, story)
    with acting(actor):
        services.draft_save_eligibility(
            actor=actor, application_id=application.pk, answers=forms.eligibility(rules)
        )
        services.draft_save_answers(actor=actor, application_id=application.pk, answers=told)
        services.draft_save_expenses(actor=actor, application_id=application.pk, lines=lines)
        quote = papers.quotation(firm=application.firm_name, lines=lines, vendor=lines[0]["vendor"])
        for document in rules.documents:
            name = document.name.partition("（")[0]
            if document.code == "quotes":
                for number in range(1 + more_quotes):
                    title = f"{name}{number + 1 if number else ''}.pdf"
                    attach(actor, application, "quotes", title, quote, upload=upload)
                quote_lines(actor, application, day=today)
            elif document.required:
                content = papers.sample(name)
                attach(actor, application, document.code, f"{name}.pdf", content, upload=upload)
            elif document.code == "catalog" and upload:
                content = papers.photograph()
                attach(actor, application, "catalog", "現場の写真.jpg", content, upload=True)
    return Application.objects.select_related("version__scheme", "call").get(pk=application.pk)


def quote_lines(actor: Actor, application: Application, *, day: dt.date, **more: Any) -> None:
    """Quotes for the lines as they are now, of the paper that was attached last. As the firm."""
    application.refresh_from_db(fields=["expense_input"])
    rules = rules_of(application.version)
    paper = application.documents.filter(requirement="quotes").order_by("-pk").first()
    if rules.quotes is None or paper is None:
        return
    found = forms.quotes(rules, application.expense_input, day=day, document=paper.pk, **more)
    services.draft_save_quotes(actor=actor, application_id=application.pk, lines=found)


def attach(
    actor: Actor,
    application: Application,
    requirement: str,
    name: str,
    content: bytes,
    *,
    upload: bool = False,
) -> None:
    """Attach a file, as an upload or as one that the portal made."""
    kind = papers.JPEG if name.endswith("jpg") else papers.PDF
    if upload:
        services.document_attach(
            actor=actor,
            application_id=application.pk,
            requirement=requirement,
            uploaded=SimpleUploadedFile(name, content, kind),
        )
        return
    stored = files.store_generated(
        actor=actor,
        content=content,
        name=name,
        content_type=kind,
        purpose=PURPOSE,
        ward_id=None,
        firm_id=actor.firm_id,
    )
    ApplicationDocument.objects.create(
        application=application, requirement=requirement, stored_file=stored
    )


def submit(rng: random.Random, applicant: Applicant, application: Application) -> None:
    """Hand a complete draft in; a figure that looks like a slip of the unit is said to be right."""
    with acting(applicant.actor):
        if found := unconfirmed(application, rules_of(application.version)):
            services.figures_confirm(
                actor=applicant.actor,
                application_id=application.pk,
                said={item.key for item in found},
            )
        services.application_submit(
            actor=applicant.actor,
            application_id=application.pk,
            idempotency_key=key(rng),
            consent=True,
        )


def key(rng: random.Random) -> uuid.UUID:
    """A key of a submission, the same with the same seed."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)
