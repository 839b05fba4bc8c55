"""Text messages through Twilio: phone numbers, segments, sending, webhooks and opt-out keywords."""
