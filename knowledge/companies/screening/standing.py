"""What a company is on a day, in columns: its age, its size class, its transfers, its years of profit."""

from datetime import date

import ibis

from knowledge.companies.screening.base import Base, Span, calendar, day_number
from knowledge.companies.screening.quantity import Bounds
from knowledge.companies.screening.sheet import NO, SCALE, YES, Column, all_of, any_of, pick
from knowledge.companies.screening.spans import NOTHING, masked, put_share, put_span

LEAP_DAYS = 366
METRICS = {"staff": "hr.headcount", "revenue": "finance.revenue", "assets": "finance.total_assets"}
CLASSES = (("大型", "large"), ("中型", "medium"), ("小型", "small"))


def age_days(base: Base) -> Bounds | None:
    founded = base.founded()
    if founded is None:
        return None
    today = day_number(base.as_of)
    return put_span(base.sheet, Span(today - founded.high, today - founded.low, founded.known, founded.exact), 1)


def age_years(base: Base) -> Bounds | None:
    """Whole anniversaries and days of 366 since the last one."""
    founded = base.founded()
    if founded is None:
        return None
    low, high = _years(founded.high, base.as_of), _years(founded.low, base.as_of)
    return put_span(base.sheet, masked(Span(low, high, founded.known, founded.exact)), LEAP_DAYS)


def _years(start: Column, end: date) -> Column:
    """366 × whole years + days since the anniversary; of 29 February it is 1 March in a common year."""
    year, month, day = calendar(start)
    later = (month > end.month) | ((month == end.month) & (day > end.day))
    whole = end.year - year - ibis.ifelse(later, 1, 0)
    today = end.timetuple().tm_yday
    before = date(end.year - 1, 12, 31).timetuple().tm_yday
    since = pick(
        (later, today + before - _day_of_year(month, day, end.year - 1)),
        other=today - _day_of_year(month, day, end.year),
    )
    return whole * LEAP_DAYS + since


def _day_of_year(month: Column, day: Column, year: int) -> Column:
    starts = [(month == number, date(year, number, 1).timetuple().tm_yday - 1) for number in range(1, 13)]
    return pick(*starts, other=0) + day


def transfers(base: Base) -> Bounds | None:
    """科技成果转化: the mean over three years, or over the years a younger company has had."""
    found = base.one("rd.transfer_count_3y")
    if found is None:
        return None
    founded = base.founded()
    one, three = ibis.literal(1).cast("int64"), ibis.literal(3).cast("int64")
    if founded is None:
        years = Span(one, three, YES, False)
    else:
        low = ibis.ifelse(founded.known, _years_had(base, founded.high), one)
        high = ibis.ifelse(founded.known, _years_had(base, founded.low), three)
        years = Span(low, high, YES, False)
    return put_share(base.sheet, found, Span(years.low * SCALE, years.high * SCALE, YES, False))


def _years_had(base: Base, day: Column) -> Column:
    """Fiscal years since the founding, one to three."""
    cases = [(day >= day_number(date(base.last_year - back, 1, 1)), back + 1) for back in (0, 1)]
    return pick(*cases, other=3).cast("int64")


def profitable_years(base: Base) -> Bounds | None:
    """Consecutive years of profit up to last year, over the years that are known; ten at most are looked at."""
    name, founded = "finance.net_profit", base.founded()
    low: Column = ibis.literal(10).cast("int64")
    high: Column = NOTHING
    known: Column = YES
    for back in reversed(range(10)):
        span = base.one(name, base.last_year - back) or Span(NOTHING, NOTHING, NO, True)
        count = ibis.literal(back).cast("int64")
        gain, loss = (span.low > 0).fill_null(NO), (span.high <= 0).fill_null(NO)
        unborn = (
            (founded.known & (founded.low > day_number(date(base.last_year - back, 12, 31)))).fill_null(NO)
            if founded
            else NO
        )
        ends = (span.known & loss) | (~span.known & unborn)
        goes_on = ~span.known & ~unborn if back else NO  # at least these years, perhaps more
        settled = gain | ends | goes_on
        low = pick((gain, low), (ends | goes_on, count), other=NOTHING)
        high = pick((gain, high), (ends, count), other=NOTHING)
        known = pick((gain, known), (settled, True), other=False)
    whole = Span(low * SCALE, high * SCALE, known, False)
    return put_span(base.sheet, masked(whole))


def size(base: Base, bounds: dict[tuple[str, str], str]) -> tuple[dict[str, Column], dict[str, Column]]:
    """Which classes a company may be in, and which metrics would tell; `bounds` names the columns of the industry's
    lower bounds by metric and class, null where the industry doesn't use the metric.
    """
    sheet = base.sheet
    spans = {
        "staff": base.one("hr.headcount"),
        "revenue": base.one("finance.revenue", base.last_year),
        "assets": base.one("finance.total_assets", base.last_year),
    }
    has_industry = any_of([sheet[name].notnull() for name in bounds.values()])
    settled: Column = NO
    possible: dict[str, Column] = {}
    for word, kind in CLASSES:
        tests = [_reaches(spans[metric], sheet[bounds[metric, kind]]) for metric in METRICS]
        reached = all_of(tests)
        possible[word] = has_industry & ~settled & reached.fill_null(YES)
        settled = settled | reached.fill_null(NO)
    possible["微型"] = has_industry & ~settled
    used = {metric: sheet[bounds[metric, "large"]].notnull() for metric in METRICS}
    unknown = {metric: used[metric] & ~(span.known if (span := spans[metric]) else NO) for metric in METRICS}
    some = any_of(list(unknown.values()))
    asks = {name: has_industry & (unknown[metric] | ~some) for metric, name in METRICS.items()}
    return possible, {"entity.sme_size": ~has_industry | ~some, **asks}


def _reaches(span: Span | None, bound: Column) -> Column:
    """True where the industry doesn't ask for the metric."""
    if span is None:
        return pick((bound.isnull(), True), other=ibis.null("boolean"))
    yes, no = (span.low >= bound).fill_null(NO), (span.high < bound).fill_null(NO)
    return pick((bound.isnull(), True), (span.known & yes, True), (span.known & no, False), other=ibis.null("boolean"))
