"""請求: the account, and what a claim moves."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.money import format_yen
from portal.kernel.transitions import StaleState
from subsidies.grants import policies, states
from subsidies.grants.kinds.claim import ACCOUNT, ADVANCE, CLAIM, may_advance, most_advance_yen
from subsidies.grants.models import ClaimAccount, Filing, Ruling
from subsidies.grants.rules import bank
from subsidies.grants.services.filings import on_accept, on_return, on_submit
from subsidies.grants.services.rulings import effect
from subsidies.rules.problem import Problem
from subsidies.services.errors import Incomplete, NotEditable, Refused
from subsidies.services.grants import grant_move

TEXTS = {"bank_name": 60, "branch_name": 60, "explanation": 400}


def claim_account_save(
    *,
    actor: Actor,
    filing_id: int,
    bank_code: str,
    bank_name: str,
    branch_code: str,
    branch_name: str,
    kind: str,
    number: str,
    holder: str,
    explanation: str = "",
) -> ClaimAccount:
    """Keep the account of a claim that is being written, in the form banks use.

    An empty `number` keeps the stored one, which no screen shows. Raises Incomplete with the
    problems, NotEditable.
    """
    typed = {
        "bank_code": bank_code,
        "bank_name": bank_name.strip(),
        "branch_code": branch_code,
        "branch_name": branch_name.strip(),
        "kind": kind,
        "number": number,
        "holder": holder,
        "explanation": explanation.strip(),
    }
    with transaction.atomic():
        filing = policies.get_filing(actor, lock=True, pk=filing_id)
        editable = filing.status in states.EDITABLE and not states.FIRM.isdisjoint(actor.roles)
        if not editable or filing.kind not in {CLAIM, ADVANCE}:
            raise NotEditable(_("この請求はいま編集できません。"))
        stored = ClaimAccount.objects.filter(filing=filing).first()
        if stored and not typed["number"].strip():
            typed["number"] = stored.number
        fields = _read(filing, typed)
        account = stored or ClaimAccount(
            filing=filing,
            grant_id=filing.grant_id,
            ward_id=filing.ward_id,
            firm_id=filing.firm_id,
        )
        for name, value in fields.items():
            setattr(account, name, value)
        account.save()
        return account


def claim_account_show(*, actor: Actor, filing_id: int) -> ClaimAccount:
    """The account in full, for the official who pays; each look leaves an audit row.

    Raises Filing.DoesNotExist, ClaimAccount.DoesNotExist.
    """
    with transaction.atomic():
        filing = policies.get_filing(actor, pk=filing_id)
        account = ClaimAccount.objects.get(filing=filing)
        audit.record(actor=actor, action="grants.account_viewed", obj=filing.grant)
        return account


@on_submit(CLAIM)
def claim(actor: Actor, filing: Filing) -> None:
    """請求書の提出."""
    grant_move(actor=actor, grant=filing.grant, action="claim")


@on_return(CLAIM)
def return_claim(actor: Actor, filing: Filing) -> None:
    """差戻し: the account or the name has to be mended."""
    grant_move(actor=actor, grant=filing.grant, action="return_claim", reason=filing.message)


@on_accept(CLAIM)
def refuse_acceptance(actor: Actor, filing: Filing) -> None:
    """A claim is settled by its payment, which accepts it itself."""
    raise Refused(_("請求は、支払を記録すると受理されます。"))


@effect(ADVANCE)
def allow_advance(actor: Actor, ruling: Ruling) -> None:
    """概算払の決定: nothing moves before the money does. Raises StaleState on another decision,
    Refused for more than is left for an advance since the grant was reduced.
    """
    grant = ruling.grant
    if ruling.terms["decided_yen"] != grant.decided_yen:
        raise StaleState
    if not may_advance(grant, ruling.terms["amount_yen"]):
        text = _(
            "請求の額が、いまの交付決定額での概算払の上限（%(most)s）を超えています。"
            "起案と請求を差し戻して、請求を出し直してもらってください。"
        )
        raise Refused(text % {"most": format_yen(most_advance_yen(grant))})


def _read(filing: Filing, typed: dict[str, str]) -> dict[str, str]:
    """The fields as they are stored. Raises Incomplete with a problem per field."""
    fields, problems = dict(typed), _text_problems(typed)
    for name in ("bank_code", "branch_code", "number", "holder"):
        try:
            fields[name] = (
                bank.read_holder(typed[name])
                if name == "holder"
                else bank.read_digits(name, typed[name])
            )
        except bank.Unreadable as error:
            problems.append(_problem(name, str(error)))
    if not problems and not fields["explanation"] and not _is_of_firm(filing, fields["holder"]):
        text = _(
            "口座の名義が企業名（フリガナ）と違います。口座を確かめるか、違う理由を入力してください。"
        )
        problems.append(_problem("explanation", text))
    if problems:
        raise Incomplete(problems)
    return fields


def _text_problems(typed: dict[str, str]) -> list[Problem]:
    problems = []
    for name, most in TEXTS.items():
        if len(typed[name]) > most:
            text = _("%(most)d文字以内で入力してください。") % {"most": most}
            problems.append(_problem(name, text))
        elif not typed[name] and name != "explanation":
            problems.append(_problem(name, _("名前を入力してください。")))
    if typed["kind"] not in ClaimAccount.Kind.values:
        problems.append(_problem("kind", _("預金の種類を選んでください。")))
    return problems


def _problem(name: str, text: str) -> Problem:
    return Problem("account", text, ACCOUNT, f"{ACCOUNT}.{name}")


def _is_of_firm(filing: Filing, holder: str) -> bool:
    firm = filing.grant.firm
    return bank.is_of(holder, firm.name_kana) or bank.is_of(holder, firm.name)
