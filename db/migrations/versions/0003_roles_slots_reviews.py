"""Add people's roles and sign-ins, slots, acts, reviews, comments, and the checks of items.

Working copies that were there get an empty text of the new part.
"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARTS_BEFORE = (
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
)
PARTS = (*PARTS_BEFORE, "checks")


def upgrade() -> None:
    op.create_table(
        "annotator_domain",
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("domain_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"],
            ["annotator.id"],
            name=op.f("fk_annotator_domain_annotator_id_annotator"),
        ),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_annotator_domain_domain_id_domain")
        ),
        sa.PrimaryKeyConstraint("annotator_id", "domain_id", name=op.f("pk_annotator_domain")),
    )
    op.create_table(
        "annotator_language",
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("language_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"],
            ["annotator.id"],
            name=op.f("fk_annotator_language_annotator_id_annotator"),
        ),
        sa.ForeignKeyConstraint(
            ["language_id"],
            ["language.id"],
            name=op.f("fk_annotator_language_language_id_language"),
        ),
        sa.PrimaryKeyConstraint("annotator_id", "language_id", name=op.f("pk_annotator_language")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_identity_annotator_id_annotator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identity_annotator_id"), ["annotator_id"], unique=False
        )

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_login_session_annotator_id_annotator")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_login_session_annotator_id"), ["annotator_id"], unique=False
        )

    op.create_table(
        "password",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_password_annotator_id_annotator")
        ),
        sa.PrimaryKeyConstraint("annotator_id", name=op.f("pk_password")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "author",
                "reviewer",
                "labeller",
                "adjudicator",
                "lead",
                "admin",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("type_id", sa.String(), nullable=True),
        sa.Column("language_id", sa.String(), nullable=True),
        sa.Column("granted_by_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_role_grant_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_role_grant_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["annotator.id"], name=op.f("fk_role_grant_granted_by_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["language_id"], ["language.id"], name=op.f("fk_role_grant_language_id_language")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["instruction_type.id"],
            name=op.f("fk_role_grant_type_id_instruction_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_grant_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_role_grant_event_id"), ["event_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column(
            "kind",
            sa.Enum(
                "review",
                "confirmation",
                "adjudication",
                name="withdrawn",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_withdrawal_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_withdrawal_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_withdrawal")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_withdrawal_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_withdrawal_event_id"), ["event_id"], unique=False)

    op.create_table(
        "role_revocation",
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("revoked_by_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_role_revocation_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["role_grant.id"], name=op.f("fk_role_revocation_grant_id_role_grant")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"],
            ["annotator.id"],
            name=op.f("fk_role_revocation_revoked_by_id_annotator"),
        ),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_role_revocation")),
    )
    with op.batch_alter_table("role_revocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_revocation_event_id"), ["event_id"], unique=False)

    op.create_table(
        "item_reveal",
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_item_reveal_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_item_reveal_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_reveal_item_id_item")),
        sa.PrimaryKeyConstraint("annotator_id", "item_id", name=op.f("pk_item_reveal")),
    )
    with op.batch_alter_table("item_reveal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_reveal_event_id"), ["event_id"], unique=False)

    op.create_table(
        "reopen_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"],
            ["annotator.id"],
            name=op.f("fk_reopen_request_annotator_id_annotator"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_reopen_request_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_reopen_request_item_id_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopen_request")),
    )
    with op.batch_alter_table("reopen_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reopen_request_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reopen_request_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reopen_request_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reopen_request_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "item_act",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "submit",
                "reopen",
                "recall",
                "rule_accept",
                "rule_return",
                "rule_reject",
                "flag",
                "retire",
                "reinstate",
                "discard",
                "restore",
                "mark_seed",
                "unmark_seed",
                name="actkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=True),
        sa.Column("is_solo", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(slots IS NOT NULL) = (kind IN ('submit', 'reopen'))",
            name=op.f("ck_item_act_slots_of_a_round"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_item_act_number_from_one")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_item_act_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_item_act_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_act_item_id_item")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_item_act_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_act")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_act_item_id_number")),
    )
    with op.batch_alter_table("item_act", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_act_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_item_act_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_act_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_act_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "reopen_answer",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_reopen_answer_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_reopen_answer_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["reopen_request.id"],
            name=op.f("fk_reopen_answer_request_id_reopen_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_reopen_answer")),
    )
    with op.batch_alter_table("reopen_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reopen_answer_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reopen_answer_event_id"), ["event_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
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
                "checks",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("act_id", sa.String(), nullable=True),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_comment_parent_is_another")),
        sa.ForeignKeyConstraint(
            ["act_id"], ["item_act.id"], name=op.f("fk_comment_act_id_item_act")
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_comment_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_comment_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_comment_item_id_item")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_comment_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_act_id"), ["act_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "slot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "author",
                "review",
                "third_review",
                "adjudicate",
                "label",
                "adjudicate_labels",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=True),
        sa.Column("response_id", sa.String(), nullable=True),
        sa.Column("act_id", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("other_background", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lease_until", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", db.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(holder_id IS NULL) = (lease_until IS NULL)", name=op.f("ck_slot_lease_of_a_holder")
        ),
        sa.CheckConstraint(
            "done_at IS NULL OR holder_id IS NOT NULL", name=op.f("ck_slot_done_by_somebody")
        ),
        sa.CheckConstraint("fence >= 0", name=op.f("ck_slot_fence_from_zero")),
        sa.ForeignKeyConstraint(["act_id"], ["item_act.id"], name=op.f("fk_slot_act_id_item_act")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["annotator.id"], name=op.f("fk_slot_holder_id_annotator")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_slot_item_id_item")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_slot_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_slot_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint(
            "stage",
            "subject_id",
            "round",
            "holder_id",
            name=op.f("uq_slot_stage_subject_id_round_holder_id"),
        ),
        sa.UniqueConstraint(
            "stage",
            "subject_id",
            "round",
            "number",
            name=op.f("uq_slot_stage_subject_id_round_number"),
        ),
    )
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_act_id"), ["act_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slot_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slot_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "ix_slot_one_open_claim",
            ["holder_id", "stage"],
            unique=True,
            sqlite_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_slot_open",
            ["stage", "created_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_slot_response_id"), ["response_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slot_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "solution",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("act_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("type_id", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("expected <> ''", name=op.f("ck_solution_expected_given")),
        sa.ForeignKeyConstraint(
            ["act_id"], ["item_act.id"], name=op.f("fk_solution_act_id_item_act")
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_solution_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_solution_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_solution_revision_id_revision")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["instruction_type.id"], name=op.f("fk_solution_type_id_instruction_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution")),
        sa.UniqueConstraint("act_id", "annotator_id", name=op.f("uq_solution_act_id_annotator_id")),
    )
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_solution_act_id"), ["act_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_solution_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_solution_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solution_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "adjudication",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.String(), nullable=True),
        sa.Column("response_id", sa.String(), nullable=True),
        sa.Column("slot_id", sa.String(), nullable=True),
        sa.Column("revision_id", sa.String(), nullable=True),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum(
                "accept",
                "return",
                "reject",
                "follows",
                "does_not_follow",
                "cannot_tell",
                name="ruling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "confidence",
            sa.Enum(
                "low",
                "medium",
                "high",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "error_category",
            sa.Enum(
                "none",
                "wrong_type",
                "not_counter_intuitive",
                "ambiguous",
                "contradictory",
                "undecidable_reference",
                "reference_breaks_itself",
                "factual_slip",
                "unnatural_language",
                "duplicate",
                "too_easy",
                "unsafe",
                "other",
                name="reasoncode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_guideline_gap", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(act_id IS NOT NULL) = (ruling IN ('accept', 'return', 'reject'))",
            name=op.f("ck_adjudication_ruling_of_its_kind"),
        ),
        sa.CheckConstraint(
            "(act_id IS NULL) <> (response_id IS NULL)", name=op.f("ck_adjudication_one_subject")
        ),
        sa.CheckConstraint("turn >= 1", name=op.f("ck_adjudication_turn_from_one")),
        sa.ForeignKeyConstraint(
            ["act_id"], ["item_act.id"], name=op.f("fk_adjudication_act_id_item_act")
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_adjudication_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_adjudication_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_adjudication_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_adjudication_revision_id_revision")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_adjudication_slot_id_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudication")),
        sa.UniqueConstraint("subject_id", "turn", name=op.f("uq_adjudication_subject_id_turn")),
    )
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjudication_act_id"), ["act_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adjudication_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adjudication_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adjudication_response_id"), ["response_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_adjudication_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("act_id", sa.String(), nullable=False),
        sa.Column("slot_id", sa.String(), nullable=True),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
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
        sa.Column("is_surplus", sa.Boolean(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accept",
                "accept_with_edit",
                "return",
                "reject",
                "escalate",
                name="reviewdecision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason_code",
            sa.Enum(
                "none",
                "wrong_type",
                "not_counter_intuitive",
                "ambiguous",
                "contradictory",
                "undecidable_reference",
                "reference_breaks_itself",
                "factual_slip",
                "unnatural_language",
                "duplicate",
                "too_easy",
                "unsafe",
                "other",
                name="reasoncode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("edited_revision_id", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(edited_revision_id IS NOT NULL) = (decision = 'accept_with_edit')",
            name=op.f("ck_review_edit_of_accept_with_edit"),
        ),
        sa.CheckConstraint(
            "decision IN ('accept', 'accept_with_edit') OR reason_code <> 'none'",
            name=op.f("ck_review_reason_of_refusal"),
        ),
        sa.CheckConstraint(
            "source IN ('blind_human', 'human_unblinded')", name=op.f("ck_review_source_of_people")
        ),
        sa.CheckConstraint("turn >= 1", name=op.f("ck_review_turn_from_one")),
        sa.ForeignKeyConstraint(
            ["act_id"], ["item_act.id"], name=op.f("fk_review_act_id_item_act")
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_review_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["edited_revision_id"],
            ["revision.id"],
            name=op.f("fk_review_edited_revision_id_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_review_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_review_revision_id_revision")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_review_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "act_id", "annotator_id", "turn", name=op.f("uq_review_act_id_annotator_id_turn")
        ),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_act_id"), ["act_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_revision_id"), ["revision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "skip",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slot_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "language",
                "domain",
                "known",
                "unclear",
                "broken",
                "distressing",
                name="skipreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("note_hash", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_skip_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_skip_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_skip_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skip")),
    )
    with op.batch_alter_table("skip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skip_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_skip_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_skip_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "slot_text",
        sa.Column("slot_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("saved_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_slot_text_number_from_one")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_slot_text_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_text_slot_id_slot")),
        sa.PrimaryKeyConstraint(
            "slot_id", "annotator_id", "field", "number", name=op.f("pk_slot_text")
        ),
    )
    op.create_table(
        "thread_mark",
        sa.Column("comment_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_thread_mark_number_from_one")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_thread_mark_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_thread_mark_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_thread_mark_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("comment_id", "number", name=op.f("pk_thread_mark")),
    )
    with op.batch_alter_table("thread_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_thread_mark_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_thread_mark_event_id"), ["event_id"], unique=False)

    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("review_id", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("created_at", db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.CheckConstraint("turn >= 1", name=op.f("ck_confirmation_turn_from_one")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_confirmation_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_confirmation_event_id_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_confirmation_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "review_id",
            "annotator_id",
            "turn",
            name=op.f("uq_confirmation_review_id_annotator_id_turn"),
        ),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_annotator_id"), ["annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_confirmation_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_confirmation_review_id"), ["review_id"], unique=False)

    op.create_table(
        "review_axis",
        sa.Column("review_id", sa.String(), nullable=False),
        sa.Column(
            "axis",
            sa.Enum(
                "type_right",
                "against_convention",
                "unambiguous",
                "reference_decidable",
                "reference_compliant",
                "natural",
                "safe",
                name="axis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "yes",
                "no",
                "unsure",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_axis_review_id_review")
        ),
        sa.PrimaryKeyConstraint("review_id", "axis", name=op.f("pk_review_axis")),
    )
    with op.batch_alter_table("annotator", schema=None) as batch_op:
        batch_op.add_column(sa.Column("daily_cap", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("withdrawn_at", db.base.UtcDateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("checks", sa.String(), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shared_at", db.base.UtcDateTime(timezone=True), nullable=True)
        )

    _rule_parts(PARTS)
    op.execute(
        "INSERT INTO working_text (copy_id, part, number, text, tab, saved_at) "
        "SELECT id, 'checks', 0, '', '', opened_at FROM working_copy"
    )


def downgrade() -> None:
    op.execute("DELETE FROM working_text WHERE part = 'checks'")
    op.execute("DELETE FROM set_aside WHERE part = 'checks'")
    _rule_parts(PARTS_BEFORE)
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("shared_at")

    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_column("checks")

    with op.batch_alter_table("annotator", schema=None) as batch_op:
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("daily_cap")

    op.drop_table("review_axis")
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_review_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_event_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_annotator_id"))

    op.drop_table("confirmation")
    with op.batch_alter_table("thread_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_mark_event_id"))
        batch_op.drop_index(batch_op.f("ix_thread_mark_annotator_id"))

    op.drop_table("thread_mark")
    op.drop_table("slot_text")
    with op.batch_alter_table("skip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skip_slot_id"))
        batch_op.drop_index(batch_op.f("ix_skip_event_id"))
        batch_op.drop_index(batch_op.f("ix_skip_annotator_id"))

    op.drop_table("skip")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_slot_id"))
        batch_op.drop_index(batch_op.f("ix_review_revision_id"))
        batch_op.drop_index(batch_op.f("ix_review_event_id"))
        batch_op.drop_index(batch_op.f("ix_review_annotator_id"))
        batch_op.drop_index(batch_op.f("ix_review_act_id"))

    op.drop_table("review")
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjudication_subject_id"))
        batch_op.drop_index(batch_op.f("ix_adjudication_response_id"))
        batch_op.drop_index(batch_op.f("ix_adjudication_event_id"))
        batch_op.drop_index(batch_op.f("ix_adjudication_annotator_id"))
        batch_op.drop_index(batch_op.f("ix_adjudication_act_id"))

    op.drop_table("adjudication")
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_solution_revision_id"))
        batch_op.drop_index(batch_op.f("ix_solution_event_id"))
        batch_op.drop_index(batch_op.f("ix_solution_annotator_id"))
        batch_op.drop_index(batch_op.f("ix_solution_act_id"))

    op.drop_table("solution")
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_subject_id"))
        batch_op.drop_index(batch_op.f("ix_slot_response_id"))
        batch_op.drop_index(
            "ix_slot_open",
            sqlite_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_slot_one_open_claim",
            sqlite_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_slot_item_id"))
        batch_op.drop_index(batch_op.f("ix_slot_holder_id"))
        batch_op.drop_index(batch_op.f("ix_slot_act_id"))

    op.drop_table("slot")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_revision_id"))
        batch_op.drop_index(batch_op.f("ix_comment_parent_id"))
        batch_op.drop_index(batch_op.f("ix_comment_item_id"))
        batch_op.drop_index(batch_op.f("ix_comment_event_id"))
        batch_op.drop_index(batch_op.f("ix_comment_annotator_id"))
        batch_op.drop_index(batch_op.f("ix_comment_act_id"))

    op.drop_table("comment")
    with op.batch_alter_table("reopen_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reopen_answer_event_id"))
        batch_op.drop_index(batch_op.f("ix_reopen_answer_annotator_id"))

    op.drop_table("reopen_answer")
    with op.batch_alter_table("item_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_act_revision_id"))
        batch_op.drop_index(batch_op.f("ix_item_act_item_id"))
        batch_op.drop_index(batch_op.f("ix_item_act_event_id"))
        batch_op.drop_index(batch_op.f("ix_item_act_annotator_id"))

    op.drop_table("item_act")
    with op.batch_alter_table("reopen_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reopen_request_subject_id"))
        batch_op.drop_index(batch_op.f("ix_reopen_request_item_id"))
        batch_op.drop_index(batch_op.f("ix_reopen_request_event_id"))
        batch_op.drop_index(batch_op.f("ix_reopen_request_annotator_id"))

    op.drop_table("reopen_request")
    with op.batch_alter_table("item_reveal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_reveal_event_id"))

    op.drop_table("item_reveal")
    with op.batch_alter_table("role_revocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_revocation_event_id"))

    op.drop_table("role_revocation")
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_event_id"))
        batch_op.drop_index(batch_op.f("ix_withdrawal_annotator_id"))

    op.drop_table("withdrawal")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_event_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_annotator_id"))

    op.drop_table("role_grant")
    op.drop_table("password")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_annotator_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_annotator_id"))

    op.drop_table("identity")
    op.drop_table("annotator_language")
    op.drop_table("annotator_domain")


def _rule_parts(parts: tuple[str, ...]) -> None:
    legal = ", ".join(f"'{part}'" for part in parts)
    for table in ("working_text", "set_aside"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_part"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_{table}_part"), f"part IN ({legal})")
