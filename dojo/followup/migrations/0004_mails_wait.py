from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0003_mails_paused"),
    ]

    operations = [
        migrations.AddField(
            model_name="surveymail",
            name="not_before",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="surveymail",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
