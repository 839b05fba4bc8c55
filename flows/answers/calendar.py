"""Days in a reply, written with figures or with the name of the month."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from flows.chunks import Reply
from flows.mentions import Mention, Role, combined, role_after, role_before
from flows.vocabulary import Meaning

IMPOSSIBLE = "no_such_day"
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/])")
_CENTURY = 100
_YEARS_AHEAD = 10  # "3/5/36" may still lie ahead of 2026; "3/5/62" is a date of birth
_NEAR = timedelta(days=60)
_FAR = timedelta(days=300)


def day_mentions(reply: Reply) -> list[Mention]:
    """The days in a reply; the value is an ISO date, or `IMPOSSIBLE` for the likes of 31 February."""
    found = [_mention(reply, *place, day, "figures") for place, day in _in_figures(reply)]
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


def _mention(reply: Reply, first: int, last: int, day: str | None, rule: str) -> Mention:
    if day is None:
        return Mention("", first, last, Role.INEXACT, "year_not_known")
    its = combined(role_before(reply, first), role_after(reply, last))
    if its in {Role.OTHER, Role.LOOSE}:
        its = Role.ANSWER  # a day is a day wherever it stands: "it was on 3 May at the hall"
    return Mention(day, first, last, its, "not_exactly" if its is Role.INEXACT else rule)


def _in_figures(reply: Reply) -> Iterator[tuple[tuple[int, int], str | None]]:
    text = reply.said.text
    spans = [(reply.said.starts[chunk.first], reply.said.ends[chunk.last - 1]) for chunk in reply.chunks]
    past = 0
    for pattern, year_group, month_group, day_group in ((_ISO, 1, 2, 3), (_DAY_FIRST, 4, 3, 1)):
        for match in pattern.finditer(text):
            if match.start() < past:
                continue
            inside = [i for i, (start, end) in enumerate(spans) if start < match.end() and end > match.start()]
            if not inside:
                continue
            past = match.end()
            day, month, year = (match.group(group) for group in (day_group, month_group, year_group))
            if year is None and match.group(2) != "/":
                continue  # "3.5" and "3-5" are no dates
            yield (inside[0], inside[-1] + 1), _day(reply, int(day), int(month), year)


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
            abs(date.fromisoformat(other) - received) <= _NEAR
            and abs(date.fromisoformat(this_year) - received) >= _FAR
        ):
            return other
    return this_year


def _relative(reply: Reply, chunk: int) -> Mention:
    if reply.received is None:
        return Mention("", chunk, chunk + 1, Role.INEXACT, "today_not_known")
    day = reply.received + timedelta(days=reply.chunks[chunk].senses[Meaning.DAY])
    return _mention(reply, chunk, chunk + 1, day.isoformat(), "day_word")


def _named(reply: Reply, month_chunk: int) -> Mention | None:
    """ "3 May", "3rd of May 2026", "May 3rd", "3 maja"; None for a month without a day ("may" is also a verb)."""
    month = reply.chunks[month_chunk].senses[Meaning.MONTH]
    first, last = month_chunk, month_chunk + 1
    before = month_chunk - 1
    while reply.means(before, Meaning.SMALL_WORD, Meaning.OUT_OF):
        before -= 1
    before -= before >= 0 and reply.word(before) in {"st", "nd", "rd", "th"}
    day = _figure(reply, before)
    if day is not None:
        first = before
    else:
        day = _figure(reply, last)
        if day is None:
            return None
        last += 1
        last += last < len(reply.chunks) and reply.word(last) in {"st", "nd", "rd", "th"}
    year = _figure(reply, last)
    if year is not None and year >= _CENTURY * 19:
        return _mention(reply, first, last + 1, _day(reply, day, month, str(year)), "day_and_month")
    if first == before and (_figure(reply, first - 1) is not None or _figure(reply, first - 2) is not None):
        return Mention("", first, last, Role.INEXACT, "more_than_one_day")
    if day > 31:
        return Mention("", first, last, Role.INEXACT, "month_and_year")
    return _mention(reply, first, last, _day(reply, day, month, None), "day_and_month")


def _figure(reply: Reply, chunk: int) -> int | None:
    if not 0 <= chunk < len(reply.chunks):
        return None
    word = reply.word(chunk)
    return int(word) if word.isdecimal() and len(word) <= 4 else None
