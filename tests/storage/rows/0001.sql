-- A landlord's database as version 0001 left it, on a Friday at noon: Ann has just been asked, Joe is done, Farah has
-- said STOP and a text to her is queued all the same, and a manager has had the digest of the week before.

INSERT INTO policy_change (name, value, changed_at, changed_by) VALUES
    ('landlord', '"Derwent Living"', '2026-11-01 09:00:00.000000', 'Gwen Pugh'),
    ('alert_recipients', '["duty@derwent.example"]', '2026-11-01 09:00:00.000000', 'Gwen Pugh');

INSERT INTO fetch_mark (channel, fetched_until) VALUES ('sms', '2026-11-20 11:55:00.000000');

INSERT INTO address (channel, value, hash, state, opted_in_at) VALUES
    ('sms', '+447700900001', 'c9302763eb42b32fce31e56f19e9c4b8fc8d066a91ea90cc74378a15848cd4bd', 'usable', NULL),
    ('sms', '+447700900002', '310a20ee209261b088f51e9199b81dd32e0d4ce9ddd714776f7732a1b7af5d8d', 'usable',
        '2026-11-02 10:00:00.000000'),
    ('sms', '+447700900003', '479ae35c60aa2df4e872427b3cd7130a104307c61f3a1d01aadbcca3fd2e3eb9', 'usable', NULL);

INSERT INTO opt_out (address_hash, opted_out_at, ended_at) VALUES
    ('479ae35c60aa2df4e872427b3cd7130a104307c61f3a1d01aadbcca3fd2e3eb9', '2026-11-20 11:30:00.000000', NULL),
    ('310a20ee209261b088f51e9199b81dd32e0d4ce9ddd714776f7732a1b7af5d8d', '2026-11-01 10:00:00.000000',
        '2026-11-02 10:00:00.000000');

INSERT INTO tenant (tenant_ref, first_name, last_name, language, lawful_basis, basis_recorded_on, basis_evidence,
                    imported_at) VALUES
    ('T001', 'Ann', 'Beech', 'en', 'consent', '2026-01-05', 'tenancy sign-up form', '2026-11-01 09:10:00.000000'),
    ('T002', 'Joe', 'Oakley', 'en', 'public_task', '2026-01-05', 'privacy notice', '2026-11-01 09:10:00.000000'),
    ('T003', 'Farah', 'Khan', 'ur', NULL, NULL, NULL, '2026-11-01 09:10:00.000000');

INSERT INTO tenant_address (tenant_id, address_id, current) VALUES (1, 1, true), (2, 2, true), (3, 3, true);

INSERT INTO activity (activity_ref, title, type, held_on, aim, method, customers_involved, customer_minutes,
                      staff_minutes, total_cost_pence, properties_affected, outcomes, evidence, imported_at, closed_at,
                      survey_due_at) VALUES
    ('DER-01', 'Coffee morning', 'Social', '2026-11-18', 'Less loneliness', 'Drop-in', 3, 360, 240, 4550, NULL, NULL,
        NULL, '2026-11-01 09:20:00.000000', '2026-11-18 12:00:00.000000', '2026-11-18 12:15:00.000000');

INSERT INTO attendance (activity_id, tenant_id, recorded_at) VALUES
    (1, 1, '2026-11-18 12:00:00.000000'),
    (1, 2, '2026-11-18 12:00:00.000000'),
    (1, 3, '2026-11-18 12:00:00.000000');

INSERT INTO flow_version (flow, version, source, stored_at) VALUES ('tea', 'as-of-0001',
'flow: tea
title: Tea in the garden
languages:
  en: {status: reviewed, by: Gwen Pugh, "on": 2026-11-01}
reasks: 1
reminder_after_days: 2
expires_after_days: 7
opening: {en: "Hi {first_name}, {landlord} here about {activity}. Reply STOP to opt out."}
questions:
  - id: worth
    measure: worth_attending
    ask: {en: "Was it worth your time? Reply Y or N"}
    answer: {type: yes_no}
  - id: words
    measure: in_own_words
    ask: {en: "What would you tell a friend about it?"}
    answer: {type: text}
thanks: {en: "Thank you from {landlord}."}
', '2026-11-18 12:15:00.000000');

INSERT INTO consultation (cause, flow_version_id, activity_id, launched_at, closes_at, left_out) VALUES
    ('activity:DER-01:tea', 1, 1, '2026-11-18 12:15:00.000000', '2026-11-27 12:15:00.000000', '{"no_basis": 1}');

INSERT INTO conversation (consultation_id, address_id, language, facts, progress, question_id, asked, turn, created_at,
                          closes_at, remind_at, reminded_at, ended_at, revision) VALUES
    (1, 1, 'en', '{"first_name": "Ann", "landlord": "Derwent Living", "phone": "01632 960 100", "activity": "tea"}',
        'delivered', 'worth', 1, 1, '2026-11-18 12:15:00.000000', '2026-11-27 12:15:00.000000',
        '2026-11-22 12:15:00.000000', NULL, NULL, 2),
    (1, 2, 'en', '{"first_name": "Joe", "landlord": "Derwent Living", "phone": "01632 960 100", "activity": "tea"}',
        'completed', NULL, 0, 3, '2026-11-18 12:15:00.000000', '2026-11-27 12:15:00.000000',
        '2026-11-22 12:15:00.000000', NULL, '2026-11-18 12:40:00.000000', 4),
    (1, 3, 'en', '{"first_name": "Farah", "landlord": "Derwent Living", "phone": "01632 960 100", "activity": "tea"}',
        'refused', 'worth', 1, 1, '2026-11-18 12:15:00.000000', '2026-11-27 12:15:00.000000',
        '2026-11-22 12:15:00.000000', NULL, '2026-11-20 11:30:00.000000', 2);

INSERT INTO conversation_person (conversation_id, tenant_id) VALUES (1, 1), (2, 2), (3, 3);

INSERT INTO inbound_message (channel, channel_message_id, address_id, conversation_id, question_id, placement, text,
                             media, received_at, recorded_at) VALUES
    ('sms', 'SM00000000000000000000000000000001', 2, 2, 'worth', 'reply', 'Yes, lovely', 0,
        '2026-11-18 12:30:00.000000', '2026-11-18 12:30:00.100000'),
    ('sms', 'SM00000000000000000000000000000002', 2, 2, 'words', 'reply', 'Look at this, and my wall is black with mould',
        2, '2026-11-18 12:40:00.000000', '2026-11-18 12:40:00.100000'),
    ('sms', 'SM00000000000000000000000000000003', 3, 3, NULL, 'reply', 'STOP', 0, '2026-11-20 11:30:00.000000',
        '2026-11-20 11:30:00.100000');

INSERT INTO answer (conversation_id, question_id, measure, message_id, status, value, comment, rule, recorded_at,
                    replaced_at) VALUES
    (2, 'worth', 'worth_attending', 1, 'unclear', NULL, NULL, 'nothing', '2026-11-18 12:30:00.000000',
        '2026-11-18 12:31:00.000000'),
    (2, 'worth', 'worth_attending', 1, 'understood', 'true', 'lovely', 'yes_no.word', '2026-11-18 12:31:00.000000',
        NULL),
    (2, 'words', 'in_own_words', 2, 'understood', '"Look at this, and my wall is black with mould"', NULL, 'text',
        '2026-11-18 12:40:00.000000', NULL);

INSERT INTO alert (message_id, kind, raised_at, acknowledged_at) VALUES
    (2, 'damp_mould', '2026-11-18 12:40:00.000000', NULL);

INSERT INTO inbox_item (message_id, reason, question_id, raised_at, settled_at) VALUES
    (1, 'unclear', 'worth', '2026-11-18 12:30:00.000000', '2026-11-18 12:31:00.000000');

INSERT INTO outbox_message (dedupe_key, row_class, channel, recipient, address_id, conversation_id, question_id, text_id,
                            body, subject, html, images, segments, state, created_at, due_at, expires_at, held_reason,
                            ended_reason, sent_at) VALUES
    ('conversation:1:turn:1:opening', 'bulk', 'sms', '+447700900001', 1, 1, 'worth', 'opening',
        'Hi Ann, Derwent Living here about tea. Was it worth your time? Reply Y or N', NULL, NULL, NULL, 1, 'delivered',
        '2026-11-18 12:15:00.000000', '2026-11-18 12:15:00.000000', '2026-11-27 12:15:00.000000', NULL, NULL,
        '2026-11-18 12:15:10.000000'),
    ('conversation:2:turn:1:opening', 'bulk', 'sms', '+447700900002', 2, 2, 'worth', 'opening',
        'Hi Joe, Derwent Living here about tea. Was it worth your time? Reply Y or N', NULL, NULL, NULL, 1, 'delivered',
        '2026-11-18 12:15:00.000000', '2026-11-18 12:15:00.000000', '2026-11-27 12:15:00.000000', NULL, NULL,
        '2026-11-18 12:15:10.000000'),
    ('outside:3:help:2026-11-20', 'reply', 'sms', '+447700900003', 3, NULL, NULL, 'help', 'Derwent Living: 01632 960 100',
        NULL, NULL, NULL, 1, 'queued', '2026-11-20 11:29:00.000000', '2026-11-20 11:29:00.000000', NULL, NULL, NULL,
        NULL),
    ('digest:gwen.pugh@example.org:2026-11-09', 'staff', 'mail', 'gwen.pugh@example.org', NULL, NULL, NULL, 'digest',
        'This week', 'What came of it', '<p>This week</p>', '{"chart": "aGVsbG8="}', 0, 'sent',
        '2026-11-16 08:00:00.000000', '2026-11-16 08:00:00.000000', NULL, NULL, NULL, '2026-11-16 08:00:01.000000');

INSERT INTO attempt (token, message_id, started_at, lease_until, ended_at, result, reason, provider_id, error_code) VALUES
    ('attempt-1', 1, '2026-11-18 12:15:10.000000', '2026-11-18 12:18:10.000000', '2026-11-18 12:15:11.000000', 'sent',
        NULL, 'SM1000000000000000000000000000001', NULL),
    ('attempt-2', 2, '2026-11-18 12:15:10.000000', '2026-11-18 12:18:10.000000', '2026-11-18 12:15:11.000000', 'sent',
        NULL, 'SM1000000000000000000000000000002', NULL);

INSERT INTO digest (recipient, week_start, figures, built_at, outbox_id) VALUES
    ('gwen.pugh@example.org', '2026-11-09', '{"asked": 0}', '2026-11-16 08:00:00.000000', 4);
