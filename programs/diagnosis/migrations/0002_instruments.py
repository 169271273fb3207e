"""Version 1 of every instrument: reference data of every installation."""

from django.db import migrations

from programs.diagnosis.instruments import ORDER, brought


def insert(apps, schema_editor):
    model = apps.get_model("diagnosis", "Questionnaire")
    model.objects.bulk_create(
        model(instrument=code, number=1, definition=brought(code)) for code in ORDER
    )


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0001_initial")]

    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
