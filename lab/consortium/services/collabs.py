"""Joint developments: parties, the contract (the fact of 3-KGI), orders under it, a cancellation."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.consortium import collab_states as states
from lab.consortium import policies
from lab.consortium.models import Collab, CollabOrder, CollabParty
from lab.consortium.rules.counting import Party, in_ward, independent, keys_of
from lab.consortium.services.errors import Refused
from lab.consortium.services.parts import OLDEST_DAYS, paper_in, too_old, wards_of, writing
from lab.nakama.selectors.words import process_groups
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState
from programs.groups import groups_of
from programs.models import Firm

PURPOSE = "consortium_contract"
MOST_PARTIES = 30


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as typed. `lead`: the party that signs for all."""

    contract_no: str
    on: dt.date
    lead_id: int
    uploaded: UploadedFile | None


def collab_add(
    *, actor: Actor, title: str, about: str = "", processes: Collection[str] = ()
) -> Collab:
    """共同開発を登録する, with the groups of processes it is about. Raises RoleMissing."""
    ward_id = policies.own_ward(actor)
    with transaction.atomic(), acting(actor.elevated()):
        row = Collab.objects.create(
            ward_id=ward_id,
            title=plain(title, 100),
            about=plain(about, 2000),
            processes=sorted(set(processes) & {code for code, _name in process_groups()}),
            added_by_id=policies.person(actor),
        )
        audit.record(actor=actor, action="consortium.collab_added", obj=row)
        return row


def party_add(
    *, actor: Actor, collab_id: int, name: str, group: str = "", corporate_number: str = ""
) -> CollabParty:
    """A firm, by its number where it is in the register. Raises Refused (there already), StaleState."""
    seen = _kept(actor, collab_id)
    try:
        with writing(actor, seen) as row:
            if row.status != states.PLANNED:
                raise StaleState
            if CollabParty.objects.filter(collab=row).count() >= MOST_PARTIES:
                raise Refused(_("企業は%(n)d社までです。") % {"n": MOST_PARTIES})
            firm = _firm(corporate_number)
            party = CollabParty.objects.create(
                collab=row,
                firm=firm,
                name=firm.name if firm else plain(name, 200),
                group=plain(group, 100),
            )
            _repeat(row)
            audit.record(actor=actor, action="consortium.party_added", obj=row)
            return party
    except IntegrityError as twice:
        raise Refused(_("この企業は、すでに加わっています。")) from twice


def _firm(corporate_number: str) -> Firm | None:
    if not corporate_number:
        return None
    firm = Firm.objects.filter(corporate_number=corporate_number).first()
    if firm is None:
        raise Refused(
            _(
                "この法人番号の企業は、企業台帳にありません。番号を確かめるか、空欄にして企業名だけで加えてください。"
            )
        )
    return firm


def party_remove(*, actor: Actor, collab_id: int, party_id: int) -> None:
    """Not one of them after all, before the contract. Raises StaleState."""
    seen = _kept(actor, collab_id)
    with writing(actor, seen) as row:
        if row.status != states.PLANNED:
            raise StaleState
        if not CollabParty.objects.filter(pk=party_id, collab=row).delete()[0]:
            raise StaleState
        _repeat(row)
        audit.record(actor=actor, action="consortium.party_removed", obj=row)


def collab_contract(*, actor: Actor, collab_id: int, given: Contract) -> Collab:
    """契約を記録する, with the paper: from now on it counts for 3-KGI.

    Raises Refused (fewer than two independent firms, none in the wards, a day to come, a contract
    known already), UploadRefused, StaleState.
    """
    seen = _kept(actor, collab_id)
    if seen.status != states.PLANNED:
        raise StaleState
    if given.on > clock.today():
        raise Refused(_("契約日が今日より先です。署名がそろった日を入力してください。"))
    if given.on < clock.today() - dt.timedelta(OLDEST_DAYS):
        raise Refused(too_old())
    with acting(actor.elevated()):
        _checked(seen, given)
    stored = paper_in(actor, given.uploaded, PURPOSE, None)
    try:
        with writing(actor, seen) as row:
            if row.status != states.PLANNED:
                raise StaleState
            # Again: while the paper was looked at, somebody else may have taken a firm out.
            firms, lead, number = _checked(row, given)
            _repeat(row)
            _fact(
                row,
                "joint_development_contracted",
                on=given.on.isoformat(),
                firm_ids=row.firm_ids,
                ward_ids=row.ward_ids,
                independent=firms,
                processes=row.processes,
            )
            _move(
                actor,
                row,
                "contract",
                lead=lead,
                contract_no=number,
                contracted_on=given.on,
                contract_id=stored.pk,
            )
            return row
    except IntegrityError as twice:
        raise Refused(_known()) from twice


def _checked(row: Collab, given: Contract) -> tuple[int, str, str]:
    """How many independent firms, who signs, under which number. Raises Refused."""
    rows = list(CollabParty.objects.filter(collab=row))
    firms = _check_parties(rows)
    lead = next((one.name for one in rows if one.pk == given.lead_id), "")
    number = plain(given.contract_no, 60)
    _check_contract(lead, number)
    return firms, lead, number


def _known() -> str:
    return _(
        "この契約は、すでに登録されています。くり返しの注文は、登録済みの共同開発に「追加の注文」として記録してください。"
    )


def _check_contract(lead: str, number: str) -> None:
    if not lead or not number:
        raise Refused(_("代表の企業と契約番号を入力してください。"))
    if Collab.objects.filter(lead=lead, contract_no=number, status__in=states.COUNTED).exists():
        raise Refused(_known())


def _check_parties(rows: list[CollabParty]) -> int:
    """How many independent firms these are. Raises Refused."""
    groups = groups_of([one.firm_id for one in rows if one.firm_id])
    keys = keys_of((one.firm_id, one.name) for one in rows)
    parties = [
        Party(
            key=key,
            group=one.group,
            wards=frozenset(wards_of(one.firm_id)) if one.firm_id else frozenset(),
            register=groups[one.firm_id] if one.firm_id else "",
        )
        for key, one in zip(keys, rows, strict=True)
    ]
    found = independent(parties)
    if found < 2:
        raise Refused(
            _(
                "独立した企業が2社以上必要です。同じ資本グループの企業は、何社でも1社と数えます。ほかの企業を加えるか、資本関係を確かめてください。"
            )
        )
    if not in_ward(parties):
        raise Refused(
            _("23区内に事業所のある企業が1社以上必要です。企業台帳の法人番号で加えてください。")
        )
    return found


def collab_deliver(*, actor: Actor, collab_id: int, on: dt.date) -> Collab:
    """初回の納品. Raises Refused, StaleState."""
    seen = _kept(actor, collab_id)
    if seen.contracted_on and not seen.contracted_on <= on <= clock.today():
        raise Refused(_("納品日は、契約日から今日までの日にしてください。"))
    with writing(actor, seen) as row:
        _move(actor, row, "deliver", delivered_on=on)
        return row


def order_add(*, actor: Actor, collab_id: int, on: dt.date, note: str = "") -> CollabOrder:
    """追加の注文 under the same contract: nothing more is counted. Raises Refused, StaleState."""
    seen = _kept(actor, collab_id)
    with writing(actor, seen) as row:
        if row.status not in states.COUNTED or row.contracted_on is None:
            raise StaleState
        if not row.contracted_on <= on <= clock.today():
            raise Refused(_("注文日は、契約日から今日までの日にしてください。"))
        order = CollabOrder.objects.create(
            collab=row, on=on, note=plain(note, 200), added_by_id=policies.person(actor)
        )
        audit.record(actor=actor, action="consortium.order_added", obj=row)
        return order


def collab_cancel(*, actor: Actor, collab_id: int, reason: str) -> Collab:
    """初回納品前の取消し: it counts no more. Raises ReasonMissing, StaleState."""
    seen = _kept(actor, collab_id)
    with writing(actor, seen) as row:
        told = plain(reason, 500)
        if row.status == states.CONTRACTED and told:
            _fact(row, "joint_development_taken_back")
        _move(actor, row, "cancel", why=told, reason=told)
        return row


def collab_drop(*, actor: Actor, collab_id: int, reason: str) -> Collab:
    """契約に至らなかった. Raises ReasonMissing, StaleState."""
    seen = _kept(actor, collab_id)
    with writing(actor, seen) as row:
        told = plain(reason, 500)
        _move(actor, row, "drop", why=told, reason=told)
        return row


def _kept(actor: Actor, collab_id: int) -> Collab:
    policies.require(policies.is_staff(actor))
    return policies.get_collab(actor, pk=collab_id)


def _repeat(row: Collab) -> None:
    """What the row policies ask, from the parties."""
    firms = CollabParty.objects.filter(collab=row, firm__isnull=False)
    row.firm_ids = sorted(firm for firm in firms.values_list("firm_id", flat=True) if firm)
    row.ward_ids = sorted({ward for firm in row.firm_ids for ward in wards_of(firm)})
    row.save(update_fields=["firm_ids", "ward_ids"])


def _fact(row: Collab, name: str, **told: Any) -> None:
    """What the indicators are told."""
    outbox.publish(
        name=f"consortium.{name}",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"collab_id": row.pk, **told},
    )


def _move(actor: Actor, row: Collab, action: str, *, why: str = "", **fields: Any) -> None:
    transitions.apply(
        table=states.COLLAB,
        instance=row,
        action=action,
        actor=actor,
        reason=why,
        payload={"collab_id": row.pk, "ward_id": row.ward_id},
        fields=fields,
    )
