import pytest

from simulator.segments import count_segments

COUNTS = [
    ("", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("Dŵr", 1),
    ("ŵ" * 70, 1),
    ("ŵ" * 71, 2),
    ("ŵ" * 134, 2),
    ("ŵ" * 135, 3),
    ("€" * 80, 1),
    ("€" * 81, 2),
    ("Great panel, £10 well spent @ Mansfield", 1),
    ("👍" * 35, 1),
    ("👍" * 36, 2),
]


@pytest.mark.parametrize(("text", "segments"), COUNTS)
def test_segments_are_counted_as_the_standard_packs_them(text: str, segments: int) -> None:
    assert count_segments(text) == segments


def test_an_escape_pair_is_not_divided_between_two_segments() -> None:
    # 306 septets would fill two segments, were the euro not on the border of the first.
    assert count_segments("a" * 152 + "€" + "a" * 152) == 3


def test_a_surrogate_pair_is_not_divided_between_two_segments() -> None:
    assert count_segments("ŵ" * 66 + "👍" + "ŵ" * 66) == 3
