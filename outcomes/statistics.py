"""The formulas behind every figure, each with its source. Pure functions of plain numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

SMALLEST_BASE = 10
"""Below this many answers only counts are shown: a percentage of nine people says more than nine people can."""

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Interval:
    """A 95% confidence interval, both ends included, in the unit of the figure it belongs to (a share is 0–1)."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two have a value in common.

        Two estimates are called different only when theirs do not. That is stricter than a test at the 5% level
        (Schenker and Gentleman, The American Statistician 55 (2001) 182–186), and errs on the side of claiming less.
        """
        return self.low <= other.high and other.low <= self.high


def wilson_interval(count: int, base: int) -> Interval | None:
    """The 95% interval of a share after Wilson, without continuity correction; None where the base is 0.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209–212; recommended for small
    bases by Brown, Cai and DasGupta, Statistical Science 16 (2001) 101–133.

    Args:
        count: how many of the base; 0 to `base`.
        base: how many there are.

    Raises:
        ValueError: `count` does not lie between 0 and `base`.
    """
    _check_part(count, base)
    if base == 0:
        return None
    share = count / base
    spread = _Z * _Z / base
    centre = (share + spread / 2) / (1 + spread)
    half_width = _Z / (1 + spread) * sqrt(share * (1 - share) / base + spread / (4 * base))
    # Nobody and everybody are exact ends, which floating point would miss by a hair.
    low = 0.0 if count == 0 else max(0.0, centre - half_width)
    high = 1.0 if count == base else min(1.0, centre + half_width)
    return Interval(low, high)


def mean(counts: Mapping[int | float, int]) -> float | None:
    """The arithmetic mean of values of which there are so many each; None where there are none."""
    base = sum(counts.values())
    return float(_sum(counts) / base) if base else None


def mean_interval(counts: Mapping[int | float, int]) -> Interval | None:
    """The 95% interval of a mean: mean ± t·s/√n with n − 1 degrees of freedom; None below `SMALLEST_BASE` values.

    Source: Student, Biometrika 6 (1908) 1–25.
    """
    base = sum(counts.values())
    if base < SMALLEST_BASE:
        return None
    centre = _sum(counts) / base
    # Fractions are exact: whatever there is of rounding error would grow with the number of values.
    squares = sum(count * (Fraction(value) - centre) ** 2 for value, count in counts.items())
    half_width = t_quantile(base - 1) * sqrt(squares / (base - 1)) / sqrt(base)
    return Interval(float(centre) - half_width, float(centre) + half_width)


def _sum(counts: Mapping[int | float, int]) -> Fraction:
    return sum((count * Fraction(value) for value, count in counts.items()), Fraction())


def t_quantile(degrees_of_freedom: int) -> float:
    """The 97.5% quantile of Student's t, right to 0.0002 from nine degrees of freedom on.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5. Written out because scipy,
    which has it, takes half a second and 70 MB to import.

    Raises:
        ValueError: fewer than nine degrees of freedom, where the expansion is too coarse.
    """
    if degrees_of_freedom < SMALLEST_BASE - 1:
        raise ValueError(f"the expansion needs at least {SMALLEST_BASE - 1} degrees of freedom")
    z, n = _Z, degrees_of_freedom
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / n + second / n**2 + third / n**3 + fourth / n**4


def percentage(count: int, base: int) -> int | None:
    """`count` of `base` in whole percent, a half rounded up; None where the base is 0.

    Raises:
        ValueError: `count` does not lie between 0 and `base`.
    """
    _check_part(count, base)
    return None if base == 0 else int(round_half_up(Decimal(100 * count) / Decimal(base)))


def round_half_up(value: Decimal | float, places: int = 0) -> Decimal:
    """`value` rounded to so many decimal places, a half away from zero, as people round on paper.

    A float is rounded as it prints, so that 2.675 becomes 2.68 although it is stored as slightly less.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _check_part(count: int, base: int) -> None:
    if not 0 <= count <= base:
        raise ValueError(f"{count} is not a part of {base}")
