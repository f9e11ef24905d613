"""What a late submission costs, in nbgrader's terms: points taken off, by ``score`` and seconds after the deadline."""

import math
from dataclasses import dataclass

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Policy:
    """The class's rule: a share of the points earned for each day begun, counted from the deadline."""

    percent_per_day: float = 0.0
    grace_minutes: float = 0.0
    max_percent: float = 100.0

    def days(self, seconds):
        """Return how many days a submission is late; within the grace none, past it every day begun counts."""
        return 0 if seconds <= 60 * self.grace_minutes else math.ceil(seconds / DAY)

    def penalty(self, score, seconds):
        """Return the points that are taken off a score, never more than there are."""
        share = min(self.days(seconds) * self.percent_per_day, self.max_percent, 100.0) / 100
        return round(max(score, 0.0) * share, 6)
