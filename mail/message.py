"""Building the mail that goes to staff: plain text first, HTML with its pictures beside it.

Sources: RFC 5322 (headers), RFC 2387 (multipart/related), RFC 2392 (cid: addresses), RFC 3834 (Auto-Submitted).
"""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from delivery.channel import OutgoingMessage
from mail.headers import UnsendableMail, check_message_id, check_text, parse_address

# Seven-bit transfer encodings pass every server unchanged, also one without 8BITMIME.
MAIL_POLICY = SMTP.clone(cte_type="7bit")


def build_mail(message: OutgoingMessage, sender: str, date: datetime) -> EmailMessage:
    """The mail of `message`, from `sender` ("Derwent <surveys@example.org>"), dated `date` (with its time zone).

    `message.body` is the plain text; `message.html` an alternative to it, which shows `message.images` (PNG) where it
    refers to `cid:<key>`. `bytes(mail)` is what goes over the wire and what an .eml file holds. The Message-ID is the
    one given, so that a mail sent twice is known to be one.

    Raises UnsendableMail when the subject or the Message-ID is missing or malformed, when a header has a line break,
    when there is not one plain address, or when a text cannot be encoded.
    """
    if not message.subject or not message.message_id:
        raise UnsendableMail("A mail needs a subject and a Message-ID.")
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["Date"] = format_datetime(date)
    mail["From"] = parse_address(sender, "From")
    mail["To"] = parse_address(message.to, "To")
    mail["Subject"] = check_text(message.subject, "Subject")
    mail["Message-ID"] = check_message_id(message.message_id)
    # Asks mail programs not to answer with an out-of-office note.
    mail["Auto-Submitted"] = "auto-generated"
    try:
        _set_content(mail, message)
    except UnicodeEncodeError:
        raise UnsendableMail("The mail holds characters that cannot be encoded.") from None
    return mail


def _set_content(mail: EmailMessage, message: OutgoingMessage) -> None:
    mail.set_content(message.body)
    if message.html is None:
        return
    mail.add_alternative(message.html, subtype="html")
    html_part = cast(list[EmailMessage], mail.get_payload())[-1]
    for content_id, png in message.images.items():
        html_part.add_related(
            png, maintype="image", subtype="png", cid=f"<{check_text(content_id, 'Content-ID')}>", disposition="inline"
        )
