"""Dates with the name of their month, as interfaces in eleven languages write them: `20 juin 2012`, `Jun 20, 2012`,
`Joined November 2022`, `2012年6月20日`.

A month without a day is read as its first day: at most 30 days of an account's age, and the same for all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["MICROSECOND", "UTC", "read"]

MICROSECOND = timedelta(microseconds=1)
_NAMES = (
    "january jan janvier janv enero ene januar jänner jän janeiro gennaio gen января январь янв يناير",
    "february feb février févr fév fevrier febrero februar fevereiro fev febbraio февраля февраль фев فبراير",
    "march mar mars marzo märz mär mrz março марта март мар مارس",
    "april apr avril avr abril abr aprile апреля апрель апр أبريل ابريل",
    "may mai mayo maio maggio mag мая май مايو",
    "june jun juin junio juni junho giugno giu июня июнь июн يونيو",
    "july jul juillet juil julio juli julho luglio lug июля июль июл يوليو",
    "august aug août aout agosto ago авг августа август أغسطس",
    "september sept sep septembre septiembre setembro set settembre сентября сентябрь сен сент سبتمبر",
    "october oct octobre octubre oktober okt outubro out ottobre ott октября октябрь окт أكتوبر",
    "november nov novembre noviembre novembro ноября ноябрь ноя нояб نوفمبر",
    "december dec décembre déc decembre diciembre dic dezember dez dezembro dicembre декабря декабрь дек ديسمبر",
)
_MONTH = {name: month for month, names in enumerate(_NAMES, start=1) for name in names.split()}
_CLOCK = (
    r"(?:[,\s]+(?:at |à |um |alle )?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"\s?(?P<half>[ap]\.?m\.?)?\s?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?)?"
)
_CLOCK_FIRST = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s?(?P<half>[ap]\.?m\.?)?\s(?:[-–·]\s)?"
_WORD = r"(?P<name>[^\W\d_]+)\.?"
_LEAD = (
    r"^(?:(?:joined|inscrit[e]? (?:le|en)|a rejoint en|se unió en|beigetreten|entrou em|iscritto)\s+)?"
    r"(?:[^\W\d_]{2,9}\.?,?\s+)?"
)
_PATTERNS = tuple(
    re.compile(pattern + r"$")
    for pattern in (
        rf"{_LEAD}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:de |of )?{_WORD}[,\s-]+"
        rf"(?:de |г\. )?(?P<year>\d{{4}})(?:\s*г\.?)?{_CLOCK}",
        rf"{_LEAD}{_WORD}[\s-]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{{4}}){_CLOCK}",
        # 9:15 AM - 3 Mar 2014, as Twitter's pages wrote it.
        rf"^{_CLOCK_FIRST}(?P<day>\d{{1,2}})\.?\s(?:de )?{_WORD}[,\s]+(?:de )?(?P<year>\d{{4}})",
        # 03-Mar-14, Excel's short date in English and what R's %d-%b-%y writes.
        rf"^(?P<day>\d{{1,2}})-{_WORD}-(?P<year>\d{{2}})",
        rf"{_LEAD}{_WORD}[,\s-]+(?:de )?(?P<year>\d{{4}})",
    )
)
_CJK = re.compile(
    r"^(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?[日号號])?"
    r"(?:\s*(?P<half>上午|下午|午前|午後)?\s*(?P<hour>\d{1,2})[:：时時](?P<minute>\d{2})?[分:]?(?P<second>\d{2})?秒?)?"
    r"(?:\s?(?:加入|注册|註冊|に登録|から利用))?$"
)


def read(text: str, zone_hours: int = 0) -> datetime | None:
    """The moment that a text with a month's name writes, None where it is none; without a zone it is of
    `zone_hours` east of UTC, a date alone its midnight UTC."""
    plain = " ".join(text.casefold().split())
    match = _CJK.match(plain)
    month: int | None = None
    if match:
        month = int(match["month"])
    else:
        for pattern in _PATTERNS:
            match = pattern.match(plain)
            month = _MONTH.get(match["name"]) if match else None
            if month:
                break
    if match is None or month is None:
        return None
    parts = match.groupdict()
    hour = int(parts.get("hour") or 0)
    half = parts.get("half")
    if half:
        late = half.startswith("p") or half in ("下午", "午後")
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * late
    zone = parts.get("zone")
    try:
        moment = datetime(
            _year(parts["year"]), month, int(parts.get("day") or 1), hour, int(parts.get("minute") or 0),
            int(parts.get("second") or 0), tzinfo=UTC,
        )  # fmt: skip
        if zone and zone[0] in "+-":
            digits = zone.replace(":", "")
            offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
            return moment.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset)).astimezone(UTC)
        return moment - timedelta(hours=zone_hours) if parts.get("hour") and not zone else moment
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    """A year of two digits is of this century: no platform is older. Raises ValueError for one far ahead."""
    if len(digits) == 2 and int(digits) > 40:
        raise ValueError(digits)
    return int(digits) + 2000 * (len(digits) == 2)
