-- What version 0003 added: a fleet that was at work until a minute ago.

INSERT INTO lease (name, holder, until) VALUES ('clock', 'a-machine-that-is-gone', '2026-11-20 11:59:30.000000');

INSERT INTO job_run (name, started_at, finished_at) VALUES
    ('keep_time', '2026-11-20 11:59:00.000000', '2026-11-20 11:59:01.000000');

UPDATE outbox_message SET delivered_at = '2026-11-18 12:15:13.000000' WHERE state = 'delivered';
