"""What becomes of cases that are over: disposed of by plan and by decision, or kept for good."""
