"""What of the work apps moves with a grid that is split, merged or closed."""

# Functions `(places, area)` of apps whose rows lie in a grid by themselves: they now lie in `area`; called inside the move.
place_followers = []
