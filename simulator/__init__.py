"""A pretend phone network on loopback, for tests and the demo: it knows Twilio's and Telegram's HTTP contracts only."""

from simulator.account import Account, BotAccount
from simulator.conditions import Conditions
from simulator.faults import Faults
from simulator.media import Media, MediaKind
from simulator.network import PhoneNetwork
from simulator.opt_out import OptOutMode
from simulator.records import Button, Channel, Direction, Duplicate, Kind, Message, Refusal, ReplySent, Status
from simulator.script import Block, Edit, Line, Move, Reply, Start, Tap
from simulator.tenants import ChatState, Tenant

__all__ = [
    "Account",
    "Block",
    "BotAccount",
    "Button",
    "Channel",
    "ChatState",
    "Conditions",
    "Direction",
    "Duplicate",
    "Edit",
    "Faults",
    "Kind",
    "Line",
    "Media",
    "MediaKind",
    "Message",
    "Move",
    "OptOutMode",
    "PhoneNetwork",
    "Refusal",
    "Reply",
    "ReplySent",
    "Start",
    "Status",
    "Tap",
    "Tenant",
]
