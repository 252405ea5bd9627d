"""Add whether a label came too late, and the hashes of solutions and quoted words.

Rows that are there get no hash: their seals cover the texts themselves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_surplus", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expected_hash", sa.String(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_solution_expected_given"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_solution_expected_given"),
            "expected <> '' OR expected_hash IS NOT NULL",
        )

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quote_hash", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_column("quote_hash")

    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_solution_expected_given"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_solution_expected_given"), "expected <> ''")
        batch_op.drop_column("expected_hash")

    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_column("is_surplus")
