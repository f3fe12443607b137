"""Tenants, quotas, counters and the audit trail in a store, and the migration of a database without them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pyarrow as pa
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from doubles import NOW, stored_audit
from zombiescope.domain import Audit, Cost
from zombiescope.errors import InputError
from zombiescope.storage import (
    Key,
    LabelRow,
    ModelNameTaken,
    ModelRow,
    NoSuchAudit,
    QuotaExceeded,
    Quotas,
    Requester,
    Store,
    TrailEntry,
    job_of,
    opened,
    tenant_and_name,
)
from zombiescope.storage.database import MIGRATIONS


def asked(audit_id: str, when: datetime = NOW) -> Audit:
    """An audit that is only asked for."""
    return Audit(id=audit_id, status="queued", created_at=when)


def test_a_tenant_has_its_own_audits(store: Store) -> None:
    """Lists, reads, writes and searches of one find nothing of another; a store of no tenant finds all."""
    one, two = store.of("one"), store.of("two")
    one.audits.keep(stored_audit("aa11"), account="weibo:x", request=b"{}")
    two.audits.begin(asked("bb22"), account="weibo:x", request=b"{}")
    assert [row.id for row in one.audits.newest(9)] == ["aa11"]
    assert [row.id for row in two.audits.newest(9)] == ["bb22"]
    assert {row.id for row in store.audits.newest(9)} == {"aa11", "bb22"}
    for look in (
        two.audits.get,
        two.audits.stored_audit,
        two.audits.followers,
        two.audits.request,
        two.audits.find,
    ):
        with pytest.raises(NoSuchAudit):
            look("aa11")
    assert one.audits.states() == {"done": 1}
    assert two.audits.find("last") == "bb22"
    assert not one.audits.move(msgspec.structs.replace(asked("bb22"), status="cancelled"))
    assert store.audits.get("bb22").status == "queued"
    before = store.audits.stored_audit("aa11").audit
    two.audits.replace(stored_audit("aa11"))
    assert store.audits.stored_audit("aa11").audit == before
    assert store.forget("weibo:x").audits == 2


def test_a_tenant_has_its_own_labels_pages_and_models(store: Store) -> None:
    """The same names and accounts of two tenants do not meet."""
    one, two = store.of("one"), store.of("two")
    one.audits.keep(stored_audit("aa11"), account="weibo:x", request=b"{}")
    one.labels.put("aa11", [LabelRow("1000", "zombie", "ann", NOW)])
    with pytest.raises(NoSuchAudit):
        two.labels.put("aa11", [LabelRow("1000", "genuine", "ann", NOW)])
    assert two.labels.of("aa11") == []
    assert [row.label for row in one.labels.of("aa11")] == ["zombie"]
    one.pages.put("weibo:x", {"1": b"one"}, NOW)
    assert two.pages.get("weibo:x", ["1"]) == {}
    two.pages.put("weibo:x", {"1": b"two"}, NOW)
    assert one.pages.get("weibo:x", ["1"])["1"].body == b"one"
    rows = pa.table({"id": ["1"]})
    for tenant in (one, two):
        assert tenant.models.begin(ModelRow("mine", "queued", "ann", NOW), rows, most=9)
    with pytest.raises(ModelNameTaken):
        one.models.begin(ModelRow("mine", "queued", "ann", NOW), rows, most=9)
    assert sorted(store.models.going()) == ["one/mine", "two/mine"]
    assert one.models.claim("mine", "run", NOW) is not None
    assert one.models.end("mine", "run", NOW, model="mine-1")
    assert store.models.going() == ["two/mine"]
    assert two.models.labelled("mine") is not None
    assert one.models.labelled("mine") is None


@pytest.mark.parametrize(("tenant", "name", "job"), [("default", "m-1", "m-1"), ("acme", "m-1", "acme/m-1")])
def test_a_job_names_its_tenant(tenant: str, name: str, job: str) -> None:
    """Of `default` it is the name alone, so that trainings that wait across an upgrade go on."""
    assert job_of(tenant, name) == job
    assert tenant_and_name(job) == (tenant, name)


def test_keys_of_tenants_may_share_a_name(store: Store) -> None:
    """Each tenant lists and revokes its own; to the operator several of a name have to be told apart."""
    for tenant in ("one", "two"):
        quotas = Quotas(2, 100, 3.5)
        store.keys.add(
            Key("ann", frozenset({"read"}), f"hash {tenant}", tenant, NOW, quotas, NOW, "boss"), NOW
        )
    key = store.keys.by_sha256("hash two")
    assert key == Key("ann", frozenset({"read"}), "hash two", "two", NOW, Quotas(2, 100, 3.5), NOW, "boss")
    assert [one.tenant for one in store.of("one").keys.all()] == ["one"]
    with pytest.raises(InputError, match="several tenants have a key 'ann'"):
        store.keys.revoke("ann")
    store.of("one").keys.revoke("ann")
    assert [one.tenant for one in store.keys.all()] == ["two"]


def test_audits_at_once_count_together(store: Store) -> None:
    """Of many that are asked for at one moment no more begin than the key may have; a cancelled one frees a place."""
    by = Requester("one", "ann", Quotas(audits=3))

    def begun(number: int) -> bool:
        try:
            return store.of("one").audits.begin(asked(f"a{number}"), account="weibo:x", request=b"{}", by=by)
        except QuotaExceeded:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begun, range(16))) == 3
    first = store.audits.newest(1)[0].id
    store.audits.cancel(first, NOW)
    assert begun(99)
    assert not begun(100)
    same_name = Requester("two", "ann", Quotas(audits=1))
    assert store.of("two").audits.begin(asked("b1"), account="weibo:x", request=b"{}", by=same_name)


def test_money_counts_by_month(store: Store) -> None:
    """What was agreed to, then what it cost; deleting the audit gives no money back."""
    by = Requester("one", "ann", Quotas(money=10.0))
    audits = store.of("one").audits

    def begin(audit_id: str, money: float, when: datetime = NOW) -> bool:
        return audits.begin(asked(audit_id, when), account="weibo:x", request=b"{}", money=money, by=by)

    assert begin("a1", 8.0)
    with pytest.raises(QuotaExceeded, match=r"\$10.00 a month, of which \$2.00 are left"):
        begin("a2", 2.5)
    ended = msgspec.structs.replace(
        asked("a1"), status="failed", finished_at=NOW, cost=Cost(requests=3, seconds=1.0, money=4.0)
    )
    assert audits.move(ended)
    assert begin("a2", 6.0)
    store.forget("weibo:x")
    with pytest.raises(QuotaExceeded):
        begin("a3", 0.5)
    assert begin("a4", 0.0)
    assert begin("a5", 10.0, NOW + timedelta(days=31))


def test_a_counter_never_gives_more_than_its_limit(store: Store) -> None:
    """However many ask at once; a window that has ended begins anew, and buckets do not meet."""

    def take(_: int) -> int:
        return store.counters.take("k", 3, 20, now=100.0, ends_at=160.0).given

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(take, range(16)))
    assert sum(given) == 20
    assert max(given) == 3
    assert store.counters.take("other", 30, 20, now=100.0, ends_at=160.0).given == 20
    again = store.counters.take("k", 5, 20, now=160.0, ends_at=220.0)
    assert (again.given, again.left, again.ends_at) == (5, 15, 220.0)
    kept_end = store.counters.take("k", 5, 20, now=170.0, ends_at=230.0)
    assert kept_end.ends_at == 220.0


def test_the_trail_is_the_tenants_own(store: Store) -> None:
    """The newest first, in pages and between dates; after a year and more it is deleted."""
    for number in range(4):
        entry = TrailEntry(
            NOW + timedelta(days=number), "ann", "192.0.2.1", "startAudit", f"a{number}", 202, "r"
        )
        store.of("one").trail.add(entry)
    assert store.of("two").trail.newest(9) == []
    first = store.of("one").trail.newest(2)
    assert [one.target for one in first] == ["a3", "a2"]
    assert [one.target for one in store.of("one").trail.newest(9, before=first[-1].id)] == ["a1", "a0"]
    between = store.trail.newest(9, since=NOW + timedelta(days=1), until=NOW + timedelta(days=3))
    assert [one.target for one in between] == ["a2", "a1"]
    store.sweep(NOW + timedelta(days=402))
    assert [one.target for one in store.trail.newest(9)] == ["a3", "a2"]


def test_what_was_before_tenants_belongs_to_default(url: str) -> None:
    """A database of the release before is moved with all its rows: audits, pages, models, records and keys."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if engine.dialect.name == "sqlite":
        from pathlib import Path

        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
    when = NOW if engine.dialect.name == "postgresql" else NOW.replace(tzinfo=None).isoformat(" ")
    audit = msgspec.json.encode(asked("aa11")).decode()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in (
            "INSERT INTO audits (id, account, account_key, status, request, audit, created_at) "
            "VALUES ('aa11', 'weibo:X', 'weibo:x', 'queued', '{}', :audit, :at)",
            "INSERT INTO labels (audit_id, follower, annotator, label, note, at) "
            "VALUES ('aa11', '1', 'ann', 'zombie', '', :at)",
            "INSERT INTO pages (account_key, step, body, fetched_at) VALUES ('weibo:x', '1', :body, :at)",
            "INSERT INTO models (name, state, created_by, created_at) VALUES ('m', 'queued', 'ann', :at)",
            "INSERT INTO labelled (name, records) VALUES ('m', :body)",
            "INSERT INTO api_keys (name, scopes, sha256, created_at) VALUES ('ann', 'read', 'hash', :at)",
            "INSERT INTO sessions (sha256, key_sha256, expires_at) VALUES ('t', 'hash', :at)",
        ):
            named = {"at": when, "body": b"x", "audit": audit}
            used = {name: value for name, value in named.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    engine.dispose()
    with opened(url) as store:
        for view in (store, store.of("default")):
            assert [row.id for row in view.audits.newest(9)] == ["aa11"]
            assert [row.follower for row in view.labels.of("aa11")] == ["1"]
            assert view.pages.get("weibo:X", ["1"])["1"].body == b"x"
            assert [row.name for row in view.models.all()] == ["m"]
            assert [key.name for key in view.keys.all()] == ["ann"]
        assert store.models.going() == ["m"]
        assert store.keys.by_sha256("hash") == Key("ann", frozenset({"read"}), "hash", created_at=NOW)
        assert store.of("other").audits.newest(9) == []
        store.of("other").pages.put("weibo:x", {"1": b"y"}, datetime.now(UTC))
        assert store.pages.get("weibo:x", ["1"])["1"].body == b"x"
        assert store.models.claim("m", "run", NOW) is not None
        with store._engine.connect() as connection:  # the records are still the model's own
            records = connection.execute(text("SELECT tenant, name FROM labelled")).all()
    assert [tuple(row) for row in records] == [("default", "m")]


def test_stored_models_and_the_one_in_use_are_the_tenants_own(store: Store) -> None:
    """Archives by name, replaced whole; the choice with its history."""
    one, two = store.of("one").model_files, store.of("two").model_files
    one.put("mine-1", b"first", NOW)
    one.put("mine-1", b"second", NOW)
    assert one.names() == ["mine-1"]
    assert one.get("mine-1") == b"second"
    assert two.names() == []
    assert two.get("mine-1") is None
    assert one.current() is None
    one.use("mine-1", ["before-1", "before-2"], NOW)
    one.use("mine-2", ["before-1", "before-2", "mine-1"], NOW)
    assert one.current() == ("mine-2", ("before-1", "before-2", "mine-1"))
    assert two.current() is None
