"""Create the first schema: annotators, taxonomy, items, responses, labels, releases, history."""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "annotator",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "human",
                "machine",
                name="annotatorkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("background", sa.String(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotator")),
        sa.UniqueConstraint("handle", name=op.f("uq_annotator_handle")),
    )
    op.create_table(
        "domain",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_zh", sa.String(), nullable=False),
        sa.Column("scope_en", sa.String(), nullable=False),
        sa.Column("scope_zh", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
        sa.UniqueConstraint("label", name=op.f("uq_domain_label")),
    )
    op.create_table(
        "event_text",
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_event_text")),
    )
    op.create_table(
        "history_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_history_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_head")),
    )
    op.create_table(
        "instruction_type",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("abbreviation", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_type")),
        sa.UniqueConstraint("abbreviation", name=op.f("uq_instruction_type_abbreviation")),
        sa.UniqueConstraint("label", name=op.f("uq_instruction_type_label")),
    )
    op.create_table(
        "language",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_language")),
        sa.UniqueConstraint("label", name=op.f("uq_language_label")),
    )
    op.create_table(
        "system_prompt",
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_system_prompt")),
    )
    op.create_table(
        "template",
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_template")),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["annotator.id"], name=op.f("fk_event_actor_id_annotator")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_event_prev_hash")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("type_id", sa.String(), nullable=False),
        sa.Column("domain_id", sa.String(), nullable=False),
        sa.Column("language_id", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.CheckConstraint("target >= 0", name=op.f("ck_target_not_negative")),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_target_domain_id_domain")
        ),
        sa.ForeignKeyConstraint(
            ["language_id"], ["language.id"], name=op.f("fk_target_language_id_language")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["instruction_type.id"], name=op.f("fk_target_type_id_instruction_type")
        ),
        sa.PrimaryKeyConstraint("type_id", "domain_id", "language_id", name=op.f("pk_target")),
    )
    op.create_table(
        "workspace",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "solo",
                "shared",
                name="workspacekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("local_annotator_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_workspace_only_one")),
        sa.ForeignKeyConstraint(
            ["local_annotator_id"],
            ["annotator.id"],
            name=op.f("fk_workspace_local_annotator_id_annotator"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "family",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_family_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_event_id"), ["event_id"], unique=False)

    op.create_table(
        "guideline",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("type_id", sa.String(), nullable=False),
        sa.Column("language_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("convention", sa.String(), nullable=False),
        sa.Column("guideline", sa.String(), nullable=False),
        sa.Column("borderline", sa.JSON(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_guideline_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["language_id"], ["language.id"], name=op.f("fk_guideline_language_id_language")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["instruction_type.id"], name=op.f("fk_guideline_type_id_instruction_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guideline")),
        sa.UniqueConstraint(
            "type_id", "language_id", "number", name=op.f("uq_guideline_type_id_language_id_number")
        ),
    )
    with op.batch_alter_table("guideline", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guideline_content_hash"), ["content_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_guideline_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guideline_type_id"), ["type_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("row_count >= 0", name=op.f("ck_release_not_negative")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["annotator.id"], name=op.f("fk_release_author_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_release_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_event_id"), ["event_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("family_id", sa.String(), nullable=False),
        sa.Column("type_id", sa.String(), nullable=False),
        sa.Column("domain_id", sa.String(), nullable=True),
        sa.Column("language_id", sa.String(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "starter",
                "imported",
                "authored",
                "drafted",
                name="itemorigin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_item_domain_id_domain")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_item_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_item_family_id_family")
        ),
        sa.ForeignKeyConstraint(
            ["language_id"], ["language.id"], name=op.f("fk_item_language_id_language")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["instruction_type.id"], name=op.f("fk_item_type_id_instruction_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_domain_id"), ["domain_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_language_id"), ["language_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_type_id"), ["type_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("twin", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("template_hash", sa.String(), nullable=True),
        sa.Column("system_prompt_hash", sa.String(), nullable=True),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("prompt <> ''", name=op.f("ck_revision_prompt_given")),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_revision_reference_given")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revision_number_from_one")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["annotator.id"], name=op.f("fk_revision_author_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_revision_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_revision_item_id_item")),
        sa.ForeignKeyConstraint(
            ["system_prompt_hash"],
            ["system_prompt.content_hash"],
            name=op.f("fk_revision_system_prompt_hash_system_prompt"),
        ),
        sa.ForeignKeyConstraint(
            ["template_hash"],
            ["template.content_hash"],
            name=op.f("fk_revision_template_hash_template"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_revision_item_id_number")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revision_content_hash"), ["content_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_revision_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_item_id"), ["item_id"], unique=False)

    op.create_table(
        "release_row",
        sa.Column("release_version", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_release_row_item_id_item")),
        sa.ForeignKeyConstraint(
            ["release_version"],
            ["release.version"],
            name=op.f("fk_release_row_release_version_release"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_release_row_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("release_version", "position", name=op.f("pk_release_row")),
        sa.UniqueConstraint(
            "release_version", "item_id", name=op.f("uq_release_row_release_version_item_id")
        ),
    )
    with op.batch_alter_table("release_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_row_item_id"), ["item_id"], unique=False)

    op.create_table(
        "requirement",
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_requirement_number_from_one")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_requirement_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", "number", name=op.f("pk_requirement")),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "model",
                "human",
                "construction",
                name="responsesource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "follows",
                "conventional",
                "near_miss",
                name="contrastrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(source = 'construction') = (role IS NOT NULL)",
            name=op.f("ck_response_role_of_construction"),
        ),
        sa.CheckConstraint(
            "(source = 'model') = (source_name <> '')",
            name=op.f("ck_response_source_name_of_model"),
        ),
        sa.CheckConstraint(
            "source = 'model' OR NOT is_simulated", name=op.f("ck_response_simulated_is_model")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_response_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_response_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_response_content_hash"), ["content_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_response_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_response_revision_id"), ["revision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_response_source"), ["source"], unique=False)

    op.create_table(
        "label",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("response_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "blind_human",
                "construction",
                "machine",
                "human_unblinded",
                "imported",
                name="labelsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
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
        sa.Column(
            "factually_right",
            sa.Enum(
                "yes",
                "no",
                "not_applicable",
                "cannot_tell",
                name="factuality",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("supersedes_id", sa.String(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_label_supersedes_another")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_label_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_label_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_label_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["label.id"], name=op.f("fk_label_supersedes_id_label")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_label_supersedes_id")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_response_id"), ["response_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_source"), ["source"], unique=False)

    head = sa.table("history_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    genesis = "sha256:54598d52ed9ecad92a29118e42a99816b0f3dcb7230705f6d74fc6a9400033c2"
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": genesis}])


def downgrade() -> None:
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_source"))
        batch_op.drop_index(batch_op.f("ix_label_response_id"))
        batch_op.drop_index(batch_op.f("ix_label_event_id"))
        batch_op.drop_index(batch_op.f("ix_label_content_hash"))
        batch_op.drop_index(batch_op.f("ix_label_annotator_id"))

    op.drop_table("label")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_response_source"))
        batch_op.drop_index(batch_op.f("ix_response_revision_id"))
        batch_op.drop_index(batch_op.f("ix_response_event_id"))
        batch_op.drop_index(batch_op.f("ix_response_content_hash"))

    op.drop_table("response")
    op.drop_table("requirement")
    with op.batch_alter_table("release_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_row_item_id"))

    op.drop_table("release_row")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_item_id"))
        batch_op.drop_index(batch_op.f("ix_revision_event_id"))
        batch_op.drop_index(batch_op.f("ix_revision_content_hash"))

    op.drop_table("revision")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_type_id"))
        batch_op.drop_index(batch_op.f("ix_item_language_id"))
        batch_op.drop_index(batch_op.f("ix_item_family_id"))
        batch_op.drop_index(batch_op.f("ix_item_event_id"))
        batch_op.drop_index(batch_op.f("ix_item_domain_id"))

    op.drop_table("item")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_event_id"))

    op.drop_table("release")
    with op.batch_alter_table("guideline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guideline_type_id"))
        batch_op.drop_index(batch_op.f("ix_guideline_event_id"))
        batch_op.drop_index(batch_op.f("ix_guideline_content_hash"))

    op.drop_table("guideline")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_event_id"))

    op.drop_table("family")
    op.drop_table("workspace")
    op.drop_table("target")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_subject_id"))
        batch_op.drop_index(batch_op.f("ix_event_actor_id"))
        batch_op.drop_index(batch_op.f("ix_event_action"))

    op.drop_table("event")
    op.drop_table("template")
    op.drop_table("system_prompt")
    op.drop_table("language")
    op.drop_table("instruction_type")
    op.drop_table("history_head")
    op.drop_table("event_text")
    op.drop_table("domain")
    op.drop_table("annotator")
