"""From accepted submissions to street totals: over months, over units, exact."""
