"""The chaos suite: a whole landlord under a bad network, with every process killed again and again. `make chaos`.

Two thousand tenants, a fifth of them in Telegram chats, are asked about an activity, once by a fleet (two webs, four
workers, two clocks, on PostgreSQL) and once by one process (`sowhat run`, on SQLite). Meanwhile both networks refuse,
break off, answer too late, and say things twice and in the wrong order; our processes are killed at moments that the
seed decides; PostgreSQL crashes; and for an hour the web is down while people go on texting.

The pretend phone network lives in the process that does all this, and so outlives everything. At the end it is asked
what people saw, and the database what we believe. Each of these must be nought:

**asked the same question twice**
    The network accepted the same words from us for the same phone or chat more than once; or, by the database, one
    question of one conversation was accepted more than once in the same form. Asking once more after an unclear reply,
    the one reminder, and the list of options picked so far are other forms, with words of their own; of the first two
    each may come once. A text sent again because Twilio did not list it after a quarter of an hour is no excuse: had
    Twilio taken the first after all, the person was asked twice. (In a chat that is out of step, see below, somebody
    may tap "Done" with nothing picked, and has then asked for the question themselves.)

**answers lost**
    Somebody said something that answers a question, the last they said to it, and it is not the answer in force with
    the value they meant. What is with a person, in the inbox, is not lost; it is counted apart. Nor are chats
    looked at in which Telegram itself gave up telling us something (a tap waits there for 150 seconds and no longer):
    from then on people answer what they were not asked. These "chats out of step" are counted, too.

**answers doubled**
    An answer is in force that nobody gave, or two are for one question of one address.

**messages lost**
    Of ours: every row of the outbox must have ended: accepted (and then the network has it under the id we noted,
    with the same words for the same person), rejected (and the network refused somebody there), cancelled with its
    reason, or parked for a person to see. Whatever the network accepted must be the doing of exactly one such row.
    Theirs: whatever people sent or did must be stored once under the network's id, unless Telegram itself gave up
    telling us.

**texts after a STOP**
    A text was accepted for any address of a person after we knew of their STOP, other than the one confirmation. We
    know of it from the moment in which our webhook has answered 2xx or Twilio has listed it to us (in the order of
    events on the network), and in any case a quarter of an hour after it was texted, since nothing bulk may leave while
    nobody has looked for what was missed. What was on its way then does not count: accepted before that moment, or
    taken in hand by a worker before the STOP reached us. The latter is counted apart.

**digests lost**
    A manager has no mail with the digest of the week, or has it under two Message-IDs. The same mail may come twice
    after it was interrupted, with the same Message-ID.

Beside these it is held that whoever said STOP is opted out and was told so, by us or by Twilio, and nobody else is;
that whoever answered to the end is completed, and nobody else; that no process ended by itself; and that our code
stumbled over no message, and logged no error but that the database was away.
"""
