"""From a batch to findings: one file a family of checks."""
