"""An audit as an answer."""

from __future__ import annotations

from collections import OrderedDict

import msgspec
from fastapi import Response

from zombiescope.domain import Audit
from zombiescope.web.http.etag import tag_of
from zombiescope.web.http.json_response import json

__all__ = ["EncodedAudits", "audit_json"]


def audit_json(audit: Audit, status: int = 200, **headers: str) -> Response:
    """An audit without its followers, which have a route of their own."""
    return json(msgspec.structs.replace(audit, followers=None), status, **headers)


class EncodedAudits:
    """The last audits that were asked for, as they are sent and with their tags, by the JSON that is stored.

    An audit is stored in the schema of its time and sent in today's, so it is decoded and encoded; not again for the
    same stored text.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._encoded: OrderedDict[str, tuple[bytes, str]] = OrderedDict()

    def get(self, stored: str) -> tuple[bytes, str]:
        """The bytes of the answer and its ETag. Only the event loop calls this, so it needs no lock."""
        encoded = self._encoded.get(stored)
        if encoded is None:
            audit = msgspec.json.decode(stored, type=Audit)
            encoded = msgspec.json.encode(audit), tag_of(msgspec.json.encode(audit))
            self._encoded[stored] = encoded
            while len(self._encoded) > self._most:
                self._encoded.popitem(last=False)
        return encoded
