"""The audit as JSON: the names of DESIGN, null for what is not ready, and its schema."""

from __future__ import annotations

import json
import math
import re
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest

from report.audits import AS_OF, bare, full, share
from zombiescope.domain import Audit, FollowerScore, Reason
from zombiescope.errors import EstimateError, InputError
from zombiescope.report import render
from zombiescope.report.json import schema

KEYS = [
    *("schema", "id", "status", "created_at", "finished_at", "error", "simulated", "progress", "cost"),
    *(
        "account",
        "as_of",
        "model",
        "frame",
        "sample",
        "share",
        "dormant",
        "unknown",
        "labels",
        "fields",
        "sensitivity",
        "drift",
        "crowd",
    ),
    *("claim", "evidence", "followers"),
]


def test_names_and_order_are_those_of_the_document() -> None:
    """Keys come as docs/audit-json.md lists them; a block has "from"; times end in Z."""
    document = json.loads(render(full(simulated=True), None, form="json"))
    assert list(document) == KEYS
    assert document["schema"] == 2
    assert document["simulated"] is True
    assert document["created_at"] == "2026-01-02T03:04:05Z"
    assert list(document["evidence"]["blocks"][0]) == [
        *("from", "to", "followers", "created_from", "created_to", "share", "p_value"),
        *(
            "examined",
            "alike",
            "around",
            "followed_from",
            "followed_to",
            "traits",
            "part",
            "explains",
            "text",
        ),
    ]
    assert list(document["evidence"]) == [
        *("blocks", "sign_ups", "basis", "examined", "dated", "families", "spikes", "cohorts"),
        *("follow_dates", "deliveries", "clock"),
    ]
    assert list(document["share"]) == [
        *(
            "estimate",
            "low",
            "high",
            "level",
            "method",
            "assumes",
            "withheld",
            "if_known",
            "refused",
            "whole_frame",
        ),
        *("whole_account", "warnings"),
    ]
    assert list(document["followers"][0]) == [
        "id",
        "handle",
        "position",
        "score",
        "posterior",
        "reasons",
        "local_score",
    ]
    assert list(document["sample"]["skipped"]) == ["deleted", "suspended"]


def test_every_section_may_be_null() -> None:
    """What is not ready is null, never absent."""
    document = json.loads(render(bare(), None, form="json"))
    assert list(document) == KEYS
    assert document["frame"] is None
    assert document["followers"] is None


def test_it_reads_back_as_the_same_audit() -> None:
    """JSON and back loses nothing."""
    audit = full()
    assert msgspec.json.decode(render(audit, None, form="json"), type=Audit) == audit


@pytest.mark.parametrize("zone", [ZoneInfo("UTC"), timezone(timedelta(0))])
def test_any_utc_is_z(zone: ZoneInfo | timezone) -> None:
    """Arrow and the standard library have their own UTC; all are written alike."""
    document = json.loads(render(full(as_of=AS_OF.astimezone(zone)), None, form="json"))
    assert document["as_of"] == "2016-12-15T00:00:00Z"


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_number_that_must_be_there_must_be_finite(wrong: float) -> None:
    """A bound that is not a number is an error with the field's path, not a null."""
    with pytest.raises(EstimateError, match=re.escape("$.share.low")):
        render(full(share=share(low=wrong)), None, form="json")


def test_a_value_that_is_unknown_is_null() -> None:
    """NaN in a reason's value means unknown, and is null."""
    reason = Reason(feature="age", value=math.nan, effect=0.1, text="age unknown")
    one = FollowerScore(id="1", handle=None, position=0, score=0.5, posterior=None, reasons=(reason,))
    document = json.loads(render(full(followers=(one,)), None, form="json"))
    assert document["followers"][0]["reasons"][0]["value"] is None


def test_the_schema_lists_the_same_names() -> None:
    """The published schema is of the same form: its properties are the document's keys."""
    published = schema()
    definitions = published["$defs"]
    assert published["$schema"].endswith("2020-12/schema")
    assert list(definitions["Audit"]["properties"]) == KEYS
    assert "from" in definitions["Block"]["properties"]
    json.dumps(published)


def test_an_unknown_form_is_refused() -> None:
    """A form we do not have is bad input, with the list of forms as advice."""
    with pytest.raises(InputError, match="no report form 'pdf'"):
        render(full(), None, form="pdf")  # type: ignore[arg-type]
