"""Walk-ins obey the rules of a booking; what staff may set aside, and rules signed at the desk."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0009_who_stands_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lab",
            name="overrides",
            field=models.JSONField(default=list, verbose_name="職員の判断で認められる条件"),
        ),
        migrations.AlterField(
            model_name="acceptance",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="signer",
            field=models.CharField(blank=True, max_length=100, verbose_name="署名した方"),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="noted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False),
                    models.Q(models.Q(("signer", ""), _negated=True), ("noted_by__isnull", False)),
                    _connector="OR",
                ),
                name="acceptance_by_somebody",
            ),
        ),
    ]
