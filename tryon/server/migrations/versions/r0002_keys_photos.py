"""Keys of brands and photos that shoppers saved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "keys",
        sa.Column("prefix", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scopes", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("revoked_s", sa.BigInteger),
    )
    op.create_table(
        "photos",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("consent_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("saved_s", sa.BigInteger, nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
        sa.Column("deleted_s", sa.BigInteger),
    )
    op.create_index("photos_by_consent", "photos", ["consent_id"])
    op.create_index("photos_by_expiry", "photos", ["deleted_s", "expires_s"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("photos")
    op.drop_table("keys")
