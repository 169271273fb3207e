import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("advisors", "0002_visits_apart"),
        ("diagnosis", "0002_instruments"),
    ]

    operations = [
        migrations.AddField(
            model_name="supportrequest",
            name="barriers",
            field=models.JSONField(default=list, verbose_name="阻害要因"),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="diagnosis",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="diagnosis.diagnosis",
            ),
        ),
    ]
