from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0003_schemes_of_published_revisions")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="about",
            field=models.JSONField(default=dict, verbose_name="名前と概要"),
        ),
    ]
