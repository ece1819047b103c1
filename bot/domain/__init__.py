"""What a job is and may do: pure Python, no input or output, the standard library only."""
