"""One tenant's conversation: take in a message, screen it, move the flow on, and queue what is said next."""
