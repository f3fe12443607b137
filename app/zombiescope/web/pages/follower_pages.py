"""The page of an audit's scored followers, and the audit as files: followers, charts, the answer to embed."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request, Response

from zombiescope.domain import Audit
from zombiescope.features import silent as silent_for_long
from zombiescope.report import render, view
from zombiescope.report.charts import chart
from zombiescope.report.view import SIMULATED
from zombiescope.web.auth.access import Reader
from zombiescope.web.pages.chart_file import chart_file
from zombiescope.web.pages.follower_table import PAGE, Filters, Row, Sort, as_csv, rows, runs
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import services_of, store_of

__all__ = ["router"]

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)

Text = Annotated[str, Query(max_length=200)]
Part = Annotated[float, Query(ge=0, le=1)]
_MEDIA = {"csv": "text/csv", "html": "text/html"}


def _filters(
    text: Text = "",
    low: Part = 0.0,
    high: Part = 1.0,
    run: Text = "",
    family: Text = "",
    silent: bool = False,
    labelled: Text = "",
    sort: Sort = "-score",
) -> Filters:
    return Filters(text, low, high, run, family, silent, labelled, sort)


Chosen = Annotated[Filters, Depends(_filters)]


@router.get("/followers")
def followers_page(
    request: Request,
    caller: Reader,
    audit_id: str,
    filters: Chosen,
    at: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The followers that pass the filters, a page at a time."""
    audit, followers = _filtered(request, audit_id, filters)
    address = f"/audits/{audit_id}/followers"
    asked = {name: value for name, value in request.query_params.items() if name not in ("at", "lang")}
    start = min(at, max(0, len(followers) - 1)) // PAGE * PAGE
    kinds = (
        [] if audit.evidence is None else sorted({family.kind for family in audit.evidence.families or ()})
    )

    def page_at(place: int) -> str | None:
        inside = 0 <= place < len(followers) and place != start
        return f"{address}?{urlencode({**asked, 'at': place})}" if inside else None

    return page(
        "followers.html.j2",
        caller,
        audit=audit,
        view=view(audit),
        rows=followers[start : start + PAGE],
        of=len(followers),
        every=len(audit.followers or ()),
        start=start,
        filters=filters,
        runs=runs(audit),
        kinds=kinds,
        before=page_at(start - PAGE),
        after=page_at(start + PAGE),
        csv=f"{address}.csv?{urlencode(asked)}",
    )


@router.get("/followers.csv")
def followers_csv(
    request: Request,
    caller: Reader,
    audit_id: str,
    filters: Chosen,
) -> Response:
    """The followers that pass the filters, for a spreadsheet."""
    audit, followers = _filtered(request, audit_id, filters)
    text = as_csv(followers, SIMULATED if audit.simulated else None)
    return _file(text, "csv", f"followers-{audit_id[:8]}")


@router.get("/charts/{name}.{form}")
def chart_as_file(
    request: Request, caller: Reader, audit_id: str, name: str, form: Literal["svg", "png", "csv"]
) -> Response:
    """One chart of the audit as SVG, PNG or CSV. Raises InputError where there is no such chart."""
    stored = store_of(request).audits.stored_audit(audit_id)
    drawn = chart(view(stored.audit, stored.rows, reference=stored.reference), name)
    return chart_file(drawn, form, f"{name}-{audit_id[:8]}")


@router.get("/embed.html")
def embed(request: Request, caller: Reader, audit_id: str) -> Response:
    """The answer alone, as a file to put into another page."""
    stored = store_of(request).audits.stored_audit(audit_id)
    ref = "" if stored.audit.account is None else stored.audit.account.ref
    text = render(stored.audit, None, form="embed", truth=services_of(request).truth(ref))
    return _file(text, "html", f"embed-{audit_id[:8]}")


def _filtered(request: Request, audit_id: str, filters: Filters) -> tuple[Audit, list[Row]]:
    store = store_of(request)
    stored = store.audits.stored_audit(audit_id)
    labels = {one.follower: one.label or "cannot tell" for one in store.labels.of(audit_id)}
    return stored.audit, rows(stored.audit, stored.rows, labels, _silent(stored.rows, stored.audit), filters)


def _silent(table: pa.Table, audit: Audit) -> frozenset[str]:
    """The ids of followers that have not posted for 90 days, or ever."""
    if audit.as_of is None:
        return frozenset()
    at = np.full(table.num_rows, int(audit.as_of.timestamp() * 1e6), dtype=np.int64)
    quiet = np.flatnonzero(silent_for_long(table, at) == 1)
    return frozenset(table["id"].take(pa.array(quiet)).to_pylist())


def _file(content: str | bytes, form: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="zombiescope-{name}.{form}"'}
    return Response(content, headers=headers, media_type=_MEDIA[form])
