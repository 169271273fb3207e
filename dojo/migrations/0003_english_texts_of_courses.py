from django.db import migrations, models

# Versions that are there already are not loaded again (dojo.services.courses).
TEXTS = {
    "dojo": {
        "audience_en": "Owners of small factories (small groups, a workshop of 5 sessions)",
        "summary_en": (
            "You take stock of the problems of your own firm, compare tools, work out costs and "
            "effects yourself, and go home with a plan of action. No session is for listening "
            "only."
        ),
    },
    "leader": {
        "audience_en": (
            "Team leaders on the shop floor and young core staff (no knowledge of IT needed)"
        ),
        "summary_en": (
            "You go through it all once with an example from your own firm: make the work on the "
            "shop floor visible, choose a tool, lead its introduction and measure the effect."
        ),
    },
}


def translate(apps, schema_editor):
    courses = apps.get_model("dojo", "Course").objects
    for code, texts in TEXTS.items():
        courses.filter(code=code, summary_en="").update(**texts)


class Migration(migrations.Migration):
    dependencies = [
        ("dojo", "0002_english_names_of_courses"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="audience_en",
            field=models.CharField(blank=True, max_length=200, verbose_name="対象（英語）"),
        ),
        migrations.AddField(
            model_name="course",
            name="summary_en",
            field=models.TextField(blank=True, verbose_name="概要（英語）"),
        ),
        migrations.RunPython(translate, migrations.RunPython.noop),
    ]
