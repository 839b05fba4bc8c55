"""Which senders can be answered."""

import pytest

from sms.senders import can_receive_replies


@pytest.mark.parametrize("sender", ["+447700900000", "60777", "88802"])
def test_a_number_can_be_answered(sender: str) -> None:
    assert can_receive_replies(sender)


@pytest.mark.parametrize("sender", ["DERWENT", "Derwent H4", "07700900000", "", "+44 7700 900000"])
def test_a_name_cannot_be_answered(sender: str) -> None:
    assert not can_receive_replies(sender)
