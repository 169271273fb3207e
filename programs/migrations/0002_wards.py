"""The 23 wards: reference data that every installation needs."""

from django.db import migrations

from programs.wards import WARDS


def insert(apps, schema_editor):
    apps.get_model("programs", "Ward").objects.bulk_create(
        apps.get_model("programs", "Ward")(mayor_title=ward.mayor_title, **ward._asdict())
        for ward in WARDS
    )


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]

    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
