"""Tables of accounts as programs and people write them, with what each must be read as: for property tests and fuzzing.

`written` renders accounts in a style and returns the bytes with the accounts as the file then holds them: `12.3K` is an
account of 12,300 followers.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

__all__ = ["CHOICES", "FIELDS", "Account", "Style", "WrittenTable", "accounts", "random_style", "written"]

COUNTS = ("followers_count", "following_count", "posts_count")
FIELDS = ("id", "handle", "display_name", "bio", *COUNTS, "created_at", "verified", "protected")


@dataclass(frozen=True)
class Account:
    """What a table says of one account; None where it says nothing."""

    id: str
    handle: str
    display_name: str
    bio: str
    followers_count: int | None
    following_count: int | None
    posts_count: int | None
    created_at: datetime | date | None
    verified: bool
    protected: bool


@dataclass(frozen=True)
class Style:
    """How a table is written. order: a seed of the columns' order. fields: which columns there are. extra: what stands
    around the table. gaps: the word for a missing count or date, None where there are none missing."""

    delimiter: str
    quoting: int
    line_end: str
    encoding: str
    language: str
    order: int
    columns: str
    numbers: str
    dates: str
    booleans: tuple[str, str]
    extra: str
    gaps: str | None
    packed: str


@dataclass(frozen=True)
class WrittenTable:
    """data: the file. name: with its extension. accounts: as the file holds them. truth: the choices that decide what
    the file may leave open."""

    data: bytes
    name: str
    accounts: tuple[Account, ...]
    fields: tuple[str, ...]
    truth: Mapping[str, str]


# Names of columns as exports and translated interfaces have them: several for a field, of which one is taken.
HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "id": ("id", "User ID", "user_id", "userId"), "handle": ("username", "Handle", "screen_name", "User name"),
        "display_name": ("name", "Display Name", "full_name"), "bio": ("bio", "Description", "Biography"),
        "followers_count": ("followers", "Followers Count", "followersCount", "follower_count"),
        "following_count": ("following", "Following Count", "friends_count", "followingCount"),
        "posts_count": ("posts", "Tweets", "statuses_count", "postsCount", "tweet_count"),
        "created_at": ("joined", "created_at", "Joined", "Creation Date"),
        "verified": ("verified", "Is Verified"), "protected": ("private", "isPrivate", "protected"),
    },
    "fr": {
        "id": ("Identifiant",), "handle": ("Nom d'utilisateur", "Nom d’utilisateur", "Pseudo"),
        "display_name": ("Nom", "Nom complet"), "bio": ("Biographie", "Bio"),
        "followers_count": ("Abonnés", "Nombre d'abonnés", "ABONNÉS"),
        "following_count": ("Abonnements", "Nombre d'abonnements"), "posts_count": ("Publications", "Tweets"),
        "created_at": ("Date de création", "Inscription", "Date d'inscription"), "verified": ("Vérifié", "Certifié"),
        "protected": ("Privé",),
    },
    "es": {
        "id": ("ID de usuario", "Identificador"), "handle": ("Nombre de usuario", "Usuario"),
        "display_name": ("Nombre",), "bio": ("Biografía", "Descripción"), "followers_count": ("Seguidores",),
        "following_count": ("Siguiendo", "Seguidos"), "posts_count": ("Publicaciones", "Tuits"),
        "created_at": ("Fecha de creación", "Fecha de registro"), "verified": ("Verificado",),
        "protected": ("Privado",),
    },
    "de": {
        "id": ("Benutzer-ID", "Nutzer-ID"), "handle": ("Benutzername", "Nutzername"),
        "display_name": ("Anzeigename", "Name"), "bio": ("Biografie", "Beschreibung"),
        "followers_count": ("Follower", "Anzahl Follower", "Abonnenten"), "following_count": ("Folgt", "Gefolgt"),
        "posts_count": ("Beiträge", "Anzahl Beiträge"), "created_at": ("Erstellt am", "Beigetreten"),
        "verified": ("Verifiziert",), "protected": ("Privat",),
    },
    "pt": {
        "id": ("ID do usuário",), "handle": ("Nome de usuário", "Usuário"), "display_name": ("Nome",),
        "bio": ("Biografia", "Descrição"), "followers_count": ("Seguidores",), "following_count": ("Seguindo",),
        "posts_count": ("Publicações",), "created_at": ("Data de criação", "Criado em"), "verified": ("Verificado",),
        "protected": ("Privado",),
    },
    "it": {
        "id": ("ID utente",), "handle": ("Nome utente",), "display_name": ("Nome", "Nome completo"),
        "bio": ("Biografia",), "followers_count": ("Follower", "Numero di follower"), "following_count": ("Seguiti",),
        "posts_count": ("Post", "Pubblicazioni"), "created_at": ("Data di creazione", "Iscritto dal"),
        "verified": ("Verificato",), "protected": ("Privato",),
    },
    "ru": {
        "id": ("ID пользователя",), "handle": ("Имя пользователя", "Логин"), "display_name": ("Имя",),
        "bio": ("Описание", "О себе"), "followers_count": ("Подписчики",), "following_count": ("Подписки",),
        "posts_count": ("Посты", "Публикации"), "created_at": ("Дата создания", "Дата регистрации"),
        "verified": ("Подтверждён",), "protected": ("Закрытый",),
    },
    "zh": {
        "id": ("用户ID", "用户id"), "handle": ("用户名", "账号"), "display_name": ("名称", "昵称"),
        "bio": ("简介", "个人简介"),
        "followers_count": ("粉丝数", "粉丝"), "following_count": ("关注数", "关注"),
        "posts_count": ("帖子数", "推文数"),
        "created_at": ("注册时间", "创建时间"), "verified": ("认证", "是否认证"), "protected": ("私密",),
    },
    "zh-hant": {
        "id": ("使用者ID",), "handle": ("使用者名稱", "帳號"), "display_name": ("名稱", "暱稱"),
        "bio": ("簡介", "個人簡介"),
        "followers_count": ("粉絲數", "粉絲", "追蹤者"), "following_count": ("追蹤中", "正在追蹤"),
        "posts_count": ("貼文數", "貼文"), "created_at": ("建立時間", "註冊時間"), "verified": ("認證",),
        "protected": ("不公開",),
    },
    "ja": {
        "id": ("ユーザーID",), "handle": ("ユーザー名",), "display_name": ("名前", "表示名"),
        "bio": ("自己紹介", "プロフィール"),
        "followers_count": ("フォロワー数", "フォロワー"), "following_count": ("フォロー数", "フォロー中"),
        "posts_count": ("投稿数", "ツイート数"), "created_at": ("作成日", "登録日"), "verified": ("認証済み",),
        "protected": ("非公開",),
    },
    "ar": {
        "id": ("معرف المستخدم",), "handle": ("اسم المستخدم",), "display_name": ("الاسم",), "bio": ("نبذة",),
        "followers_count": ("المتابعون", "عدد المتابعين"), "following_count": ("يتابع",),
        "posts_count": ("المنشورات", "التغريدات"), "created_at": ("تاريخ الإنشاء", "تاريخ الانضمام"),
        "verified": ("موثق",), "protected": ("خاص",),
    },
}  # fmt: skip

_LETTERS = {
    "en": ("café – tea", "it's \"me\"", "plain words", "a;b|c", "O’Brien – ok", "🙂🙃", "naïve résumé", ""),
    "fr": ("Éloïse, à côté", "garçon; naïf", "l'été", ""), "es": ("Peña, niño", "¿qué?", "corazón", ""),
    "de": ("Müller; Größe", "straße, grün", "über", ""), "pt": ("João, coração", "ação; não", ""),
    "it": ("perché, città", "è così; già", ""), "ru": ("Иван, Москва", "кот; собака", "привет", ""),
    "zh": ("喜欢喝茶，写字", "北京大学;学生", "你好,世界", "摄影师 \"光\"", ""),
    "zh-hant": ("喜歡喝茶，寫字", "臺灣大學;學生", "你好,世界", ""),
    "ja": ("お茶が好き、です", "東京;学生です", "こんにちは,世界", ""),
    "ar": ("أحب الشاي، والقهوة", "طالب; الرياض", "مرحبا,عالم", ""),
}  # fmt: skip
_LEGACY = {
    "en": "cp1252", "fr": "cp1252", "es": "cp1252", "de": "cp1252", "pt": "cp1252", "it": "cp1252", "ru": "cp1251",
    "zh": "gb18030", "zh-hant": "big5", "ja": "cp932", "ar": "cp1256",
}  # fmt: skip


def _grouped(mark: str) -> Callable[[int], tuple[str, int]]:
    return lambda n: (f"{n:,}".replace(",", mark), n)


def _short(
    steps: Sequence[tuple[int, str]], mark: str = ".", space: str = "", group: str = ""
) -> Callable[[int], tuple[str, int]]:
    """Numbers as interfaces shorten them: one digit after the mark, with a unit of a power of ten."""

    def write(n: int) -> tuple[str, int]:
        for unit, word in steps:
            if n >= unit:
                tenths = n * 10 // unit
                whole, tenth = divmod(tenths, 10)
                text = f"{whole}{mark}{tenth}" if tenth else f"{whole}"
                return f"{text}{space}{word}", tenths * unit // 10
        return f"{n:,}".replace(",", group), n

    return write


def _digits(zero: int, group: str = "") -> Callable[[int], tuple[str, int]]:
    table = {ord(str(i)): chr(zero + i) for i in range(10)}
    return lambda n: (f"{n:,}".replace(",", group).translate(table), n)


def _indian(n: int) -> tuple[str, int]:
    head, tail = divmod(n, 1000)
    if not head:
        return str(n), n
    text = str(head)
    pairs = []
    while text:
        pairs.append(text[-2:])
        text = text[:-2]
    return ",".join(reversed(pairs)) + f",{tail:03}", n


_NUMBERS: dict[str, tuple[str, Callable[[int], tuple[str, int]]]] = {
    # The mark before a fraction that decides the notation, where the file does not, and the notation.
    "plain": ("point", lambda n: (str(n), n)),
    "comma groups": ("point", _grouped(",")), "point groups": ("comma", _grouped(".")),
    "blank groups": ("comma", _grouped(" ")), "no-break groups": ("comma", _grouped("\u00a0")),
    "narrow groups": ("comma", _grouped("\u202f")), "swiss groups": ("point", _grouped("’")),
    "apostrophe groups": ("point", _grouped("'")), "indian groups": ("point", _indian),
    "floats": ("point", lambda n: (f"{n}.0", n)), "comma floats": ("comma", lambda n: (f"{n},0", n)),
    "two decimals": ("point", lambda n: (f"{n:,}.00", n)),
    "European decimals": ("comma", lambda n: (f"{n:,}".replace(",", ".") + ",00", n)),
    "K": ("point", _short(((10**9, "B"), (10**6, "M"), (10**3, "K")))),
    "k": ("point", _short(((10**6, "m"), (10**3, "k")))),
    "K from 10,000": ("point", _short(((10**6, "M"), (10**4 * 1, "×")), group=",")),
    "French k": ("comma", _short(((10**6, "M"), (10**3, "k")), ",", "\u00a0")),
    "Spanish mil": ("comma", _short(((10**6, "M"), (10**3, "mil")), ",", " ")),
    "Portuguese mil": ("comma", _short(((10**6, "mi"), (10**3, "mil")), ",", " ")),
    "German Tsd.": ("comma", _short(((10**6, "Mio."), (10**3, "Tsd.")), ",", "\u00a0")),
    "Russian": ("comma", _short(((10**6, "млн"), (10**3, "тыс.")), ",", " ")),
    "万": ("point", _short(((10**8, "亿"), (10**4, "万")))), "萬": ("point", _short(((10**8, "億"), (10**4, "萬")))),
    "w": ("point", _short(((10**4, "w"),))),
    "Korean": ("point", _short(((10**8, "억"), (10**4, "만"), (10**3, "천")))),
    "Arabic digits": ("point", _digits(0x0660)), "Arabic groups": ("point", _digits(0x0660, "٬")),
    "full-width digits": ("point", _digits(0xFF10)),
}  # fmt: skip
# Interfaces write 9,999 in full and 12.3K from there on.
_NUMBERS["K from 10,000"] = (
    "point",
    lambda n: (f"{n:,}", n) if n < 10_000 else _short(((10**9, "B"), (10**6, "M"), (10**3, "K")))(n),
)

_RUSSIAN = ("янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек.")
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
           "November", "Dezember"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
    "pt": ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
           "novembro", "dezembro"),
    "it": ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
           "novembre", "dicembre"),
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря"),
}  # fmt: skip


def _pattern(pattern: str) -> Callable[[datetime, str], str]:
    return lambda moment, _: moment.strftime(pattern)


def _short_numbers(moment: datetime, _: str) -> str:
    return f"{moment.month}/{moment.day}/{moment.year}"


def _short_days(moment: datetime, _: str) -> str:
    return f"{moment.day}.{moment.month}.{moment.year}"


def _named(moment: datetime, language: str) -> str:
    months = _MONTHS.get(language, _MONTHS["en"])
    month = months[moment.month - 1]
    if language == "de":
        return f"{moment.day}. {month} {moment.year}"
    if language in ("es", "pt"):
        return f"{moment.day} de {month} de {moment.year}"
    if language == "ru":
        return f"{moment.day} {month} {moment.year} г."
    return f"{moment.day} {month} {moment.year}"


def _clock12(moment: datetime, _: str) -> str:
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour % 12 or 12}:{moment:%M:%S} {half}"


def _zoned(moment: datetime, _: str) -> str:
    return moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()


# How a date is written; whether it has a clock; the order that decides it where the file does not.
_DATES: dict[str, tuple[Callable[[datetime, str], str], str, str]] = {
    "ISO": (_pattern("%Y-%m-%dT%H:%M:%SZ"), "second", ""), "ISO blank": (_pattern("%Y-%m-%d %H:%M:%S"), "second", ""),
    "ISO offset": (_pattern("%Y-%m-%d %H:%M:%S+00:00"), "second", ""), "ISO zone": (_zoned, "second", ""),
    "ISO fraction": (_pattern("%Y-%m-%dT%H:%M:%S.000Z"), "second", ""), "ISO day": (_pattern("%Y-%m-%d"), "day", ""),
    "Twitter": (_pattern("%a %b %d %H:%M:%S +0000 %Y"), "second", ""),
    "RFC 2822": (_pattern("%a, %d %b %Y %H:%M:%S GMT"), "second", ""),
    "epoch": (lambda m, _: str(int(m.timestamp())), "second", ""),
    "epoch float": (lambda m, _: f"{int(m.timestamp())}.0", "second", ""),
    "epoch milliseconds": (lambda m, _: str(int(m.timestamp()) * 1000), "second", ""),
    "d/m/Y": (_pattern("%d/%m/%Y"), "day", "dmy"), "m/d/Y": (_pattern("%m/%d/%Y"), "day", "mdy"),
    "d.m.Y": (_pattern("%d.%m.%Y"), "day", "dmy"), "d-m-Y": (_pattern("%d-%m-%Y"), "day", "dmy"),
    "d/m/y": (_pattern("%d/%m/%y"), "day", "dmy"), "m/d/y": (_pattern("%m/%d/%y"), "day", "mdy"),
    "y-m-d": (_pattern("%y-%m-%d"), "day", "ymd"), "short US": (_short_numbers, "day", "mdy"),
    "short German": (_short_days, "day", "dmy"), "d/m/Y clock": (_pattern("%d/%m/%Y %H:%M:%S"), "second", "dmy"),
    "d/m/Y minutes": (_pattern("%d/%m/%Y %H:%M"), "minute", "dmy"), "US clock": (_clock12, "second", "mdy"),
    "Y/m/d": (_pattern("%Y/%m/%d"), "day", ""), "Chinese": (_pattern("%Y年%m月%d日"), "day", ""),
    "compact": (_pattern("%Y%m%d"), "day", ""), "named": (_named, "day", ""),
    "d Mon Y": (_pattern("%d %b %Y"), "day", ""),
    "Mon d, Y": (_pattern("%b %d, %Y"), "day", ""), "Month Y": (_pattern("%B %Y"), "month", ""),
    "Mon Y": (_pattern("%b %Y"), "month", ""), "d-Mon-y": (_pattern("%d-%b-%y"), "day", ""),
    "clock first": (_pattern("%I:%M %p - %d %b %Y"), "minute", ""), "Sheets": (_pattern("%d/%m/%Y %H.%M.%S"),
    "second", "dmy"),
}  # fmt: skip

CHOICES: dict[str, tuple[object, ...]] = {
    "delimiter": (",", ";", "\t", "|"),
    "quoting": (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC),
    "line_end": ("\n", "\r\n", "\r"),
    "encoding": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "legacy"),
    "language": tuple(HEADERS),
    "order": tuple(range(40)),
    "columns": ("all", "no ids", "no handles", "counts and names", "no flags"),
    "numbers": tuple(_NUMBERS),
    "dates": tuple(_DATES),
    "booleans": (
        ("True", "False"), ("true", "false"), ("TRUE", "FALSE"), ("1", "0"), ("yes", "no"), ("Oui",
        "Non"), ("VRAI", "FAUX"),
        ("WAHR", "FALSCH"), ("Sí", "No"), ("是", "否"), ("да", "нет"), ("t", "f"), ("Y", "N"), ("نعم",
        "لا"), ("はい", "いいえ"),
        ("1.0", "0.0"), ("ИСТИНА", "ЛОЖЬ"), ("VERDADERO", "FALSO"),
    ),
    "extra": ("", "", "", "index", "row names", "title", "sep", "blank rows", "trailing delimiter", "unused columns"),
    "gaps": (None, None, "", "NULL", "N/A", "NaN", "None", "-", "NA"),
    "packed": ("", "", "", "gz", "zip"),
}  # fmt: skip


def random_style(rng: random.Random) -> Style:
    """A style drawn at random."""
    return Style(**{field.name: rng.choice(CHOICES[field.name]) for field in fields(Style)})  # type: ignore[arg-type]


def accounts(rng: random.Random, count: int, language: str) -> tuple[Account, ...]:
    """Accounts with ids and counts of all sizes, and texts in the letters of a language."""
    kind = rng.choice(("snowflake", "short", "did", "word"))
    used: set[str] = set()
    rows = []
    last = 10 ** rng.choice((3, 4, 6, 8))
    for i in range(count):
        identity = {
            "snowflake": str(rng.randrange(10**17, 2 * 10**18) | 1), "short": str(rng.randrange(1, 10**10)),
            "did": f"did:plc:{rng.randrange(10**12):024x}", "word": f"{rng.choice('abcxyz')}{rng.randrange(10**8)}",
        }[kind]  # fmt: skip
        if identity in used:
            continue
        used.add(identity)
        name = rng.choice(_LETTERS[language])
        created = datetime(2006, 4, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(600_000_000))
        rows.append(
            Account(
                id=identity,
                handle=f"{rng.choice(('user', 'Anna_', 'x', 'the.real.', '_'))}{i}",
                display_name=f"{name} {i}".strip(),
                bio=rng.choice(_LETTERS[language]) + rng.choice(("", "", "\nline two", ' "q"')),
                followers_count=int(10 ** (rng.random() * len(str(last - 1)))) - 1,
                following_count=rng.randrange(0, rng.choice((10, 1000, last))),
                posts_count=rng.choice((0, 1, rng.randrange(last))),
                created_at=created,
                verified=rng.random() < 0.2,
                protected=rng.random() < 0.3,
            )
        )
    return tuple(rows)


def written(people: Sequence[Account], style: Style) -> WrittenTable:
    """The accounts as a file in the style."""
    names = HEADERS[style.language]
    rng = random.Random(style.order)
    shown = [f for f in FIELDS if not (
        (style.columns in ("no ids", "counts and names") and f == "id")
        or (style.columns == "no handles" and f == "handle")
        or (style.columns in ("no flags", "counts and names") and f in ("verified", "protected"))
        or (style.columns == "counts and names" and f in ("bio", "created_at"))
    )]  # fmt: skip
    rng.shuffle(shown)
    header = [rng.choice(names[f]) for f in shown]
    mark, number = _NUMBERS[style.numbers]
    write_date, precision, order = _DATES[style.dates]
    held: list[Account] = []
    rows: list[list[str]] = []
    for row, person in enumerate(people):
        cells: dict[str, str] = {
            "id": person.id,
            "handle": person.handle,
            "display_name": person.display_name,
        }
        cells["bio"] = person.bio
        known = replace(person)
        for f in COUNTS:
            cells[f], value = number(getattr(person, f))
            known = replace(known, **{f: value})  # type: ignore[arg-type]
        moment = person.created_at
        assert isinstance(moment, datetime)
        cells["created_at"] = write_date(moment, style.language)
        known = replace(known, created_at=_cut(moment, precision))
        for f in ("verified", "protected"):
            cells[f] = style.booleans[not getattr(person, f)]
        if style.gaps is not None and row % 7 == 3:
            f = rng.choice((*COUNTS, "created_at"))
            cells[f] = style.gaps
            known = replace(known, **{f: None})  # type: ignore[arg-type]
        held.append(known)
        rows.append([cells[f] for f in shown])
    text = _text(header, rows, style)
    encoding = _LEGACY[style.language] if style.encoding == "legacy" else style.encoding
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        encoding = "utf-8"
        data = text.encode()
    name = "list.csv"
    if style.packed == "gz":
        data, name = gzip.compress(data, 1), "list.csv.gz"
    elif style.packed == "zip":
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("list.csv", data)
        data, name = archive.getvalue(), "list.zip"
    truth = {"decimal": mark, "date-order": order, "encoding": encoding, "platform": "x"}
    return WrittenTable(data, name, tuple(held), tuple(shown), truth)


def _cut(moment: datetime, precision: str) -> datetime | date:
    if precision == "second":
        return moment
    if precision == "minute":
        return moment.replace(second=0)
    return moment.date() if precision == "day" else moment.date().replace(day=1)


def _text(header: list[str], rows: list[list[str]], style: Style) -> str:
    out = io.StringIO()
    # Python's writer leaves line feeds bare where lines end in returns, which no program reads.
    quoting: Any = csv.QUOTE_ALL if style.line_end == "\r" else style.quoting
    writer = csv.writer(
        out,
        delimiter=style.delimiter,
        quoting=quoting,
        lineterminator=style.line_end,
    )
    extra = style.extra
    if extra == "sep":
        out.write(f"sep={style.delimiter}{style.line_end}")
    if extra == "title":
        writer.writerows([["Followers of @somebody"], []])
    if extra == "unused columns":
        header = [*header, "Extra Notes", "colour"]
        rows = [[*row, "seen, once", "blue"] for row in rows]
    if extra == "trailing delimiter":
        header, rows = [*header, ""], [[*row, ""] for row in rows]
    if extra == "index":
        header, rows = ["", *header], [[str(i), *row] for i, row in enumerate(rows)]
    if extra == "row names":
        rows = [[str(i + 1), *row] for i, row in enumerate(rows)]
    writer.writerow(header)
    for i, row in enumerate(rows):
        writer.writerow(row)
        if extra == "blank rows" and i % 9 == 4:
            out.write(style.line_end)
    return out.getvalue()
