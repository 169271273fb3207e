import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programs", "0005_more_kinds_of_qualification"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("instrument", models.SlugField(max_length=20, verbose_name="診断")),
                ("number", models.PositiveSmallIntegerField(verbose_name="版")),
                ("definition", models.JSONField(verbose_name="設問")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="変えた理由")),
                (
                    "saved_by_name",
                    models.CharField(blank=True, max_length=100, verbose_name="保存した人"),
                ),
                (
                    "saved_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="保存日時",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "診断の設問",
                "ordering": ["instrument", "-number"],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("firm_name", models.CharField(max_length=200, verbose_name="企業")),
                ("person_name", models.CharField(max_length=100, verbose_name="答えた人")),
                (
                    "instrument",
                    models.SlugField(db_index=False, max_length=20, verbose_name="診断"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "入力中"), ("done", "診断済")],
                        default="draft",
                        max_length=5,
                        verbose_name="状態",
                    ),
                ),
                ("answers", models.JSONField(default=dict, verbose_name="答え")),
                ("aside", models.JSONField(default=dict, verbose_name="合わなくなった答え")),
                ("result", models.JSONField(default=dict, verbose_name="結果")),
                ("score", models.PositiveSmallIntegerField(null=True, verbose_name="点")),
                ("size", models.CharField(blank=True, max_length=1, verbose_name="規模")),
                ("jsic", models.CharField(blank=True, max_length=2, verbose_name="業種")),
                ("ticks", models.JSONField(default=list, verbose_name="備え")),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="始めた日時",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="最後の保存",
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="診断した日時")),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.firm",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.ward",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="diagnosis.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "診断",
                "ordering": ["-finished_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("advisor", "伴走支援中の相談員"),
                            ("lecturer", "受講している講座の講師"),
                            ("ward", "区の担当者"),
                        ],
                        max_length=8,
                        verbose_name="見せる相手",
                    ),
                ),
                ("text", models.TextField(verbose_name="同意の内容")),
                (
                    "given_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="同意した日時",
                    ),
                ),
                (
                    "last_read_at",
                    models.DateTimeField(null=True, verbose_name="最後に読まれた日時"),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="取り消した日時")),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.firm",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.ward",
                    ),
                ),
                (
                    "diagnosis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="diagnosis.diagnosis",
                    ),
                ),
            ],
            options={
                "verbose_name": "診断を見せる同意",
                "ordering": ["audience", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("diagnosis", "audience", "ward"),
                        name="diagnosis_consent_once",
                        violation_error_message="この相手には、すでに見せています。",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.UniqueConstraint(
                fields=("instrument", "number"), name="questionnaire_once"
            ),
        ),
        migrations.AddIndex(
            model_name="diagnosis",
            index=models.Index(fields=["firm", "-finished_at"], name="diagnosis_of_firm"),
        ),
        migrations.AddIndex(
            model_name="diagnosis",
            index=models.Index(
                condition=models.Q(("score__isnull", False)),
                fields=["instrument", "size", "jsic", "firm", "-finished_at"],
                include=("score",),
                name="diagnosis_peers",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft")),
                fields=("firm", "instrument"),
                name="diagnosis_one_draft",
                violation_error_message="この診断は、入力の途中です。続きから再開してください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"), ("finished_at__isnull", False), _connector="XOR"
                ),
                name="diagnosis_done_has_day",
                violation_error_message="診断を終えた日時が必要です。",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.CheckConstraint(
                condition=models.Q(("score", None), ("score__lte", 100), _connector="OR"),
                name="diagnosis_score_of_100",
                violation_error_message="点は0から100までです。",
            ),
        ),
    ]
