"""Roles are confirmed each year; those that exist begin their first year today."""

import zoneinfo

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmed_assignments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="confirmed_on",
            field=models.DateField(
                db_default=django.db.models.functions.datetime.TruncDate(
                    django.db.models.functions.datetime.Now(),
                    tzinfo=zoneinfo.ZoneInfo(key="Asia/Tokyo"),
                ),
                verbose_name="確認日",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("user")), _negated=True),
                    _connector="OR",
                ),
                name="assignment_confirmed_by_another",
                violation_error_message="ご自身の役割は確認できません。",
            ),
        ),
    ]
