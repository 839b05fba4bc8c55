"""Who a text message may come from."""

import re

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")


def can_receive_replies(sender: str) -> bool:
    """Whether people can answer a text from `sender`, which is an E.164 number, a short code or a name.

    A name ("DERWENT", an alphanumeric sender) can be sent from in the UK but takes no reply, neither an answer nor
    STOP, so no flow that asks anything may use one. Source: Twilio docs, "Alphanumeric Sender ID".
    """
    return bool(_E164.fullmatch(sender) or _SHORT_CODE.fullmatch(sender))
