"""Labels in a store: annotator, follower, verdict and time; an annotator's last verdict counts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, delete, distinct, func, insert, select

from zombiescope.domain import Label
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import LabelRow, NoSuchAudit
from zombiescope.storage.tables import AUDITS, LABELS
from zombiescope.storage.tenancy import audit_of, owned

__all__ = ["LabelStore"]


class LabelStore:
    """The labels of one tenant's audits; tenant None: of all audits."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant = tenant

    def put(self, audit_id: str, labels: Sequence[LabelRow]) -> None:
        """Store labels, all or none, in place of the same annotator's verdicts on the same followers.

        Raises NoSuchAudit where the audit is another tenant's.
        """
        mine = select(AUDITS.c.id).where(AUDITS.c.id == audit_id, owned(AUDITS.c.tenant, self._tenant))
        with speaking(self._where), self._writes.begin() as connection:
            if self._tenant is not None and connection.execute(mine).first() is None:
                raise NoSuchAudit(f"there is no audit {audit_id!r}")
            for one in {(row.follower, row.annotator): row for row in labels}.values():
                of = (LABELS.c.audit_id == audit_id, LABELS.c.follower == one.follower)
                connection.execute(delete(LABELS).where(*of, LABELS.c.annotator == one.annotator))
                connection.execute(
                    insert(LABELS).values(
                        audit_id=audit_id,
                        follower=one.follower,
                        annotator=one.annotator,
                        label=one.label,
                        note=one.note,
                        at=one.at,
                    )
                )

    def remove(self, audit_id: str, follower: str, annotator: str) -> None:
        """Delete one annotator's verdict on one follower, if there is one."""
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(
                delete(LABELS).where(
                    LABELS.c.audit_id == audit_id,
                    LABELS.c.follower == follower,
                    LABELS.c.annotator == annotator,
                    audit_of(LABELS.c.audit_id, self._tenant),
                )
            )

    def of(self, audit_id: str) -> list[LabelRow]:
        """An audit's labels, the oldest first."""
        columns = LABELS.c
        query = (
            select(columns.follower, columns.label, columns.annotator, columns.at, columns.note)
            .where(columns.audit_id == audit_id, audit_of(columns.audit_id, self._tenant))
            .order_by(columns.at, columns.follower, columns.annotator)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return [LabelRow(*row) for row in connection.execute(query)]

    def audits(self) -> list[str]:
        """The ids of finished audits that have labels, the newest first."""
        query = (
            select(AUDITS.c.id)
            .where(AUDITS.c.status == "done", owned(AUDITS.c.tenant, self._tenant))
            .where(AUDITS.c.id.in_(select(LABELS.c.audit_id)))
            .order_by(AUDITS.c.created_at.desc(), AUDITS.c.id)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return list(connection.execute(query).scalars())

    def counts(self) -> dict[Label, int]:
        """How many followers of all audits are labelled, by label; one labelled both ways counts in both."""
        follower = LABELS.c.audit_id + "/" + LABELS.c.follower
        query = (
            select(LABELS.c.label, func.count(distinct(follower)))
            .where(LABELS.c.label.is_not(None), audit_of(LABELS.c.audit_id, self._tenant))
            .group_by(LABELS.c.label)
        )
        with speaking(self._where), self._reads.connect() as connection:
            counted = {label: int(count) for label, count in connection.execute(query)}
        return {"zombie": counted.get("zombie", 0), "genuine": counted.get("genuine", 0)}
