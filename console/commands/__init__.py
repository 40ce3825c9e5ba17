"""The families of commands: each function reads its words, calls the console and prints what comes back."""
