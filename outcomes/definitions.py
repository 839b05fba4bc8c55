"""What the words of a digest mean, as printed at its foot. `outcomes.response` says the same to programmers."""

from outcomes.comments import MOST_READ
from outcomes.statistics import SMALLEST_BASE

DEFINITIONS = (
    (
        "Asked",
        "the network accepted a text with the question. Texts that wait or that the network refused do not count; "
        "texts accepted and then not delivered do. People who share a phone are asked once and count as one.",
    ),
    (
        "Replied",
        "answered at least one question, preferred not to say, or wrote something we could not understand. "
        "A STOP alone is no reply. This follows Response Rate 2 of the American Association for Public Opinion "
        "Research (Standard Definitions, 2023), but counts whoever wrote anything at all in reply to a question.",
    ),
    (
        "Base",
        "the answers that were understood; percentages and averages are of these. Who preferred not to say, could "
        "not be understood or did not answer is outside the base. Percentages are rounded and may not add up to 100.",
    ),
    (
        "95% interval",
        "where the figure would lie, 95 times in 100, if those who replied were drawn by chance from people like "
        "them. It says nothing about those who did not reply, who may think otherwise. Shares: Wilson 1927; "
        "averages: Student 1908.",
    ),
    (
        f"Fewer than {SMALLEST_BASE}",
        "only counts are given, and only comments in which nothing could point at a person.",
    ),
    (
        "Change",
        "is said only where the 95% intervals of the two weeks do not overlap. The people who answered in the two "
        "weeks are different ones, and may have been asked about different activities.",
    ),
    (
        "Comments",
        "written this week, at most five a question, taken evenly in the order they came; where there are more than "
        f"{MOST_READ}, from {MOST_READ} drawn by lot. […] stands for a name, number or address. Comments over which an "
        "alert was raised are never shown, nor any that a program cannot check for names, such as those in other "
        "scripts; they can be read by the staff who deal with replies.",
    ),
)
