"""Twilio's message statuses in the words of a receipt."""

RECEIPT_STATUSES = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "sending",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""Every status an outgoing message can have in Twilio's API description, and the one of ours that it means."""
