"""Cards: the message that shows a job."""
