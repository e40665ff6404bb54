"""The room that asks: the only one that opens sockets to the world."""
