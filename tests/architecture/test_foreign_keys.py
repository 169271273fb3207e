"""String foreign keys escape the import linter: a model may point down or sideways, never up."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

# The layers of pyproject.toml's import contract, from the floor up.
RANKS = {
    "kernel": 0,
    "accounts": 1,
    "ui": 2,
    "notices": 2,
    "exports": 2.5,
    "letters": 2.5,
    "programs": 3,
    "diagnosis": 3.1,
    "subsidies": 4,
    "grants": 4.1,
    "bulk": 4.1,
    "office": 4.1,
    "consultations": 4.1,
    "evaluation": 4.1,
    "committee": 4.1,
    "ledger": 4.2,
    "selection": 4.2,
    "obligations": 4.2,
    "watch": 4.3,
    "retention": 4.3,
    "dojo": 4,
    "worksheets": 4.1,
    "followup": 4.1,
    "advisors": 4,
    "adoption": 4.1,
    "claims": 4.1,
    "booking": 4,
    "events": 4.1,
    "nakama": 4,
    "cases": 4.1,
    "exchange": 4.15,
    "consortium": 4.2,
    "kpi": 5,
    "series": 5.1,
    "surveys": 5.1,
    "releases": 5.2,
    "effect": 5.2,
    "policy": 5.3,
    "navi": 6,
    "personal": 6,
    "search": 6,
    "auditing": 6,
    "manuals": 6,
    "duty": 6,
    "mailing": 6,
    "desk": 6,
    "cms": 6.1,
}


def relations():
    for model in apps.get_models():
        if model._meta.app_label in RANKS:
            for field in model._meta.get_fields():
                if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                    yield model, field


@pytest.mark.parametrize(
    ("model", "field"), [pytest.param(m, f, id=f"{m.__name__}.{f.name}") for m, f in relations()]
)
def test_a_relation_points_down_or_stays_in_its_app(model, field):
    here, there = model._meta.app_label, field.related_model._meta.app_label
    if there in RANKS and there != here:
        assert RANKS[there] < RANKS[here], f"{model.__name__}.{field.name} points up to {there}"


def test_every_app_of_ours_has_a_rank():
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name.split(".")[0]
        in {"portal", "programs", "subsidies", "dojo", "advisors", "lab", "kpi"}
    }
    assert ours <= RANKS.keys() | {"gbizid", "runtime"}
