"""What each command does beyond moving its row: guards first, then the move, then what follows."""
