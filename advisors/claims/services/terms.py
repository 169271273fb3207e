"""How the ward pays: terms by versions, and payees that are not the advisor in person."""

import datetime as dt
import re
import unicodedata

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from advisors import policies
from advisors.claims.models import Payee, PayTerms
from advisors.claims.policies import visible_terms
from advisors.policies import visible_advisors
from advisors.services import moves
from advisors.services.errors import Refused
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from programs import corporate_numbers

_REGISTRATION = re.compile(r"T(\d{13})")


def terms_draft(
    *,
    actor: Actor,
    valid_from: dt.date,
    withholds: bool,
    on_travel: bool,
    on_net: bool,
    basis: str,
) -> PayTerms:
    """A new version of the ward's 支払の条件, for another official to publish. Raises RoleMissing."""
    policies.require(policies.may_keep_registry(actor))
    with transaction.atomic():
        mine = PayTerms.objects.filter(ward_id=policies.own_ward(actor))
        list(mine.select_for_update())
        row = PayTerms.objects.create(
            ward_id=policies.own_ward(actor),
            number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
            valid_from=valid_from,
            withholds=withholds,
            on_travel=on_travel,
            on_net=on_net,
            basis=moves.told(basis, 200),
            drafted_by_id=policies.person(actor),
        )
        audit.record(
            actor=actor,
            action="claims.terms_drafted",
            obj=row,
            detail={
                "valid_from": valid_from.isoformat(),
                "withholds": withholds,
                "on_travel": on_travel,
                "on_net": on_net,
            },
        )
        return row


def terms_publish(*, actor: Actor, number: int) -> PayTerms:
    """支払の条件の確定, by somebody who did not draft it.

    Raises Refused, RoleMissing, PayTerms.DoesNotExist.
    """
    policies.require(policies.may_approve(actor))
    with transaction.atomic():
        row = visible_terms(actor).select_for_update().get(number=number)
        if row.published_at:
            raise Refused(_("この版は、もう確定しています。"))
        if row.drafted_by_id in actor.persons:
            raise Refused(_("自分が作った条件は確定できません。ほかの決裁者に頼んでください。"))
        if row.valid_from < clock.today():
            raise Refused(_("適用開始日が過ぎています。今日以降の日で作り直してください。"))
        row.published_by_id, row.published_at = policies.person(actor), clock.database_now()
        row.save(update_fields=["published_by", "published_at"])
        audit.record(
            actor=actor, action="claims.terms_published", obj=row, detail=audit.behalf_of(actor)
        )
        return row


def payee_save(*, actor: Actor, user_id: int, kind: str, name: str, registration_no: str) -> Payee:
    """支払先 of an advisor of the ward: for claims from now on. Raises Refused, RoleMissing."""
    policies.require(policies.may_keep_registry(actor))
    number = _registration(registration_no, kind)
    if user_id == actor.user_id:
        raise Refused(_("自分の支払先は変えられません。ほかの職員に頼んでください。"))
    if not visible_advisors(actor).filter(user_id=user_id).exists():
        raise Refused(_("この人は、この区の相談員の名簿にありません。"))
    with transaction.atomic():
        row, _new = Payee.objects.select_for_update().get_or_create(
            ward_id=policies.own_ward(actor), user_id=user_id, defaults={"name": name}
        )
        before = [row.kind, row.name, row.registration_no]
        row.kind, row.name = Payee.Kind(kind), moves.told(name, 200)
        row.registration_no = number
        row.save(update_fields=["kind", "name", "registration_no"])
        audit.record(
            actor=actor,
            action="claims.payee_saved",
            obj=row,
            changes={"payee": [before, [row.kind, row.name, row.registration_no]]},
        )
        return row


def _registration(typed: str, kind: str) -> str:
    """T and 13 digits, or nothing; a company's are its 法人番号. Raises Refused."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if not number:
        return ""
    found = _REGISTRATION.fullmatch(number)
    if found is None:
        raise Refused(_("登録番号は、Tと13桁の数字で入力してください。"))
    if kind == Payee.Kind.COMPANY:
        try:
            corporate_numbers.parse(found[1])
        except corporate_numbers.NotACorporateNumber as wrong:
            raise Refused(str(wrong)) from wrong
    return number
