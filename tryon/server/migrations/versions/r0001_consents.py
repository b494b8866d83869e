"""Consents. The first servers made this table without a revision, so it may be there."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    if sa.inspect(op.get_bind()).has_table("consents"):
        return
    op.create_table(
        "consents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("given_s", sa.BigInteger, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("withdrawn_s", sa.BigInteger),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("consents")
