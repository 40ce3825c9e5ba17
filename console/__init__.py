"""What an agent, a supervisor or a script can do, with no screen."""
