"""Many conversations: who is asked, read from the landlord's files, and the launch of a flow to them."""
