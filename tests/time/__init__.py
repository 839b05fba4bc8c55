"""Time: both nights of the year on which the clocks change, leap days, month ends, and clocks that die or go wrong."""
