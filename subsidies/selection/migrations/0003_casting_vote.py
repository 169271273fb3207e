from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("selection", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="minutes",
            name="chair_vote",
            field=models.CharField(
                blank=True,
                choices=[("for", "可とする"), ("against", "否とする")],
                default="",
                max_length=8,
                verbose_name="可否同数のときの委員長の決定",
            ),
            preserve_default=False,
        ),
    ]
