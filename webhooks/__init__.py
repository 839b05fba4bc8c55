"""What carriers post to us over HTTP, verified and handed on; nothing is answered here but the request itself."""
