"""Telegram, through python-telegram-bot: fulfils the port of `delivery`, as `sms` does for Twilio."""
