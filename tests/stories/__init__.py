"""What people live through, on both platforms, through the wire: one story for each duty."""
