"""Days in a reply, written with figures or with the name of the month."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from flows.chunks import Reply
from flows.mentions import Mention, Role, combined, role_after, role_before
from flows.vocabulary import Meaning

IMPOSSIBLE = "no_such_day"
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<joined>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)[日号號]?")
_MONTH_AND_DAY = re.compile(r"(?<![\d年])(?P<month>\d{1,2})(?P<joined>月)(?P<day>\d{1,2})[日号號]?(?P<year>)")
_DAY_FIRST = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})(?P<joined>[/.-])(?P<month>\d{1,2})(?:(?P=joined)(?P<year>\d{4}|\d{2}))?(?![\d/])"
)
_CENTURY = 100
_ORDINAL_ENDINGS = {"st", "nd", "rd", "th"}
_YEARS_AHEAD = 10  # "3/5/36" may still lie ahead of 2026; "3/5/62" is a date of birth
_NEAR = timedelta(days=60)
_FAR = timedelta(days=300)


def day_mentions(reply: Reply) -> list[Mention]:
    """The days in a reply; the value is an ISO date, or `IMPOSSIBLE` for the likes of 31 February."""
    found = list(_in_figures(reply))
    taken = {chunk for mention in found for chunk in range(mention.first, mention.last)}
    for chunk in range(len(reply.chunks)):
        if chunk in taken:
            continue
        if reply.means(chunk, Meaning.DAY):
            found.append(_relative(reply, chunk))
        elif reply.means(chunk, Meaning.MONTH):
            named = _named(reply, chunk)
            if named is not None:
                found.append(named)
    return found


def _mention(reply: Reply, first: int, last: int, day: str | None, rule: str, *, plain: bool = True) -> Mention:
    """A day as a mention; it is the answer wherever it stands ("we met on 3 May at the hall").

    Args:
        plain: whether it cannot be anything else than a day, as "3/4" and "may 3" can.
    """
    if day is None:
        return Mention("", first, last, Role.INEXACT, "year_not_known")
    before, after = role_before(reply, first), role_after(reply, last)
    its = combined(before, after)
    if not reply.clause_starts_at(first) and reply.means(first - 1, Meaning.BEFORE_OR_AFTER):
        its = Role.INEXACT
    elif (its is Role.LOOSE or (its is Role.OTHER and before is Role.ANSWER)) and plain:
        its = Role.ANSWER
    return Mention(day, first, last, its, "not_exactly" if its is Role.INEXACT else rule)


def _in_figures(reply: Reply) -> Iterator[Mention]:
    text = reply.said.text
    spans = [(reply.said.starts[chunk.first], reply.said.ends[chunk.last - 1]) for chunk in reply.chunks]
    for pattern in (_ISO, _MONTH_AND_DAY, _DAY_FIRST):
        for match in pattern.finditer(text):
            inside = [i for i, (start, end) in enumerate(spans) if start < match.end() and end > match.start()]
            year = match["year"]
            if not inside or (not year and match["joined"] not in {"/", "月"}):
                continue  # "3.5" and "3-5" are no dates
            text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
            day = _day(reply, int(match["day"]), int(match["month"]), year or None)
            yield _mention(
                reply, inside[0], inside[-1] + 1, day, "figures", plain=bool(year) or match["joined"] == "月"
            )


def _day(reply: Reply, day: int, month: int, year: str | None) -> str | None:
    """The ISO date; `IMPOSSIBLE` where there is none; None where the year is not given and cannot be known."""
    if year is None:
        return _nearest(reply.received, day, month)
    written = int(year)
    if len(year) == 2:
        this_year = reply.received.year if reply.received else 2000 + written
        written += this_year - this_year % _CENTURY
        if written > this_year + _YEARS_AHEAD:
            written -= _CENTURY
    return _iso(written, month, day)


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return IMPOSSIBLE


def _nearest(received: date | None, day: int, month: int) -> str | None:
    """The day in the year of the reply; around New Year the one close by ("28 December" texted on 2 January)."""
    if received is None:
        return None
    this_year = _iso(received.year, month, day)
    for year in (received.year - 1, received.year + 1):
        other = _iso(year, month, day)
        if IMPOSSIBLE not in (other, this_year) and (
            abs(date.fromisoformat(other) - received) <= _NEAR and abs(date.fromisoformat(this_year) - received) >= _FAR
        ):
            return other
    return this_year


def _relative(reply: Reply, chunk: int) -> Mention:
    if reply.received is None:
        return Mention("", chunk, chunk + 1, Role.INEXACT, "today_not_known")
    try:
        day = reply.received + timedelta(days=reply.chunks[chunk].senses[Meaning.DAY])
    except OverflowError:  # the day before the first of the calendar
        return Mention("", chunk, chunk + 1, Role.INEXACT, "today_not_known")
    return _mention(reply, chunk, chunk + 1, day.isoformat(), "day_word")


def _named(reply: Reply, month_chunk: int) -> Mention | None:
    """ "3 May", "3rd of May 2026", "May the 3rd", "3 maja"; None for a month without a day ("may" is also a verb)."""
    month = reply.chunks[month_chunk].senses[Meaning.MONTH]
    before = _passing(reply, month_chunk - 1, -1)
    day, first, last = _figure(reply, before), before, month_chunk + 1
    if day is None:
        after = _passing(reply, month_chunk + 1, 1)
        day, first, last = _figure(reply, after), month_chunk, after + 1
        last += last < len(reply.chunks) and reply.word(last) in _ORDINAL_ENDINGS
    elif _follows_another_day(reply, first):
        return Mention("", first, last, Role.INEXACT, "more_than_one_day")
    if day is None:
        return None
    if day > 31:
        return Mention("", first, last, Role.INEXACT, "month_and_year")
    year = _year(reply, last)
    if year is not None:
        return _mention(reply, first, last + 1, _day(reply, day, month, year), "day_and_month")
    return _mention(reply, first, last, _day(reply, day, month, None), "day_and_month", plain=first < month_chunk)


def _passing(reply: Reply, chunk: int, step: int) -> int:
    """The next chunk that is no "the", "of" or "rd"."""
    while reply.means(chunk, Meaning.SMALL_WORD, Meaning.OUT_OF) or (
        0 <= chunk < len(reply.chunks) and reply.word(chunk) in _ORDINAL_ENDINGS
    ):
        chunk += step
    return chunk


def _follows_another_day(reply: Reply, chunk: int) -> bool:
    """Whether the day is the last of several: "3-5 May", "3, 4 and 5 May"."""
    joined = reply.means(chunk - 1, Meaning.AND, Meaning.OR, Meaning.TO)
    return _figure(reply, chunk - 2 if joined else chunk - 1) is not None


def _year(reply: Reply, chunk: int) -> str | None:
    """A year after a month: of four figures, or of two that end the clause and are no hour ("3 May 26")."""
    year = _figure(reply, chunk)
    if year is None or reply.clause_starts_at(chunk):
        return None
    if year >= _CENTURY * 19:
        return str(year)
    return f"{year:02}" if 24 < year < _CENTURY and reply.clause_ends_at(chunk) else None


def _figure(reply: Reply, chunk: int) -> int | None:
    if not 0 <= chunk < len(reply.chunks):
        return None
    ordinal = reply.chunks[chunk].senses.get(Meaning.ORDINAL, 0)
    word = reply.word(chunk)
    if ordinal > 0:
        return ordinal
    return int(word) if word.isdecimal() and len(word) <= 4 else None
