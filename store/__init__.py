"""What is kept, and how it reaches the help desk."""
