"""patients are written to neutrally

Until now a patient who is a clinician, too, was written the full titles when she had not chosen
any. Who of them had chosen is not kept, so all are written to neutrally: only her own word, which
she can say again, names the illness.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REGISTRATION = sa.table(
    "registration", sa.column("roles", sa.Text), sa.column("is_discreet", sa.Boolean)
)


def upgrade() -> None:
    roles = REGISTRATION.c.roles
    is_ill_or_beside = sa.or_(roles.contains("patient"), roles.contains("caregiver"))
    both = roles.contains("clinician"), is_ill_or_beside, REGISTRATION.c.is_discreet.is_(False)
    op.execute(REGISTRATION.update().where(*both).values(is_discreet=True))


def downgrade() -> None:
    """Nothing: who was written full titles before is not kept."""
