"""Writing down what was found: once, and between two wards on both sides with nothing to spare."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.kernel import clock
from subsidies.models import Application
from subsidies.watch.models import Finding


@dataclass(frozen=True, slots=True)
class Side:
    """One application of a pair, with what its own papers say."""

    application: Application
    own: Mapping[str, Any] = field(default_factory=dict)


def single(
    application: Application, kind: str, subject: str, evidence: Mapping[str, Any]
) -> Finding:
    """A finding on one application alone."""
    return _once(application, kind, subject, dict(evidence))


def pair(
    kind: str,
    one: Side,
    other: Side,
    *,
    detail: Mapping[str, Any],
    subject: str = "",
    told: Collection[int] | None = None,
) -> None:
    """A finding on each of the two. `detail` (both cases' words, likeness) stays inside a ward.

    `told` are the wards whose limits are reached, None all: another ward is not told.
    """
    sides = [
        _side(kind, viewer, there, detail, subject)
        for viewer, there in ((one, other), (other, one))
        if told is None or viewer.application.ward_id in told
    ]
    if len(sides) == 2 and not any(side.twin_id for side in sides):
        sides[0].twin, sides[1].twin = sides[1], sides[0]
        Finding.objects.bulk_update(sides, ["twin"])


def told_of(viewer: Application, other: Application) -> dict[str, Any]:
    """What the officials of `viewer` may read of the other case.

    Of another ward: ward, scheme and date (目的外の提供にならない範囲). The same firm is no secret
    to a ward that has an application of it (法人番号 is public).
    """
    told = {
        "ward": other.ward_id,
        "scheme": other.scheme_name,
        "submitted_on": clock.to_date(other.submitted_at).isoformat() if other.submitted_at else "",
        "same_firm": viewer.firm_id == other.firm_id,
    }
    if viewer.ward_id == other.ward_id:
        told |= {
            "receipt_no": other.receipt_no,
            "firm": other.firm_name,
            "title": other.title,
        }
    return told


def _side(kind: str, viewer: Side, other: Side, detail: Mapping[str, Any], subject: str) -> Finding:
    application, there = viewer.application, other.application
    same_ward = application.ward_id == there.ward_id
    evidence = {**viewer.own, "other": told_of(application, there)}
    if same_ward:
        evidence |= detail
    return _once(
        application,
        kind,
        f"{there.pk} {subject}".strip(),
        evidence,
        other=there if same_ward else None,
        other_ward_id=there.ward_id,
    )


def _once(
    application: Application, kind: str, subject: str, evidence: dict[str, Any], **more: Any
) -> Finding:
    """The finding as it was found first."""
    row, _made = Finding.objects.get_or_create(
        application=application,
        kind=kind,
        subject=subject[:100],
        defaults={
            "ward_id": application.ward_id,
            "firm_id": application.firm_id,
            "evidence": evidence,
            **more,
        },
    )
    return row
