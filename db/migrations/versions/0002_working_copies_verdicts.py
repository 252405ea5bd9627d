"""Add working copies, placements, judges, verdicts, and what labels by people need.

On SQLite the table of labels is built anew with its rows; its constraints are kept.
"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "judge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "llm",
                "rule",
                "hybrid",
                "unknown",
                name="judgekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "imported",
                "registered",
                name="judgeorigin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_judge_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge")),
        sa.UniqueConstraint("name", name=op.f("uq_judge_name")),
    )
    with op.batch_alter_table("judge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judge_event_id"), ["event_id"], unique=False)

    op.create_table(
        "placement",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_revision", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.String(), nullable=False),
        sa.Column("domain_id", sa.String(), nullable=True),
        sa.Column("language_id", sa.String(), nullable=False),
        sa.Column("family_id", sa.String(), nullable=False),
        sa.Column("previous_type_id", sa.String(), nullable=False),
        sa.Column("previous_domain_id", sa.String(), nullable=True),
        sa.Column("previous_language_id", sa.String(), nullable=False),
        sa.Column("previous_family_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_placement_number_from_one")),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_placement_domain_id_domain")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_placement_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_placement_family_id_family")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_placement_item_id_item")),
        sa.ForeignKeyConstraint(
            ["language_id"], ["language.id"], name=op.f("fk_placement_language_id_language")
        ),
        sa.ForeignKeyConstraint(
            ["previous_domain_id"],
            ["domain.id"],
            name=op.f("fk_placement_previous_domain_id_domain"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_family_id"],
            ["family.id"],
            name=op.f("fk_placement_previous_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_language_id"],
            ["language.id"],
            name=op.f("fk_placement_previous_language_id_language"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_type_id"],
            ["instruction_type.id"],
            name=op.f("fk_placement_previous_type_id_instruction_type"),
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["instruction_type.id"], name=op.f("fk_placement_type_id_instruction_type")
        ),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_placement")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_event_id"), ["event_id"], unique=False)

    op.create_table(
        "working_copy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=True),
        sa.Column("base_revision_id", sa.String(), nullable=True),
        sa.Column("opened_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("touched_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_as",
            sa.Enum(
                "submitted",
                "discarded",
                "theirs_taken",
                name="closing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("revision_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(revision_id IS NOT NULL) = (closed_as IS NOT NULL AND closed_as = 'submitted')",
            name=op.f("ck_working_copy_revision_of_submitted"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_as IS NULL)",
            name=op.f("ck_working_copy_closed_for_a_reason"),
        ),
        sa.CheckConstraint(
            "base_revision_id IS NULL OR item_id IS NOT NULL",
            name=op.f("ck_working_copy_base_of_an_item"),
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_working_copy_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["base_revision_id"],
            ["revision.id"],
            name=op.f("fk_working_copy_base_revision_id_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_working_copy_item_id_item")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_working_copy_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copy")),
    )
    with op.batch_alter_table("working_copy", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_working_copy_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_working_copy_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "ix_working_copy_open",
            ["annotator_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "reveal",
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("response_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_reveal_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_reveal_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_reveal_response_id_response")
        ),
        sa.PrimaryKeyConstraint("annotator_id", "response_id", name=op.f("pk_reveal")),
    )
    with op.batch_alter_table("reveal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reveal_event_id"), ["event_id"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("copy_id", sa.String(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "type",
                "domain",
                "language",
                "family",
                "prompt",
                "reference",
                "twin",
                "follows",
                "conventional",
                "near_miss",
                "notes",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("saved_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "resolution",
            sa.Enum(
                "theirs",
                "mine",
                "merged",
                name="resolution",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolution IS NULL)",
            name=op.f("ck_set_aside_resolved_in_some_way"),
        ),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["working_copy.id"], name=op.f("fk_set_aside_copy_id_working_copy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_set_aside_copy_id"), ["copy_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("response_id", sa.String(), nullable=False),
        sa.Column("judge_id", sa.String(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "imported",
                "run",
                name="verdictsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(value IS NULL) = (reason <> '')", name=op.f("ck_verdict_reason_of_unscored")
        ),
        sa.CheckConstraint("repeat >= 0", name=op.f("ck_verdict_repeat_from_zero")),
        sa.CheckConstraint(
            "value IS NULL OR value IN (0, 1)", name=op.f("ck_verdict_value_of_a_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_verdict_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["judge_id"], ["judge.id"], name=op.f("fk_verdict_judge_id_judge")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_verdict_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint(
            "response_id", "judge_id", "repeat", name=op.f("uq_verdict_response_id_judge_id_repeat")
        ),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_verdict_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_verdict_judge_id"), ["judge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_verdict_response_id"), ["response_id"], unique=False)

    op.create_table(
        "working_text",
        sa.Column("copy_id", sa.String(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "type",
                "domain",
                "language",
                "family",
                "prompt",
                "reference",
                "twin",
                "follows",
                "conventional",
                "near_miss",
                "notes",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("saved_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_working_text_number_from_zero")),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["working_copy.id"], name=op.f("fk_working_text_copy_id_working_copy")
        ),
        sa.PrimaryKeyConstraint("copy_id", "part", "number", name=op.f("pk_working_text")),
    )
    op.create_table(
        "label_withdrawal",
        sa.Column("label_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"],
            ["annotator.id"],
            name=op.f("fk_label_withdrawal_annotator_id_annotator"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_label_withdrawal_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label.id"], name=op.f("fk_label_withdrawal_label_id_label")
        ),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_label_withdrawal")),
    )
    with op.batch_alter_table("label_withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_label_withdrawal_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_label_withdrawal_event_id"), ["event_id"], unique=False
        )

    op.create_table(
        "requirement_label",
        sa.Column("label_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "follows",
                "does_not_follow",
                "cannot_tell",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_requirement_label_number_from_one")),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label.id"], name=op.f("fk_requirement_label_label_id_label")
        ),
        sa.PrimaryKeyConstraint("label_id", "number", name=op.f("pk_requirement_label")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turn", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("rater", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("declared_source", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_label_response_id_annotator_id_turn"),
            ["response_id", "annotator_id", "turn"],
        )
        batch_op.create_check_constraint(batch_op.f("ck_label_turn_from_one"), "turn >= 1")
        batch_op.create_check_constraint(
            batch_op.f("ck_label_rater_of_imported"),
            "source = 'imported' OR (rater = '' AND declared_source = '')",
        )


def downgrade() -> None:
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_label_response_id_annotator_id_turn"), type_="unique"
        )
        batch_op.drop_column("declared_source")
        batch_op.drop_column("rater")
        batch_op.drop_column("turn")

    op.drop_table("requirement_label")
    with op.batch_alter_table("label_withdrawal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_withdrawal_event_id"))
        batch_op.drop_index(batch_op.f("ix_label_withdrawal_annotator_id"))

    op.drop_table("label_withdrawal")
    op.drop_table("working_text")
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verdict_response_id"))
        batch_op.drop_index(batch_op.f("ix_verdict_judge_id"))
        batch_op.drop_index(batch_op.f("ix_verdict_event_id"))
        batch_op.drop_index(batch_op.f("ix_verdict_content_hash"))

    op.drop_table("verdict")
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_set_aside_copy_id"))

    op.drop_table("set_aside")
    with op.batch_alter_table("reveal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reveal_event_id"))

    op.drop_table("reveal")
    with op.batch_alter_table("working_copy", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_working_copy_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_working_copy_item_id"))
        batch_op.drop_index(batch_op.f("ix_working_copy_annotator_id"))

    op.drop_table("working_copy")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_event_id"))

    op.drop_table("placement")
    with op.batch_alter_table("judge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judge_event_id"))

    op.drop_table("judge")
