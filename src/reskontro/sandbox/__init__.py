"""The sandbox: a movable clock and made-up clients, to try everything out."""
