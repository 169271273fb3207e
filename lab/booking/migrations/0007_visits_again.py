"""Whoever was recorded by mistake and taken back can be recorded again on the same day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0006_bookings_in_fewer_steps")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="number",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RemoveConstraint(model_name="visit", name="visit_once_a_day"),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("takes_back", None)),
                fields=("lab", "day", "who", "number"),
                name="visit_once_a_day",
            ),
        ),
    ]
