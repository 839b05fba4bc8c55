"""How anything leaves: one outbox for every channel, and the port that each channel fulfils."""
