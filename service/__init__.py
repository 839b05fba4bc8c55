"""Settings, wiring, the `sowhat` command and its processes. Imports every room; no room imports it."""
