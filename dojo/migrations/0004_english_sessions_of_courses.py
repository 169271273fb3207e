from django.db import migrations, models

from dojo.courses.definitions import definitions


def tell(apps, schema_editor):
    """Versions that are there already are not loaded again: they get the English of their file."""
    courses = apps.get_model("dojo", "Course").objects
    for item in definitions():
        found = courses.filter(code=item.fields["code"], version=item.fields["version"]).first()
        if found is None:
            continue
        courses.filter(pk=found.pk).update(entry=item.fields["entry"])
        for number, unit in enumerate(item.units, start=1):
            found.units.filter(number=number).update(**unit)


def texts(name, label, length):
    return migrations.AddField(
        model_name="curriculumunit",
        name=name,
        field=models.CharField(blank=True, max_length=length, verbose_name=label),
    )


class Migration(migrations.Migration):
    dependencies = [("dojo", "0003_english_texts_of_courses")]

    operations = [
        texts("title_en", "題（英語）", 120),
        texts("goal_en", "ねらい（英語）", 300),
        texts("prework_en", "事前の準備（英語）", 300),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
