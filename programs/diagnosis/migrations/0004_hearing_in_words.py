"""The hearing's purpose in words: where an earlier wording is in force, the file's becomes its next version."""

from django.db import migrations

from programs.diagnosis.instruments import HEARING, brought


def insert(apps, schema_editor):
    model = apps.get_model("diagnosis", "Questionnaire")
    rows = model.objects.filter(instrument=HEARING)
    latest = rows.order_by("-number").first()
    if latest.number == 1 and latest.definition != brought(HEARING):
        model.objects.create(
            instrument=HEARING,
            number=2,
            definition=brought(HEARING),
            note="壁の記号を言葉にした",
        )


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0003_yearly_reminder")]

    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
