from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0003_mails_paused"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="mail",
            name="not_before",
            field=models.DateTimeField(null=True),
        ),
    ]
