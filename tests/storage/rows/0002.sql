-- What version 0002 added: Ann has a chat as well, where she has sent a picture and mended a word.

UPDATE tenant SET preferred_channel = 'telegram' WHERE tenant_ref = 'T001';

INSERT INTO address (channel, value, hash, state, opted_in_at) VALUES
    ('telegram', '7001', 'c816b1eba3fd1f58a89c88ac50caee1e59afbce54da25b7fdebc5c8c6353defc', 'usable', NULL);

INSERT INTO tenant_address (tenant_id, address_id, current) VALUES (1, 4, true);

INSERT INTO chat_link (tenant_id, token_hash, expires_at, used_by_id) VALUES
    (1, '1a913726207aa5939810b1056a9aebd5a3a63e1d3b8e6e86fe0a0acf9602ef95', '2027-02-01 00:00:00.000000', 4);

INSERT INTO inbound_message (channel, channel_message_id, address_id, conversation_id, question_id, placement, text,
                             edits_id, received_at, recorded_at) VALUES
    ('telegram', '7001:1', 4, NULL, NULL, 'unmatched', 'The new gardn', NULL, '2026-11-20 11:00:00.000000',
        '2026-11-20 11:00:00.100000'),
    ('telegram', '7001:1:edit:1763636460', 4, NULL, NULL, 'unmatched', 'The new garden', 4, '2026-11-20 11:01:00.000000',
        '2026-11-20 11:01:00.100000');

INSERT INTO attachment (message_id, kind, reference, content_type) VALUES (4, 'photo', 'a-file-of-telegram', NULL);

INSERT INTO outbox_message (dedupe_key, row_class, channel, recipient, address_id, conversation_id, question_id, text_id,
                            body, buttons, segments, state, created_at, due_at) VALUES
    ('chat_linked:4:1', 'reply', 'telegram', '7001', 4, NULL, NULL, 'chat_linked', 'Thank you, Ann.', '[["Help", "help"]]',
        0, 'queued', '2026-11-20 11:00:00.000000', '2026-11-20 11:00:00.000000');
