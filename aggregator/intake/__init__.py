"""From files in the inbox to submissions: discover, open safely, identify, locate, coerce."""
