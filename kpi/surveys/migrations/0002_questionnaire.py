"""Version 1 of the ward survey's questionnaire: reference data of every installation."""

from django.db import migrations

from kpi.surveys.instruments import CODE, brought


def insert(apps, schema_editor):
    model = apps.get_model("diagnosis", "Questionnaire")
    model.objects.create(instrument=CODE, number=1, definition=brought())


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("diagnosis", "0002_instruments")]

    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
