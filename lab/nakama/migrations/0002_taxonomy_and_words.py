"""Processes, materials and the words that lead to them: reference data of every installation."""

from dataclasses import asdict

from django.db import migrations

from lab.nakama.taxonomy import definitions


def insert(apps, schema_editor):
    for name, entries in (
        ("Process", definitions.processes()),
        ("Material", definitions.materials()),
    ):
        model = apps.get_model("nakama", name)
        model.objects.bulk_create(
            model(
                code=entry.code,
                parent_id=entry.parent,
                name_ja=entry.name_ja,
                name_en=entry.name_en,
                order=entry.order,
            )
            for entry in entries
        )
    model = apps.get_model("nakama", "Alias")
    model.objects.bulk_create(
        (model(**asdict(word)) for word in definitions.words()), batch_size=1000
    )


class Migration(migrations.Migration):
    dependencies = [("nakama", "0001_initial")]

    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
