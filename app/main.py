"""So that `uvicorn app.main:app` works from the checkout."""

from __future__ import annotations

from zombiescope.web import app as _app

app = _app()
