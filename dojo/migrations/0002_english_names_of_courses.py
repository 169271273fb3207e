from django.db import migrations, models

# Versions that are there already are not loaded again (dojo.services.courses).
NAMES = {"dojo": "DX Dojo", "leader": "Course for Digitalisation Leaders"}


def name(apps, schema_editor):
    courses = apps.get_model("dojo", "Course").objects
    for code, english in NAMES.items():
        courses.filter(code=code, name_en="").update(name_en=english)


class Migration(migrations.Migration):
    dependencies = [
        ("dojo", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="name_en",
            field=models.CharField(blank=True, max_length=80, verbose_name="名称（英語）"),
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
