"""The numbers of a selection's own papers, and that they stay what they were once it is approved."""

from importlib import import_module

from django.db import migrations, models

before = import_module("subsidies.selection.migrations.0002_guards")

_KEPT = """    THEN
        RAISE EXCEPTION 'a proposed selection does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""
_NUMBERS = """    IF OLD.status = 'approved' AND NEW.document_numbers IS DISTINCT FROM OLD.document_numbers THEN
        RAISE EXCEPTION 'the numbers of an approved selection do not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""
_BODY = before.FROZEN[: before.FROZEN.index("CREATE TRIGGER")]
_BODY = _BODY.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
assert _BODY.count(_KEPT) == 1


class Migration(migrations.Migration):
    dependencies = [("selection", "0003_casting_vote")]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="document_numbers",
            field=models.JSONField(default=dict, verbose_name="文書番号"),
        ),
        migrations.RunSQL(_BODY.replace(_KEPT, _KEPT + _NUMBERS), _BODY),
    ]
