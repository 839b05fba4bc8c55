"""`sowhat doctor`: looks at every setting and service, and names the fix for each fault.

Each check is a function of an `Installation` and yields findings; `service.doctor.checks` lists them in their order.
A check never raises for what is missing or wrong, since the next fault is worth knowing too.
"""
