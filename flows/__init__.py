"""What to ask, and how a reply is understood: flow files as data, and the pure code that reads them."""
