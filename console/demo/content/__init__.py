"""The words of the demo desk, as data files: everything here is made up."""
