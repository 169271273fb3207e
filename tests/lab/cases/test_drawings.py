"""Drawings: seen after the promise and until the leave ends; by wards and other firms never."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction

from lab.nakama.cases import policies, services
from lab.nakama.cases.models import (
    Award,
    Drawing,
    DrawingGrant,
    DrawingLook,
    NdaAcceptance,
    Order,
    Proposal,
    Quote,
)
from lab.nakama.cases.nda import current
from lab.nakama.cases.services import Refused
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from tests.factories import cases as build
from tests.factories import subsidies as make
from tests.kernel.files import corpus

pytestmark = pytest.mark.django_db
LATHE, HEAT, GRIND = build.STEPS


def drawing(owner, case, name="組立図", content=None):
    with acting(owner):
        return services.drawing_add(
            actor=owner,
            case_id=case.pk,
            name=name,
            uploaded=SimpleUploadedFile("zu.pdf", content or corpus.pdf()),
        )


def test_a_drawing_is_seen_after_the_promise_and_until_the_leave_ends():
    owner, shop = build.buyer(), build.shop(LATHE)
    case = build.opened(owner, codes=(LATHE,))
    sent = drawing(owner, case)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    look = {"actor": shop, "case_id": case.pk, "public_id": sent.public_id}
    with acting(shop):
        assert not policies.visible_drawings(shop, case.pk).exists()
        with pytest.raises(services.NotPromised):
            services.drawing_open(**look)
        with pytest.raises(Refused, match="新しく"):
            services.nda_accept(actor=shop, case_id=case.pk, sha256="0" * 64)
        services.nda_accept(actor=shop, case_id=case.pk, sha256=current().sha256)
        assert policies.visible_drawings(shop, case.pk).exists()
        _found, reader = services.drawing_open(**look)
        reader.close()
    assert NdaAcceptance.objects.get(case=case).text.startswith("秘密保持の約束")
    seen = DrawingLook.objects.get(case=case)
    assert (seen.firm_id, seen.person_id) == (shop.firm_id, shop.user_id)
    DrawingGrant.objects.filter(case=case).update(
        granted_at=clock.database_now() - dt.timedelta(days=9),
        expires_at=clock.database_now() - dt.timedelta(days=1),
    )
    with acting(shop):
        assert not policies.visible_drawings(shop, case.pk).exists()
        with pytest.raises(services.GrantOver, match="期限が過ぎました"):
            services.drawing_open(**look)
    again = drawing(owner, case)
    assert again.revision == 2
    assert Drawing.objects.get(pk=sent.pk).replaced_at is not None


def test_at_the_end_nobody_looks_and_the_bytes_go():
    owner, shop = build.buyer(), build.shop(LATHE)
    case = build.opened(owner, codes=(LATHE,))
    sent = drawing(owner, case)
    with acting(owner):
        services.case_withdraw(actor=owner, case_id=case.pk, reason="注文がなくなった")
    later = clock.database_now() + dt.timedelta(days=31)
    assert services.drawings_purge(actor=build.SYSTEM, now=later) == 1
    sent.refresh_from_db()
    assert sent.stored_file.erased_at is not None
    assert shop.firm_id


def test_wards_policy_staff_and_other_firms_see_no_drawing_and_no_price():
    owner, makers = build.buyer(), [build.shop(code) for code in build.STEPS]
    case = build.opened(owner)
    drawing(owner, case)
    case = build.awarded(owner, makers)
    stranger, lab = build.buyer(), build.coordinator()
    official, auditor = make.official_actor(), make.auditor_actor()
    secret = (Drawing, Quote, Order, Proposal, Award, DrawingLook, NdaAcceptance, DrawingGrant)
    for actor in (official, auditor, stranger, lab):
        with acting(actor):
            for model in secret:
                try:
                    with transaction.atomic():
                        assert not model.objects.exists(), f"{actor.hat} reads {model}"
                except ProgrammingError:
                    assert actor.hat != Hat.FIRM
    with acting(official):
        assert policies.visible_cases(official).filter(pk=case.pk).exists()
    with acting(stranger):
        assert not policies.visible_cases(stranger).exists()
    with acting(lab):
        assert policies.visible_cases(lab).filter(pk=case.pk).exists()
    with acting(makers[0]):
        assert Quote.objects.count() == 1, "the own quote alone"
