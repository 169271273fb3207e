"""研究用データ: what an outside researcher needs to compute an evaluation again, without names.

Firms get numbers from a salt that is made for one bundle and thrown away with it, so that no list of
numbers leads from one bundle to the next; figures are rounded, so that a firm's own are not unique by
their last digits, nor its score found by its growth. 付加価値額 is told as the change since the firm's
first year, on the logarithm, which leaves the estimates as they are and tells no size; classes are so
coarse that three firms or more of a cohort share them all (rules.study.coarse). The estimate from these
classes stands beside the published one.
"""

import csv
import gzip
import hashlib
import hmac
import io
import json
import secrets
import zipfile
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kpi.effect import page, policies
from kpi.effect.models import Bundle, Evaluation, Material, Question
from kpi.series.selectors import consents
from portal.accounts.policies import person_id
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import ReasonMissing, TransitionRefused

LEAST_REASON = 10
# Files of a ZIP carry a day; the same one in each, so that equal content is equal.
_DAY = (1980, 1, 1, 0, 0, 0)
# Decimals of a logarithm: 0.001 is a tenth of a percent, far below any estimate's error.
_PLACES, _SCORED_PLACES = 3, 2


def bundle_make(*, actor: Actor, public_id: object, reason: str) -> tuple[Bundle, bytes]:
    """The ZIP, and the row that says who got it made for what. Raises RoleMissing, ReasonMissing."""
    policies.require(policies.may_order(actor))
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise ReasonMissing(_("渡す相手と目的を、10字以上で入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = policies.get_evaluation(actor, public_id=public_id)
        material = Material.objects.filter(evaluation=row).first()
        if material is None or row.phase != Evaluation.Phase.DONE:
            raise TransitionRefused(_("この検証には、渡せるデータがありません。"))
        content = json.loads(gzip.decompress(bytes(material.content)))
        if row.question == Question.GRANT and _has_refused(content):
            raise TransitionRefused(
                _(
                    "この検証のあとに、決算を評価に使う同意を取り消した企業があります。"
                    "検証をもう一度始め、その結果から作ってください。"
                )
            )
        packed, firms = pack(row, content, secrets.token_bytes(32))
        made = Bundle.objects.create(
            evaluation=row,
            reason=reason[:300],
            made_by_id=person_id(actor),
            made_by_name=actor.name[:150],
            sha256=hashlib.sha256(packed).hexdigest(),
            firms=firms,
        )
        audit.record(
            actor=actor,
            action="effect.bundle_made",
            obj=made,
            reason=reason,
            detail={"evaluation": row.pk, "sha256": made.sha256, "firms": firms},
        )
    return made, packed


def _has_refused(content: dict[str, Any]) -> bool:
    """Whether a firm has taken its word back since: what was computed stays, what is handed out does not."""
    firms = {int(unit) for unit, *_rest in content["rows"]}
    return False in consents(sorted(firms)).values()


def pack(row: Evaluation, content: dict[str, Any], salt: bytes) -> tuple[bytes, int]:
    """The ZIP's bytes, and how many firms are in it."""
    rows = content["rows"]
    first: dict[str, float] = {}
    for unit, _time, _cohort, outcome, _covariates in rows:
        first.setdefault(unit, outcome)
    is_growth = row.question == Question.GRANT
    names = {unit: _pseudonym(salt, unit) for unit in first}
    panel = [
        [
            names[unit],
            time,
            cohort or "",
            repr(round(outcome - first[unit] * is_growth, _PLACES)),
            *covariates,
        ]
        for unit, time, cohort, outcome, covariates in rows
    ]
    columns = [f"c{at + 1}" for at in range(len(content["covariates"]))]
    with translation.override("ja"):
        # Counts of firms as the page shows them: one or two are withheld, and what tells them.
        published = row.result | {"flow": page.flow_lines(row)}
        readme = render_to_string(
            "effect/bundle/readme.txt",
            {
                "row": row,
                "columns": list(zip(columns, content["covariates"], strict=True)),
                "is_growth": is_growth,
            },
        )
    settings = {
        "question": row.question,
        "letter": row.letter,
        "control": "not_yet" if is_growth else "never",
        "anticipation": 1 if is_growth else 0,
        "headline": "group" if is_growth else "simple",
        "covariates": columns,
        "seed": row.seed,
        "software": row.software,
        "watermark": row.watermark.isoformat() if row.watermark else None,
        "panel_sha256": row.panel_sha256,
    }
    files = {
        "README.txt": readme.encode(),
        "panel.csv": _csv(["firm", "year", "cohort", "outcome", *columns], sorted(panel)),
        "scores.csv": _csv(
            ["distance", "growth", "granted"],
            sorted(
                [round(a, 2), repr(round(b, _SCORED_PLACES)), int(c)]
                for a, b, c in content["scored"]
            ),
        ),
        "results.json": _json(published),
        "settings.json": _json(settings),
        "recompute.py": render_to_string("effect/bundle/recompute.py.txt").encode(),
    }
    manifest = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    )
    files["SHA256SUMS"] = manifest.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _DAY), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue(), len(names)


def _pseudonym(salt: bytes, unit: str) -> str:
    return hmac.new(salt, unit.encode(), hashlib.sha256).hexdigest()[:12]


def _csv(header: list[str], rows: list[list[Any]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
