"""What comes with an MMS: pictures, sounds and the like, which stay at Twilio under an address of their own.

Source: Twilio docs, "Twilio's request to your incoming message webhook" (MediaUrlN, MediaContentTypeN).
"""

import re

from delivery.channel import Attachment

_ADDRESS = re.compile(r"https?://[!-~]{1,500}")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,90}")

_KINDS = {"image": "photo", "audio": "audio", "video": "video"}


def attachment(media_url: str, content_type: str) -> Attachment:
    """One medium. Where Twilio says too little to fetch it, that it came is still known."""
    known = content_type.lower() if _CONTENT_TYPE.fullmatch(content_type) else None
    kind = "other" if known is None else _KINDS.get(known.partition("/")[0], "document")
    return Attachment(kind, media_url if _ADDRESS.fullmatch(media_url) else "", known)
