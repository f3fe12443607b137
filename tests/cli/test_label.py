"""`zombiescope label`, `forget` and `keys`, as a person types them."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from cli.command_line import Run
from doubles import outcome, zombie
from zombiescope import wiring
from zombiescope.cli.audit import _keep
from zombiescope.storage import Store
from zombiescope.usecases import audit_store

ID = "3f2a0000-1111"


@pytest.fixture
def store(empty_home: Path) -> Iterator[Store]:
    """The store of that home, with one audit in it."""
    request, done = outcome(ID)
    with wiring.store(wiring.settings()) as database:
        audit_store.keep(database, request, done)
        yield database


def filled(text: str, count: int, label: Callable[[dict[str, str]], str]) -> str:
    """The exported CSV with the first `count` labels filled in."""
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows[:count]:
        row["label"] = label(row)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def truly(row: dict[str, str]) -> str:
    """What a person who knows the truth writes."""
    return "zombie" if zombie(int(row["id"]) - 1000) else "Genuine"


def test_labels_go_out_and_come_back(run: Run, store: Store, tmp_path: Path) -> None:
    """Export, fill 40 in, import: the report is of the labels, and the audit is kept so."""
    file = tmp_path / "labels.csv"
    went = run("label", "3f2a", "--export", str(file), "--count", "60")
    assert (went.code, went.out) == (0, "")
    text = file.read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 60
    assert len({row["id"] for row in rows}) == 60
    assert "score" not in rows[0]
    assert rows[0]["profile"] == f"https://weibo.com/u/{rows[0]['id']}"
    file.write_text(filled(text, 40, truly), "utf-8")
    came = run("label", "last", "--import", str(file), "--annotator", "ann")
    assert came.code == 0
    assert "40 labels by ann stored" in came.err
    assert "40 labels so far: " in came.err
    assert "20 more would give about" in came.err
    assert "40" in came.out
    share = store.audits.get(ID).share
    assert share is not None
    assert share.method == "cross-prediction, 40 labels"
    assert share.low <= 0.75 <= share.high
    assert {one.annotator for one in store.labels.of(ID)} == {"ann"}


def test_export_opens_in_a_spreadsheet_as_utf_8(run: Run, store: Store, tmp_path: Path) -> None:
    """The file begins with the byte-order mark by which Excel knows UTF-8."""
    file = tmp_path / "labels.csv"
    run("label", ID, "--export", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("rounded", ["1.02346E+18", "1,02346E+18", "1023456789012340000"])
def test_rounded_ids_are_matched_by_handle(run: Run, empty_home: Path, tmp_path: Path, rounded: str) -> None:
    """A long id leaves as text and, where a spreadsheet rounded it all the same, its handle says whose it was."""
    request, done = outcome(ID)
    long = "1023456789012345678"
    table = done.rows.to_pylist()
    table[0]["id"] = long
    people = list(done.audit.followers or ())
    people[0] = msgspec.structs.replace(people[0], id=long)
    changed = dataclasses.replace(
        done,
        rows=pa.Table.from_pylist(table, schema=done.rows.schema),
        audit=msgspec.structs.replace(done.audit, followers=tuple(people)),
    )
    handle = table[0]["handle"]
    with wiring.store(wiring.settings()) as store:
        audit_store.keep(store, request, changed)
        file = tmp_path / "labels.csv"
        run("label", ID, "--export", str(file), "--count", "999")
        ids = {row["handle"]: row["id"] for row in csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))}
        assert ids[handle] == f'="{long}"'
        file.write_text(f'id,handle,label\n"{rounded}",{handle},zombie\n', "utf-8")
        came = run("label", ID, "--import", str(file))
        assert "1 by handle" in came.err
        assert [one.follower for one in store.labels.of(ID)] == [long]
        # A number that the id cannot have been rounded to is somebody else's.
        file.write_text(f"id,handle,label\n5.1E+18,{handle},zombie\n", "utf-8")
        assert run("label", ID, "--import", str(file)).code == 1


def test_the_order_is_drawn_once(run: Run, store: Store, tmp_path: Path) -> None:
    """Two exports give the same order, which is not the list's; a longer one begins with the shorter."""
    short, long = tmp_path / "short.csv", tmp_path / "long.csv"
    run("label", ID, "--export", str(short), "--count", "10")
    run("label", ID, "--export", str(long), "--count", "90")
    assert long.read_text("utf-8-sig").startswith(short.read_text("utf-8-sig"))
    ids = [int(row["id"]) for row in csv.DictReader(io.StringIO(long.read_text("utf-8-sig")))]
    assert ids != sorted(ids)


def test_an_export_has_the_same_persons_labels(run: Run, store: Store, tmp_path: Path) -> None:
    """Who labels in two sittings finds the first one's labels filled in; another annotator does not."""
    file = tmp_path / "labels.csv"
    run("label", ID, "--export", str(file))
    file.write_text(filled(file.read_text("utf-8-sig"), 3, lambda row: "cannot tell"), "utf-8")
    run("label", ID, "--import", str(file), "--annotator", "ann")
    run("label", ID, "--export", str(file), "--annotator", "ann")
    assert file.read_text("utf-8-sig").count("cannot tell") == 3
    run("label", ID, "--export", str(file), "--annotator", "bob")
    assert "cannot tell" not in file.read_text("utf-8-sig")


def test_a_second_person_labels_thirty_of_the_first_ones(run: Run, store: Store, tmp_path: Path) -> None:
    """Then followers that nobody labelled; the audit knows the overlap and warns of nobody left out."""
    file = tmp_path / "labels.csv"
    run("label", ID, "--export", str(file), "--count", "50", "--annotator", "ann")
    file.write_text(filled(file.read_text("utf-8-sig"), 50, truly), "utf-8")
    first = run("label", ID, "--import", str(file))
    assert "50 labels by ann stored: 50 matched by id" in first.err
    anns = {one.follower for one in store.labels.of(ID)}
    run("label", ID, "--export", str(file), "--count", "50", "--annotator", "bob")
    text = file.read_text("utf-8-sig")
    bobs = [row["id"] for row in csv.DictReader(io.StringIO(text))]
    assert set(bobs[:30]) <= anns
    assert not set(bobs[30:]) & anns
    file.write_text(filled(text, 50, truly), "utf-8")
    came = run("label", ID, "--import", str(file))
    assert "by bob stored" in came.err
    assert "warning" not in came.err
    labels = store.audits.get(ID).labels
    assert labels is not None
    assert (labels.count, labels.annotators, labels.overlap, labels.kappa) == (70, 2, 30, 1.0)
    assert "Had the labellers erred so" in came.out


def test_one_file_may_hold_what_two_people_said(run: Run, store: Store, tmp_path: Path) -> None:
    """The annotator column says who; --annotator overrides it."""
    file = tmp_path / "labels.csv"
    who = store.audits.followers(ID)[0].id
    file.write_text(f"id,label,annotator\n{who},zombie,ann\n{who},genuine,bob\n", "utf-8")
    run("label", ID, "--import", str(file))
    assert {(one.annotator, one.label) for one in store.labels.of(ID)} == {
        ("ann", "zombie"),
        ("bob", "genuine"),
    }
    assert "is on line 2 already" in run("label", ID, "--import", str(file), "--annotator", "cy").err


def test_a_lost_id_is_matched_by_handle(run: Run, store: Store, tmp_path: Path) -> None:
    """An empty id with a handle that one follower has is that follower's."""
    file = tmp_path / "labels.csv"
    who = store.audits.followers(ID)[0]
    file.write_text(f"id,handle,label\n,{who.handle},zombie\n", "utf-8")
    assert "1 by handle" in run("label", ID, "--import", str(file)).err
    assert [one.follower for one in store.labels.of(ID)] == [who.id]


def test_labels_of_audits_are_what_is_trained_on(run: Run, store: Store, tmp_path: Path) -> None:
    """`train --from-audits` says how many there are and how many make a model; too few are refused."""
    file = tmp_path / "labels.csv"
    assert "no follower of a stored audit is labelled" in run("train", "--from-audits", "--out", "m-1").err
    run("label", ID, "--export", str(file), "--count", "60")
    file.write_text(filled(file.read_text("utf-8-sig"), 60, truly), "utf-8")
    run("label", ID, "--import", str(file))
    came = run("train", "--from-audits", "--vendor", "Vendor A", "--out", str(tmp_path / "mine-1"))
    assert came.code == 1
    assert re.search(r"\d+ zombies and \d+ genuine followers of 1 labelled audits \(100 of each", came.err)
    assert "are too few to train on" in came.err
    assert run("train", "--out", "m-1").code == 2


def test_leaving_some_out_is_warned_of(run: Run, store: Store, tmp_path: Path) -> None:
    """Labels with gaps before them are taken, with a warning that the draw is no longer random."""
    file = tmp_path / "labels.csv"
    run("label", ID, "--export", str(file))
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    file.write_text(f"id;label\n{rows[0]['id']};zombie\n{rows[5]['id']};genuine\n", "utf-8")
    came = run("label", ID, "--import", str(file))
    assert came.code == 0
    assert "warning: 4 followers before the last one labelled have no label" in came.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "labels.csv is empty"),
        ("id,verdict\n1,zombie\n", "labels.csv line 1: label: there is no such column"),
        (
            "# a comment\nid,label\n1,zombie\n",
            "labels.csv line 3: id: '1' is no follower of this audit's sample",
        ),
        ("id,label\n,zombie\n", "labels.csv line 2: id: is missing"),
        ("id,label\n{0},bot\n", "labels.csv line 2: label: 'bot' is no label"),
        ("id,label\n{0},zombie\n\n{0},genuine\n", "labels.csv line 4: id: '{0}' is on line 2 already"),
        ("id,label\n{0},\n", "labels.csv holds no label"),
        ('id,label\n{0},"zombie\n', "labels.csv line 2: is no row of cells"),
    ],
)
def test_a_wrong_cell_is_named(run: Run, store: Store, tmp_path: Path, text: str, message: str) -> None:
    """One line says file, line, field and reason, one what to do; and no label is taken."""
    file = tmp_path / "labels.csv"
    known = store.audits.followers(ID)[0].id
    file.write_text(text.format(known), "utf-8")
    came = run("label", ID, "--import", str(file))
    assert came.code == 1
    assert came.err.startswith(f"error: {message.format(known)}")
    assert came.err.count("\n") == 2
    assert store.labels.of(ID) == []


def test_a_cell_is_no_formula(run: Run, empty_home: Path, tmp_path: Path) -> None:
    """A name that a spreadsheet would run is written as text, and an id that begins like one comes back."""
    request, done = outcome(ID)
    rows = done.rows
    evil = {"id": "-7", "display_name": '=HYPERLINK("http://x")', "bio": "＝1+1"}
    table = rows.to_pylist()
    table[0].update(evil)
    people = list(done.audit.followers or ())
    people[0] = msgspec.structs.replace(people[0], id="-7")
    changed = dataclasses.replace(
        done,
        rows=pa.Table.from_pylist(table, schema=rows.schema),
        audit=msgspec.structs.replace(done.audit, followers=tuple(people)),
    )
    with wiring.store(wiring.settings()) as store:
        audit_store.keep(store, request, changed)
        file = tmp_path / "labels.csv"
        run("label", ID, "--export", str(file), "--count", "999")
        (row,) = (
            row for row in csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))) if row["id"] == "'-7"
        )
        assert row["display_name"].startswith("'=")
        assert row["bio"].startswith("'")
        file.write_text("id,label\n'-7,zombie\n", "utf-8")
        assert run("label", ID, "--import", str(file)).code == 0
        assert [one.follower for one in store.labels.of(ID)] == ["-7"]


def test_a_made_up_follower_has_no_link(run: Run, empty_home: Path, tmp_path: Path) -> None:
    """A simulated list says so in the first line, and leads to nobody's profile."""
    request, done = outcome(ID)
    made_up = dataclasses.replace(done, audit=msgspec.structs.replace(done.audit, simulated=True))
    with wiring.store(wiring.settings()) as store:
        audit_store.keep(store, request, made_up)
    file = tmp_path / "labels.csv"
    run("label", ID, "--export", str(file))
    text = file.read_text("utf-8-sig")
    assert text.startswith("# SIMULATED")
    assert "http" not in text
    file.write_text(re.sub(r",,,(?=[^,\n]*\n)", ",zombie,,", text), "utf-8")
    assert run("label", ID, "--import", str(file)).out.startswith("SIMULATED")


def test_which_audit_is_asked_for_must_be_clear(run: Run, empty_home: Path) -> None:
    """Without an audit, and without an export or import, the line says what to do."""
    assert "no audit is kept yet" in run("label", "last", "--export", "x.csv").err
    assert run("label", "last").code == 2


def test_an_account_is_forgotten(run: Run, store: Store) -> None:
    """Its audit is gone, and a second time there is nothing."""
    assert run("forget", "weibo:Embassy").out == "deleted of weibo:Embassy: 1 audits, 0 fetched pages\n"
    assert run("forget", "weibo:embassy").out == "nothing is stored about weibo:embassy\n"
    assert "no audit is kept yet" in run("label", "last", "--export", "x.csv").err


def test_a_key_is_shown_once(run: Run, empty_home: Path) -> None:
    """Adding prints the secret, listing never does; a revoked key is gone."""
    secret = run("keys", "add", "ann", "--scope", "read", "--scope", "label").out.strip()
    assert len(secret) >= 32
    assert run("keys", "list").out == "ann: label read\n"
    assert secret.encode() not in b"".join(path.read_bytes() for path in empty_home.iterdir())
    assert "there is no scope 'write'" in run("keys", "add", "bob", "--scope", "write").err
    assert run("keys", "revoke", "ann").code == 0
    assert run("keys", "list").out == ""


def test_a_home_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An audit that cannot be kept is an answer all the same: one line on stderr, and no failure."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZOMBIESCOPE_HOME", str(tmp_path / "file" / "home"))
    _keep(*outcome(ID))
    assert capsys.readouterr().err.startswith("warning: the audit was not stored: ")


def test_an_audit_is_kept_and_old_ones_expire(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was audited can be labelled by the beginning of its id; ZOMBIESCOPE_KEEP_DAYS holds here too."""
    monkeypatch.setenv("ZOMBIESCOPE_KEEP_DAYS", "36500")
    _keep(*outcome("77aa0000-2222"))
    assert capsys.readouterr().err == (
        "audit 77aa0000 stored; label with: zombiescope label 77aa0000 --export FILE\n"
    )
    assert len(store.audits.newest(9)) == 2
    monkeypatch.setenv("ZOMBIESCOPE_KEEP_DAYS", "0.001")
    _keep(*outcome("88bb0000-3333"))  # dated years ago
    assert store.audits.newest(9) == []
