"""A service from a script or a notebook: audits in the forms of zombiescope.domain, trouble as its errors.

from zombiescope.client import Client

with Client("http://127.0.0.1:8000", key="...") as service:
    audit = service.audit("bluesky:example.org", sample=500, claim=0.87)
    print(audit.share)
"""

from zombiescope.client.client import Client
from zombiescope.client.responses import Event, Line, Score

__all__ = ["Client", "Event", "Line", "Score"]
