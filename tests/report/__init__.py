"""The client's report and calendar."""
