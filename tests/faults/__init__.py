"""What a crash, a power cut or a bad network may not do: the matrices, and the desk that they are run against."""
