"""Papers of the small world: a template, a letter, a prepared run, and bytes for what is stored."""

from typing import Any

from tests.factories.programs import SUMIDA

CANARY = "かなりあ精機"


def template(call: Any, user_id: int) -> None:
    """A ひな形 that the call's scheme hands out."""
    from subsidies.models import DocumentTemplate
    from tests.factories import subsidies as make

    stored = make.make_file(firm_id=None, ward_id=SUMIDA)
    put_bytes(stored)
    DocumentTemplate.objects.create(
        scheme=call.version.scheme,
        ward_id=SUMIDA,
        code="quotes",
        stored_file=stored,
        added_by_id=user_id,
    )


def bulk(application: Any, user_id: int) -> Any:
    """A prepared run that leaves the application out."""
    from subsidies.bulk.models import BulkItem, BulkRun

    run = BulkRun.objects.create(ward_id=SUMIDA, kind="print", created_by_id=user_id)
    BulkItem.objects.create(
        run=run, application=application, position=1, outcome="excluded", reason=CANARY
    )
    return run


def letter(firm: Any) -> Any:
    """A letter of the ward to the firm."""
    from portal.kernel import clock
    from portal.letters.models import Letter, LetterTemplate
    from tests.factories import subsidies as make

    stored = make.make_file(firm_id=firm.pk, ward_id=SUMIDA)
    put_bytes(stored)
    return Letter.objects.create(
        key="world:1",
        ward_id=SUMIDA,
        firm_id=firm.pk,
        case_no=CANARY,
        kind="decision",
        issued_on=clock.today(),
        made_at=clock.now(),
        data={"title": CANARY, "addressee_name": CANARY},
        template=LetterTemplate.objects.create(digest="0" * 64, name="decision", sources={}),
        engine="typst",
        sha256=stored.sha256,
        stored_file=stored,
    )


def put_bytes(stored: Any) -> None:
    """The factories write the row alone; a download needs the bytes."""
    from django.core.files.base import ContentFile

    from portal.kernel.files import storage

    storage.private().save(stored.storage_key, ContentFile(b"%PDF-1.7"))
    stored.preview_key = f"{stored.storage_key}-small"
    storage.private().save(stored.preview_key, ContentFile(b"JPEG"))
    stored.save(update_fields=["preview_key"])
