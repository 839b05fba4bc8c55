"""The Telegram channel: fulfils the port of `delivery`, as `sms` does for Twilio. Not built yet."""
